import {
  type ConstDirectiveNode,
  type DocumentNode,
  Kind,
  type SelectionSetNode,
  parse,
} from 'graphql';

/** What a subgraph's SDL says about one of its types. */
export interface FederatedType {
  readonly keys: SelectionSetNode[];
  /** By field: the top-level fields that its @requires names. */
  readonly requires: Map<string, string[]>;
  readonly isInterface: boolean;
  isInterfaceObject: boolean;
}

/** Reads keys and requirements by type from a subgraph's SDL. */
export function federatedTypes(sdl: DocumentNode): Map<string, FederatedType> {
  const types = new Map<string, FederatedType>();
  for (const definition of sdl.definitions) {
    const isObject =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.OBJECT_TYPE_EXTENSION;
    const isInterface =
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_EXTENSION;
    if (!isObject && !isInterface) continue;
    const name = definition.name.value;
    const type = types.get(name) ?? {
      keys: [],
      requires: new Map<string, string[]>(),
      isInterface,
      isInterfaceObject: false,
    };
    types.set(name, type);
    for (const directive of definition.directives ?? []) {
      if (directive.name.value === 'key') type.keys.push(fieldSet(directive));
      if (directive.name.value === 'interfaceObject') type.isInterfaceObject = true;
    }
    for (const field of definition.fields ?? []) {
      const requires = field.directives?.find((one) => one.name.value === 'requires');
      if (requires !== undefined) type.requires.set(field.name.value, names(fieldSet(requires)));
    }
  }
  return types;
}

function fieldSet(directive: ConstDirectiveNode): SelectionSetNode {
  const given = directive.arguments?.find((one) => one.name.value === 'fields')?.value;
  if (given?.kind !== Kind.STRING) throw new Error('a field set is a string');
  const [operation] = parse(`{ ${given.value} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a field set has fields');
  return operation.selectionSet;
}

const names = (set: SelectionSetNode): string[] =>
  set.selections.flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));

/** The fields of a type that are part of one of its keys. */
export const keyFields = (type: FederatedType | undefined): ReadonlySet<string> =>
  new Set((type?.keys ?? []).flatMap(names));
