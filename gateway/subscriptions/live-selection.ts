import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  getDirectiveValues,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export const fragmentsOf = ({ definitions }: DocumentNode): Fragments =>
  new Map(
    definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );

/** The fields that are really selected, in the order of the answer: fragments put in, @skip and @include judged. */
export function selectedFields(
  selections: readonly SelectionNode[],
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): FieldNode[] {
  return selections.flatMap((selection) => {
    if (!isSelected(selection, variables)) return [];
    if (selection.kind === Kind.FIELD) return [selection];
    const below =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    return selectedFields(below?.selections ?? [], fragments, variables);
  });
}

function isSelected(node: SelectionNode, variables: Readonly<Record<string, unknown>>): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
  return skip?.['if'] !== true && include?.['if'] !== false;
}
