import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  valueFromASTUntyped,
} from 'graphql';

/** A supergraph as a person looks at it: who owns what, who adds to it, and what crosses. No address of a subgraph. */
export interface SupergraphMap {
  readonly subgraphs: readonly MappedSubgraph[];
  readonly entities: readonly MappedEntity[];
  readonly crossings: readonly Crossing[];
  readonly live: readonly MappedLiveField[];
}

export interface MappedSubgraph {
  readonly name: string;
  readonly queries: number;
  readonly mutations: number;
}

/** A type that several subgraphs can know by its key. */
export interface MappedEntity {
  readonly name: string;
  readonly description: string;
  /** The subgraph that gives most of its fields. */
  readonly owner: string;
  readonly parts: readonly EntityPart[];
}

/** What one subgraph has of an entity. */
export interface EntityPart {
  readonly subgraph: string;
  /** Field sets that it knows the entity by. */
  readonly keys: readonly string[];
  /** OWNS it, ADDS fields to it, or only POINTS to it. */
  readonly role: 'OWNS' | 'ADDS' | 'POINTS';
  /** Fields that this subgraph answers. */
  readonly fields: readonly MappedField[];
}

export interface MappedField {
  readonly name: string;
  readonly type: string;
  readonly description: string;
  /** The entity that it leads to. */
  readonly entity?: string;
  /** What it needs of other subgraphs first. */
  readonly requires?: string;
}

/** A field whose answer begins in one subgraph and goes on in another. */
export interface Crossing {
  readonly type: string;
  readonly field: string;
  readonly from: string;
  readonly entity: string;
  readonly to: string;
}

export interface MappedLiveField {
  readonly name: string;
  readonly subgraph: string;
  readonly type: string;
  readonly description: string;
  readonly topics: readonly string[];
  readonly query: string;
  readonly delivery: string;
  readonly share?: string;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Reads a composed supergraph. Pure; what clients may not see is left out. */
export function mapSupergraph(sdl: string): SupergraphMap {
  const { definitions } = parse(sdl, { noLocation: true });
  const graphs = graphNames(definitions);
  const types = definitions
    .filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter((one) => !isHidden(one));
  const reader = new TypeReader(graphs, new Set(types.filter(isEntity).map(nameOf)));
  const entities = types.filter(isEntity).map((type) => reader.entity(type));
  const owners = new Map(entities.map(({ name, owner }) => [name, owner]));
  const root = (name: string) => types.find((type) => type.name.value === name);
  return {
    subgraphs: [...graphs.values()].sort().map((name) => ({
      name,
      queries: reader.fieldsIn(root('Query'), name).length,
      mutations: reader.fieldsIn(root('Mutation'), name).length,
    })),
    entities: entities.sort((a, b) => a.name.localeCompare(b.name)),
    crossings: types.flatMap((type) => reader.crossings(type, owners)),
    live: reader.live(root('Subscription')),
  };
}

class TypeReader {
  constructor(
    private readonly graphs: ReadonlyMap<string, string>,
    private readonly entities: ReadonlySet<string>,
  ) {}

  /** Fields of a type that a subgraph answers. */
  fieldsIn(type: ObjectTypeDefinitionNode | undefined, subgraph: string): MappedField[] {
    if (type === undefined) return [];
    return visible(type)
      .filter((field) => this.homes(type, field).includes(subgraph))
      .map((field) => this.field(field, subgraph));
  }

  entity(type: ObjectTypeDefinitionNode): MappedEntity {
    const joins = argumentsOf(type, 'join__type');
    const subgraphs = [...new Set(joins.map((join) => this.graph(join)))].sort();
    const given = subgraphs.map((subgraph) => {
      const of = joins.filter((join) => this.graph(join) === subgraph);
      const keys = of.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
      const resolvable = of.some(
        (join) => join['key'] !== undefined && join['resolvable'] !== false,
      );
      return { subgraph, keys, resolvable, fields: this.fieldsIn(type, subgraph) };
    });
    const weight = ({ resolvable, fields }: (typeof given)[number]): number =>
      resolvable ? fields.length : -1;
    const [first] = [...given].sort((a, b) => weight(b) - weight(a));
    const owner = first?.subgraph ?? '';
    return {
      name: type.name.value,
      description: type.description?.value ?? '',
      owner,
      parts: given.map(({ resolvable, ...part }) => ({
        ...part,
        role: part.subgraph === owner ? 'OWNS' : resolvable ? 'ADDS' : 'POINTS',
      })),
    };
  }

  crossings(type: ObjectTypeDefinitionNode, owners: ReadonlyMap<string, string>): Crossing[] {
    return visible(type).flatMap((field) => {
      const entity = namedType(field);
      const to = owners.get(entity);
      if (to === undefined) return [];
      return this.homes(type, field)
        .filter((from) => from !== to)
        .map((from) => ({ type: type.name.value, field: field.name.value, from, entity, to }));
    });
  }

  live(type: ObjectTypeDefinitionNode | undefined): MappedLiveField[] {
    if (type === undefined) return [];
    return visible(type).flatMap((field) => {
      const [live] = argumentsOf(field, 'live');
      if (live === undefined) return [];
      const { topics, query, delivery, share } = live;
      return this.homes(type, field).map((subgraph) => ({
        ...this.field(field, subgraph),
        subgraph,
        topics: Array.isArray(topics) ? topics.map(String) : [],
        query: String(query),
        delivery: String(delivery),
        ...(typeof share === 'string' && { share }),
      }));
    });
  }

  private field(field: FieldDefinitionNode, subgraph: string): MappedField {
    const entity = namedType(field);
    const [join] = argumentsOf(field, 'join__field').filter(
      (one) => one['graph'] !== undefined && this.graph(one) === subgraph,
    );
    const requires = join?.['requires'];
    return {
      name: field.name.value,
      type: print(field.type),
      description: field.description?.value ?? '',
      ...(this.entities.has(entity) && { entity }),
      ...(typeof requires === 'string' && { requires }),
    };
  }

  /** The subgraphs that answer a field: those it names, or all that have the type. */
  private homes(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): string[] {
    const joins = argumentsOf(field, 'join__field').filter(({ graph }) => graph !== undefined);
    if (joins.length > 0) {
      return joins.filter(({ external }) => external !== true).map((join) => this.graph(join));
    }
    return [...new Set(argumentsOf(type, 'join__type').map((join) => this.graph(join)))];
  }

  private graph({ graph }: Arguments): string {
    return this.graphs.get(String(graph)) ?? '';
  }
}

/** `MERCHANT_SERVICES` → `merchant-services`. */
function graphNames(definitions: readonly DefinitionNode[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const one of definitions) {
    if (one.kind !== Kind.ENUM_TYPE_DEFINITION || one.name.value !== 'join__Graph') continue;
    for (const value of one.values ?? []) {
      const [graph] = argumentsOf(value, 'join__graph');
      names.set(value.name.value, String(graph?.['name']));
    }
  }
  return names;
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

const argumentsOf = ({ directives = [] }: Directed, name: string): Arguments[] =>
  directives
    .filter((one) => one.name.value === name)
    .map(({ arguments: given = [] }) =>
      Object.fromEntries(given.map((one) => [one.name.value, valueFromASTUntyped(one.value)])),
    );

const isHidden = (node: Directed): boolean => argumentsOf(node, 'inaccessible').length > 0;

const isEntity = (type: ObjectTypeDefinitionNode): boolean =>
  argumentsOf(type, 'join__type').some(({ key }) => key !== undefined);

const nameOf = (type: ObjectTypeDefinitionNode): string => type.name.value;

const visible = ({ fields = [] }: ObjectTypeDefinitionNode): FieldDefinitionNode[] =>
  fields.filter((field) => !isHidden(field));

function namedType({ type }: FieldDefinitionNode): string {
  let named = type;
  while (named.kind !== Kind.NAMED_TYPE) named = named.type;
  return named.name.value;
}
