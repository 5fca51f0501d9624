import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  isInterfaceType,
  isObjectType,
  visit,
} from 'graphql';

/** A document in which fields that can take arguments or have aliases have aliases of ours, and the way back. */
export interface AliasedDocument {
  readonly document: DocumentNode;
  /** The key under which subgraphs are asked for a field of the original document. */
  readonly keyOf: (field: FieldNode) => string;
  /** The client's name of a key in an error's path. */
  readonly original: (key: string) => string;
}

const INTROSPECTION = new Set(['__schema', '__type']);
const TYPENAME: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/** Names of all fields that take arguments somewhere in the graph. */
export function fieldsWithArguments(schema: GraphQLSchema): ReadonlySet<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if ((!isObjectType(type) && !isInterfaceType(type)) || type.name.startsWith('__')) continue;
    for (const { name, args } of Object.values(type.getFields())) {
      if (args.length > 0) names.add(name);
    }
  }
  return names;
}

/**
 * Gives every field of these names, and every field that the client gave an alias, an alias of ours before planning. The
 * planner itself fetches keys and required fields under their plain names: they would collide with the client's
 * `f(arg: …)`, or with another field that it calls like a key (`id: owner { … }`).
 *
 * Introspection is answered by the gateway itself, so a `__typename` takes its place: the planner fails on it within a
 * fragment that has a condition.
 */
export function aliasFields(document: DocumentNode, names: ReadonlySet<string>): AliasedDocument {
  const prefix = freePrefix(document);
  const isAliased = (field: FieldNode): boolean =>
    names.has(field.name.value) || responseKey(field) !== field.name.value;
  const keyOf = (field: FieldNode): string =>
    isAliased(field) ? prefix + responseKey(field) : responseKey(field);
  return {
    document: visit(document, {
      Field: (field) => {
        if (INTROSPECTION.has(field.name.value)) return TYPENAME;
        return isAliased(field)
          ? { ...field, alias: { kind: Kind.NAME, value: keyOf(field) } }
          : undefined;
      },
    }),
    keyOf,
    original: (key) => (key.startsWith(prefix) ? key.slice(prefix.length) : key),
  };
}

const responseKey = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** A prefix that no response key of the document begins with. */
function freePrefix(document: DocumentNode): string {
  const keys: string[] = [];
  visit(document, { Field: (field) => void keys.push(responseKey(field)) });
  let prefix = 'with_';
  while (keys.some((key) => key.startsWith(prefix))) prefix = `_${prefix}`;
  return prefix;
}
