import { type DirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** A subscription field as `@live` declares it in the supergraph. */
export interface LiveField {
  readonly name: string;
  /** Topics that feed it, with its arguments in braces: `order:{id}`. */
  readonly topics: readonly string[];
  /** The query field of the same arguments that answers it. */
  readonly query: string;
  /** LOSSLESS: every fact arrives. LATEST: a slow reader gets the newest. */
  readonly delivery: 'LOSSLESS' | 'LATEST';
  /** Who gets the same answer: each account its own, all whom the owner grants the same scope, or everybody. */
  readonly share: Share;
}

export type Share = 'USER' | 'PARTY' | 'PUBLIC';

/** All live fields of a supergraph, by name. */
export function liveFields(supergraphSdl: string): ReadonlyMap<string, LiveField> {
  const fields = new Map<string, LiveField>();
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    if (definition.name.value !== 'Subscription') continue;
    for (const { name, directives } of definition.fields ?? []) {
      const live = directives?.find((directive) => directive.name.value === 'live');
      if (live !== undefined) fields.set(name.value, { name: name.value, ...read(live) });
    }
  }
  return fields;
}

function read({ arguments: given }: DirectiveNode): Omit<LiveField, 'name'> {
  const values = Object.fromEntries(
    (given ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
  const { topics, query, delivery, share } = values;
  return {
    topics: [topics].flat().map(String),
    query: String(query),
    delivery: delivery === 'LATEST' ? 'LATEST' : 'LOSSLESS',
    share: share === 'PARTY' || share === 'PUBLIC' ? share : 'USER',
  };
}

/** The topics of one subscription: the arguments put in. */
export const topicsOf = (
  { topics }: LiveField,
  args: Readonly<Record<string, unknown>>,
): string[] =>
  topics.map((topic) => topic.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name])));
