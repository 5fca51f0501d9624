import type {
  Crossing,
  EntityPart,
  MappedEntity,
  MappedField,
  MappedLiveField,
  SupergraphMap,
} from '../supergraph-map';

/** What was clicked. */
export interface Selection {
  readonly kind: 'ENTITY' | 'LIVE';
  readonly name: string;
}

type Select = (selection: Selection | undefined) => void;

interface DetailsProps {
  readonly map: SupergraphMap;
  readonly selected: Selection | undefined;
  readonly onSelect: Select;
}

/** What is known of the selected entity or live field; of the whole graph when nothing is. */
export function Details({ map, selected, onSelect }: DetailsProps) {
  const colour = new Map(map.subgraphs.map(({ name }, i) => [name, `hue-${String(i % 6)}`]));
  const entity = map.entities.find(({ name }) => name === selected?.name);
  const live = map.live.find(({ name }) => name === selected?.name);
  return (
    <aside aria-live="polite">
      {entity !== undefined ? (
        <Entity entity={entity} map={map} colour={colour} onSelect={onSelect} />
      ) : live !== undefined ? (
        <Live field={live} />
      ) : (
        <Overview map={map} onSelect={onSelect} />
      )}
    </aside>
  );
}

const ROLES: Readonly<Record<EntityPart['role'], string>> = {
  OWNS: 'owns it',
  ADDS: 'adds',
  POINTS: 'points to it',
};

function Entity(props: {
  readonly entity: MappedEntity;
  readonly map: SupergraphMap;
  readonly colour: ReadonlyMap<string, string>;
  readonly onSelect: Select;
}) {
  const { entity, map, colour, onSelect } = props;
  const order = { OWNS: 0, ADDS: 1, POINTS: 2 };
  const parts = [...entity.parts].sort((a, b) => order[a.role] - order[b.role]);
  const owned = new Set(parts[0]?.fields.map(({ name }) => name));
  const arrivals = map.crossings.filter((one) => one.entity === entity.name);
  return (
    <>
      <h2>{entity.name}</h2>
      <p>{entity.description}</p>
      {parts.map(({ subgraph, role, keys, fields }) => (
        <section key={subgraph} className={colour.get(subgraph)}>
          <h3>
            <b>{subgraph}</b> {ROLES[role]}
            {keys.length > 0 && <small>key {keys.map((key) => `{ ${key} }`).join(', ')}</small>}
          </h3>
          <Fields
            fields={role === 'OWNS' ? fields : fields.filter(({ name }) => !owned.has(name))}
            onSelect={onSelect}
          />
        </section>
      ))}
      <Crossings title="Reached from another subgraph" crossings={arrivals} onSelect={onSelect} />
    </>
  );
}

function Fields(props: { readonly fields: readonly MappedField[]; readonly onSelect: Select }) {
  const { fields, onSelect } = props;
  return (
    <ul>
      {fields.map(({ name, type, description, entity, requires }) => (
        <li key={name} title={description}>
          <code>{name}</code>{' '}
          {entity === undefined ? (
            <code className="type">{type}</code>
          ) : (
            <Link name={entity} text={type} onSelect={onSelect} />
          )}
          {requires !== undefined && <small>needs {`{ ${requires} }`}</small>}
        </li>
      ))}
    </ul>
  );
}

function Link(props: { readonly name: string; readonly text: string; readonly onSelect: Select }) {
  const { name, text, onSelect } = props;
  return (
    <button
      type="button"
      className="link"
      onClick={() => {
        onSelect({ kind: 'ENTITY', name });
      }}
    >
      <code>{text}</code>
    </button>
  );
}

function Crossings(props: {
  readonly title: string;
  readonly crossings: readonly Crossing[];
  readonly onSelect: Select;
}) {
  const { title, crossings, onSelect } = props;
  if (crossings.length === 0) return null;
  return (
    <section>
      <h3>
        <b>{title}</b>
      </h3>
      <ul>
        {crossings.map(({ type, field, from, to, entity }) => (
          <li key={`${type}.${field} ${from}`}>
            <code>
              {type}.{field}
            </code>{' '}
            <Link name={entity} text={entity} onSelect={onSelect} />
            <small>
              {from} → {to}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

const DELIVERIES: Readonly<Record<string, string>> = {
  LOSSLESS: 'every event, also after a reconnect with the last cursor',
  LATEST: 'the newest state; what a slow reader missed is left out',
};
const SHARES: Readonly<Record<string, string>> = {
  USER: 'one execution for each user',
  PARTY: 'one execution for all with the same role',
  PUBLIC: 'one execution for everybody',
};

function Live({ field }: { readonly field: MappedLiveField }) {
  const { name, type, description, subgraph, topics, query, delivery, share } = field;
  return (
    <>
      <h2>{name}</h2>
      <p>{description}</p>
      <dl>
        <dt>gives</dt>
        <dd>
          <code>{type}</code>
        </dd>
        <dt>owned by</dt>
        <dd>{subgraph}</dd>
        <dt>hears</dt>
        <dd>
          {topics.map((topic) => (
            <code key={topic}>{topic}</code>
          ))}
        </dd>
        <dt>each message is the answer of</dt>
        <dd>
          <code>{query}</code>
        </dd>
        <dt>delivers</dt>
        <dd>
          {delivery}
          <small>{DELIVERIES[delivery]}</small>
        </dd>
        {share !== undefined && (
          <>
            <dt>shared</dt>
            <dd>
              {share}
              <small>{SHARES[share]}</small>
            </dd>
          </>
        )}
      </dl>
    </>
  );
}

function Overview({ map, onSelect }: { readonly map: SupergraphMap; readonly onSelect: Select }) {
  return (
    <>
      <h2>How to read it</h2>
      <ul className="legend">
        <li>
          <b className="owns">Order</b> the subgraph owns it and gives most of its fields
        </li>
        <li>
          <b className="adds">Order +2</b> it adds fields to what another one owns
        </li>
        <li>
          <b className="points">Order</b> it only points to it, by its key
        </li>
        <li>
          <b className="live">orderUpdated</b> a subscription: it spans all of them too
        </li>
      </ul>
      <p>Click an entity or a live field.</p>
      <Crossings
        title="Fields that lead into another subgraph"
        crossings={map.crossings}
        onSelect={onSelect}
      />
    </>
  );
}
