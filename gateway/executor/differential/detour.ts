import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  isInterfaceType,
  visit,
} from 'graphql';
import type { DoorRequest } from '#kernel/graphql/door';
import type { CallContext } from '../../gateway.context';
import { type AliasedDocument, aliasFields } from '../argument-aliases';
import type { FetchAnswer, FetchSource } from '../sources/fetch-source';

const INTROSPECTION = new Set(['__schema', '__type']);

const field = (name: string, alias?: string): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(alias !== undefined && { alias: { kind: Kind.NAME, value: alias } }),
});

/** The client's document under our aliases, with its introspection, which ApolloGateway answers from the document. */
export function underOurAliases(
  client: DocumentNode,
  keyOf: AliasedDocument['keyOf'],
): DocumentNode {
  return visit(client, {
    Field: (node) => {
      if (INTROSPECTION.has(node.name.value)) return false;
      const key = keyOf(node);
      return key === (node.alias ?? node.name).value
        ? undefined
        : { ...node, alias: { kind: Kind.NAME, value: key } };
    },
  });
}

/**
 * An equivalent document that ApolloGateway answers right where it fails on the client's: aliases are ours, and every
 * selection also names the type. Of its answer every plain `__typename` is to be dropped.
 */
export function detour(
  client: DocumentNode,
  withArguments: ReadonlySet<string>,
): { document: DocumentNode; original: (key: string) => string } {
  const { keyOf, original } = aliasFields(client, withArguments);
  const prefix = keyOf(field('__typename', 'x')).slice(0, -1);
  return {
    document: visit(underOurAliases(client, keyOf), {
      Field: (node) =>
        node.name.value === '__typename' && node.alias === undefined
          ? { ...node, alias: { kind: Kind.NAME, value: `${prefix}__typename` } }
          : undefined,
      SelectionSet: {
        leave: (set) => ({ ...set, selections: [...set.selections, field('__typename')] }),
      },
    }),
    original,
  };
}

/** A subgraph that does not tell an entity's type where it knows only the interface: ApolloGateway then keeps the type. */
export class TypesOfObjectsOnly implements FetchSource {
  constructor(
    private readonly source: FetchSource,
    private readonly schema: GraphQLSchema,
  ) {}

  get name(): string {
    return this.source.name;
  }

  async fetch(request: DoorRequest, call: CallContext): Promise<FetchAnswer> {
    const answer = await this.source.fetch(request, call);
    const entities = answer.data?.['_entities'];
    if (!Array.isArray(entities)) return answer;
    for (const entity of entities as (Record<string, unknown> | null)[]) {
      const type = entity?.['__typename'];
      if (entity === null || typeof type !== 'string') continue;
      if (isInterfaceType(this.schema.getType(type))) entity['__typename'] = undefined;
    }
    return answer;
  }
}
