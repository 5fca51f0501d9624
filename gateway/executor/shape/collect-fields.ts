import {
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  Kind,
  type FieldNode,
  type SelectionNode,
  type SelectionSetNode,
  isAbstractType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';

export interface Selections {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The values of the variables that decide @skip and @include. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Fields of one kind of object under their response keys, in the order of the answer. Equal keys are one field. */
export function collectFields(
  selections: Selections,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const entered = new Set<string>();
  const enter = (nodes: readonly SelectionNode[]): void => {
    for (const node of nodes) {
      if (!isIncluded(node, selections.variables)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const same = fields.get(key);
        if (same === undefined) fields.set(key, [node]);
        else same.push(node);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value;
        if (fits(selections.schema, condition, type)) enter(node.selectionSet.selections);
      } else if (!entered.has(node.name.value)) {
        entered.add(node.name.value);
        const fragment = selections.fragments.get(node.name.value);
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition.name.value;
        if (fits(selections.schema, condition, type)) enter(fragment.selectionSet.selections);
      }
    }
  };
  for (const set of sets) enter(set.selections);
  return fields;
}

function fits(
  schema: GraphQLSchema,
  condition: string | undefined,
  type: GraphQLCompositeType,
): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return (
    conditional !== undefined &&
    isAbstractType(conditional) &&
    (isObjectType(type) || isAbstractType(type)) &&
    'getFields' in type &&
    schema.isSubType(conditional, type)
  );
}

function isIncluded(node: SelectionNode, variables: Selections['variables']): boolean {
  for (const { name, arguments: given } of node.directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = given?.find((one) => one.name.value === 'if')?.value;
    const decided = value && valueFromASTUntyped(value, variables);
    if (decided === (name.value === 'skip')) return false;
  }
  return true;
}
