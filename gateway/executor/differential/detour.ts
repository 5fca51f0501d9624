import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import { type AliasedDocument, aliasFields } from '../argument-aliases';

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
