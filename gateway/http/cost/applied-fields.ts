import {
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  type SelectionSetNode,
  isAbstractType,
} from 'graphql';
import type { Values } from './input-cost';

type Condition = (variables: Values) => boolean;

/** A field that an object of one type answers, when all its conditions hold. */
export interface AppliedField {
  readonly node: FieldNode;
  readonly conditions: readonly Condition[];
}

export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** The fields of a selection that apply to objects of one type, out of all fragments. */
export function appliedFields(
  selecting: Selecting,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  conditions: readonly Condition[] = [],
): AppliedField[] {
  return selections.flatMap((selection) => {
    const all = withConditions(conditions, selection.directives ?? []);
    if (all === undefined) return [];
    if (selection.kind === Kind.FIELD) return [{ node: selection, conditions: all }];
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? selecting.fragments.get(selection.name.value)
        : selection;
    if (fragment === undefined || !applies(selecting.schema, type, fragment.typeCondition)) {
      return [];
    }
    return appliedFields(selecting, type, fragment.selectionSet, all);
  });
}

function applies(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  condition: NamedTypeNode | undefined,
): boolean {
  if (condition === undefined || condition.name.value === type.name) return true;
  const wanted = schema.getType(condition.name.value);
  return isAbstractType(wanted) && schema.isSubType(wanted, type);
}

/** Undefined when a literal leaves it out whatever the variables are. */
function withConditions(
  outer: readonly Condition[],
  directives: readonly DirectiveNode[],
): readonly Condition[] | undefined {
  const added: Condition[] = [];
  for (const { name, arguments: given } of directives) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const wanted = name.value === 'include';
    const value = given?.find((one) => one.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return undefined;
    if (value?.kind !== Kind.VARIABLE) continue;
    const variable = value.name.value;
    added.push((variables) => variables[variable] === wanted);
  }
  return added.length === 0 ? outer : [...outer, ...added];
}
