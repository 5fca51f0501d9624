import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import { aliasFields } from '../argument-aliases';

const field = (name: string, alias?: string): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(alias !== undefined && { alias: { kind: Kind.NAME, value: alias } }),
});

/**
 * An equivalent document that ApolloGateway answers right where it fails on the client's: aliases are ours, and every
 * selection also names the type. Of its answer every plain `__typename` is to be dropped.
 */
export function detour(
  client: DocumentNode,
  withArguments: ReadonlySet<string>,
): { document: DocumentNode; original: (key: string) => string } {
  const { document, keyOf, original } = aliasFields(client, withArguments);
  const prefix = keyOf(field('__typename', 'x')).slice(0, -1);
  return {
    document: visit(document, {
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
