import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type GraphQLOutputType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  getNamedType,
  type GraphQLCompositeType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
} from 'graphql';
import { type AppliedField, type Selecting, appliedFields } from './applied-fields';
import type { CostModel } from './cost-model';
import { type CostedField, FieldCost, SelectionCost } from './field-cost';
import { type Values, inputCost, sum } from './input-cost';
import { introspectionCost } from './introspection-cost';
import { listLength } from './list-length';

/** What one operation costs, compiled once and asked with the variables of each request. */
export interface OperationCost {
  /** Before it runs: what the answer can hold at most, by the lengths that lists may have. */
  requested(variables: Values): number;
  /** Afterwards: the same sum over what the answer does hold. */
  actual(variables: Values, data: unknown): number;
}

/** Even an operation that asks for nothing took a request. */
const LEAST = 1;
const OBJECT = 1;

/**
 * Compiles the cost of an operation by the rules of the IBM cost specification, as Apollo's demand control applies them:
 * an object costs 1 and a scalar nothing, or what `@cost` says; a list costs its length times that; arguments add their
 * input objects. Of the types that an answer can have, the dearest counts. The document is valid and of limited size.
 */
export function compileCost(
  model: CostModel,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationCost {
  const fragments = new Map(
    document.definitions
      .filter((one) => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const root = schema.getRootType(operation.operation);
  if (root == null) return { requested: () => LEAST, actual: () => LEAST };
  const compiler = new Compiler(model, { schema, fragments });
  const selection = compiler.selection(root, operation.selectionSet);
  let run = 0;
  return {
    requested: (variables) =>
      Math.max(LEAST, selection.requested({ variables, run: ++run }, undefined)),
    actual: (variables, data) =>
      Math.max(LEAST, data == null ? 0 : selection.actual({ variables, run: ++run }, data)),
  };
}

class Compiler {
  private readonly known = new Map<SelectionSetNode, Map<string, SelectionCost>>();

  constructor(
    private readonly model: CostModel,
    private readonly selecting: Selecting,
  ) {}

  /** Compiled once for each type that it is reached by. */
  selection(type: GraphQLCompositeType, set: SelectionSetNode): SelectionCost {
    const byType = this.known.get(set) ?? new Map<string, SelectionCost>();
    this.known.set(set, byType);
    const known = byType.get(type.name);
    if (known !== undefined) return known;
    const { schema } = this.selecting;
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const made = new SelectionCost(types.map((one) => this.fields(one, set)));
    byType.set(type.name, made);
    return made;
  }

  private fields(type: GraphQLObjectType, set: SelectionSetNode): CostedField[] {
    return appliedFields(this.selecting, type, set).flatMap((applied) => {
      const cost = this.field(type, applied);
      return cost === undefined || cost.isFree ? [] : [{ conditions: applied.conditions, cost }];
    });
  }

  private field(type: GraphQLObjectType, { node }: AppliedField): FieldCost | undefined {
    const name = node.name.value;
    const key = node.alias?.value ?? name;
    const introspection = introspectionCost(node);
    if (introspection !== undefined)
      return new FieldCost({ ...PLAIN, key, name, weight: introspection });
    const definition = type.getFields()[name];
    if (definition === undefined) return undefined; // __typename
    const { weights, listSizes } = this.model;
    const coordinate = `${type.name}.${name}`;
    const named = getNamedType(definition.type);
    const weight = weights.get(coordinate);
    const size = listSizes.get(coordinate);
    const below =
      isCompositeType(named) && node.selectionSet !== undefined
        ? this.selection(named, node.selectionSet)
        : undefined;
    return new FieldCost({
      key,
      name,
      weight: weight ?? this.typeWeight(named),
      countsWhenNull: weight !== undefined,
      input: sum(
        (node.arguments ?? []).map(({ name: { value: argument }, value }) => {
          const declared = definition.args.find((one) => one.name === argument);
          if (declared === undefined) return 0;
          const own = weights.get(`${coordinate}(${argument}:)`);
          return inputCost(this.model, declared.type, value, own);
        }),
      ),
      below: below?.isFree === true ? undefined : below,
      listDepth: listDepth(definition.type),
      length: listLength(definition, node, size),
      sizedFields: size?.sizedFields ?? [],
    });
  }

  private typeWeight(type: GraphQLNamedType): number {
    const said = this.model.weights.get(type.name);
    if (said !== undefined || !isCompositeType(type)) return said ?? 0;
    if (!isAbstractType(type)) return OBJECT;
    const possible = this.selecting.schema.getPossibleTypes(type);
    return Math.max(OBJECT, ...possible.map((one) => this.typeWeight(one)));
  }
}

const PLAIN = {
  countsWhenNull: false,
  input: 0,
  below: undefined,
  listDepth: 0,
  length: () => 1,
  sizedFields: [],
} as const;

function listDepth(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0;
}
