import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type FieldNode,
  getVariableValues,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import type { Answer, GeneratedOperation } from './run';

/**
 * Checks an answer's keys against graphql-js's own collection of fields: each object has exactly the keys, in the order,
 * that the specification gives an object of one of its possible types. Returns what is wrong.
 */
export function wrongKeys(
  schema: GraphQLSchema,
  operation: GeneratedOperation,
  { data }: Answer,
): string | undefined {
  return data == null ? undefined : new KeyCheck(schema, operation).check(data);
}

class KeyCheck {
  private readonly operation: OperationDefinitionNode;
  private readonly fragments: Record<string, FragmentDefinitionNode> = {};
  private readonly variables: Record<string, unknown>;

  constructor(
    private readonly schema: GraphQLSchema,
    { query, variables }: GeneratedOperation,
  ) {
    let operation: OperationDefinitionNode | undefined;
    for (const definition of parse(query, { noLocation: true }).definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) {
        this.fragments[definition.name.value] = definition;
      } else if (definition.kind === Kind.OPERATION_DEFINITION) operation = definition;
    }
    if (operation === undefined) throw new Error('there is no operation');
    this.operation = operation;
    const { coerced = {} } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      variables,
    );
    this.variables = coerced;
  }

  check(data: Record<string, unknown>): string | undefined {
    const { schema, fragments, variables, operation } = this;
    const root = schema.getRootType(operation.operation);
    if (root == null) throw new Error('there is no root');
    const fields = collectFields(schema, fragments, variables, root, operation.selectionSet);
    return this.object(root, fields, data, 'data');
  }

  private object(
    type: GraphQLObjectType,
    fields: ReadonlyMap<string, readonly FieldNode[]>,
    value: object,
    path: string,
  ): string | undefined {
    const [wanted, got] = [[...fields.keys()].join(' '), Object.keys(value).join(' ')];
    if (wanted !== got) return `${path} has the keys ${got}, not ${wanted}`;
    for (const [key, below] of Object.entries(value)) {
      const nodes = fields.get(key) ?? [];
      const name = nodes[0]?.name.value ?? '';
      if (name.startsWith('__')) continue;
      const field = type.getFields()[name];
      if (field === undefined) return `${type.name} has no field ${name}`;
      const wrong = this.value(field.type, nodes, below, `${path}.${key}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  private value(
    type: GraphQLOutputType,
    nodes: readonly FieldNode[],
    value: unknown,
    path: string,
  ): string | undefined {
    if (isNonNullType(type)) return this.value(type.ofType, nodes, value, path);
    if (isListType(type)) {
      if (!Array.isArray(value)) return undefined;
      for (const [i, one] of value.entries()) {
        const wrong = this.value(type.ofType, nodes, one, `${path}[${i}]`);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    }
    if (typeof value !== 'object' || value === null) return undefined;
    if (!isObjectType(type) && !isAbstractType(type)) return undefined;
    const possible = isObjectType(type) ? [type] : this.schema.getPossibleTypes(type);
    const { schema, fragments, variables } = this;
    let first: string | undefined;
    for (const one of possible) {
      const fields = collectSubfields(schema, fragments, variables, one, [...nodes]);
      const wrong = this.object(one, fields, value, path);
      if (wrong === undefined) return undefined;
      first ??= wrong;
    }
    return first;
  }
}
