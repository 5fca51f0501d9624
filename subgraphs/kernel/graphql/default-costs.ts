import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeNode,
  parseConstValue,
  visit,
} from 'graphql';
import { DEFAULT_PAGE } from './page';

/** What a root field costs when it does not say: a mutation works in transactions, a live field keeps working. */
const ROOT_WEIGHTS: Readonly<Record<string, number>> = { Mutation: 10, Subscription: 5 };

/** How many of them a list holds, when it does not say: few of these come in tens. */
const USUAL_SIZES: readonly (readonly [type: RegExp, size: number])[] = [
  [/UserError$/, 1],
  [/^ViewerAction$/, 5],
];

/**
 * Says what the graph's conventions already decide, so that no field has to: how long the page of a connection and
 * other usual lists are, and what root fields weigh. A field that says so itself is left as it is.
 */
export function withDefaultCosts(document: DocumentNode): DocumentNode {
  const connections = new Set(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && isConnection(definition)
        ? [definition.name.value]
        : [],
    ),
  );
  const costed = (type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode) => ({
    ...type,
    fields: (type.fields ?? []).map((field) => {
      const weight = ROOT_WEIGHTS[type.name.value];
      const added = [
        ...(connections.has(namedType(field.type)) ? [pageSize(field)] : usualSize(field)),
        ...(weight === undefined ? [] : [directive('cost', { weight: weight.toString() })]),
      ];
      return { ...field, directives: [...(field.directives ?? []), ...unsaid(field, added)] };
    }),
  });
  return visit(document, { ObjectTypeDefinition: costed, ObjectTypeExtension: costed });
}

const isConnection = ({ name, fields = [] }: ObjectTypeDefinitionNode): boolean =>
  name.value.endsWith('Connection') &&
  ['edges', 'nodes'].every((list) => fields.some((field) => field.name.value === list));

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** Arguments that do not slice this field (one that only goes forwards has no `last`) are not named. */
function pageSize({ arguments: given = [] }: FieldDefinitionNode): ConstDirectiveNode {
  const slicing = ['first', 'last'].filter((name) => given.some((one) => one.name.value === name));
  return directive('listSize', {
    assumedSize: DEFAULT_PAGE.toString(),
    slicingArguments: JSON.stringify(slicing),
    sizedFields: '["edges", "nodes"]',
    requireOneSlicingArgument: 'false',
  });
}

function usualSize({ type }: FieldDefinitionNode): ConstDirectiveNode[] {
  const list = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
  if (list.kind !== Kind.LIST_TYPE) return [];
  const [, size] = USUAL_SIZES.find(([name]) => name.test(namedType(list))) ?? [];
  return size === undefined ? [] : [directive('listSize', { assumedSize: size.toString() })];
}

const unsaid = (
  { directives = [] }: FieldDefinitionNode,
  added: readonly ConstDirectiveNode[],
): ConstDirectiveNode[] =>
  added.filter(({ name }) => directives.every((said) => said.name.value !== name.value));

const directive = (name: string, values: Readonly<Record<string, string>>): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
  arguments: Object.entries(values).map(([argument, value]) => ({
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: argument },
    value: parseConstValue(value),
  })),
});
