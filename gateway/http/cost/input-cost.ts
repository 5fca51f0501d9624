import {
  type GraphQLInputType,
  type ValueNode,
  Kind,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { CostModel } from './cost-model';

/** Coerced variables, with the defaults of those that were not given. */
export type Values = Readonly<Record<string, unknown>>;
/** Something that depends on variables; a plain number does not. */
export type Score = number | ((variables: Values) => number);

/** An input object costs this much, and so does each one inside it. */
const INPUT_OBJECT = 1;

/** What the value of an argument or an input field costs. `weight` is its own `@cost`. */
export function inputCost(
  model: CostModel,
  type: GraphQLInputType,
  value: ValueNode,
  weight: number | undefined,
): Score {
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    if (weight === undefined && !hasObjects(type)) return 0;
    return (variables) => ofValue(model, type, variables[name], weight);
  }
  if (value.kind === Kind.NULL) return weight ?? 0;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const items = value.kind === Kind.LIST ? value.values : [value];
    const { ofType } = nullable as { readonly ofType: GraphQLInputType };
    return sum([weight ?? 0, ...items.map((item) => inputCost(model, ofType, item, undefined))]);
  }
  if (!isInputObjectType(nullable) || value.kind !== Kind.OBJECT) return weight ?? 0;
  const fields = nullable.getFields();
  return sum([
    weight ?? model.weights.get(nullable.name) ?? INPUT_OBJECT,
    ...value.fields.map(({ name, value: inner }) => {
      const field = fields[name.value];
      if (field === undefined) return 0;
      const own = model.weights.get(`${nullable.name}.${field.name}`);
      return inputCost(model, field.type, inner, own);
    }),
  ]);
}

/** The sum of scores, as a number when none of them depends on variables. */
export function sum(scores: readonly Score[]): Score {
  const open = scores.filter((score) => typeof score === 'function');
  const fixed = scores
    .filter((score) => typeof score === 'number')
    .reduce((total, score) => total + score, 0);
  if (open.length === 0) return fixed;
  return (variables) => open.reduce((total, score) => total + score(variables), fixed);
}

export const scoreOf = (score: Score, variables: Values): number =>
  typeof score === 'number' ? score : score(variables);

function hasObjects(type: GraphQLInputType): boolean {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return hasObjects(nullable.ofType);
  return isInputObjectType(nullable);
}

/** A coerced value of a variable. */
function ofValue(
  model: CostModel,
  type: GraphQLInputType,
  value: unknown,
  weight: number | undefined,
): number {
  if (value == null) return weight ?? 0;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const { ofType } = nullable as { readonly ofType: GraphQLInputType };
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.reduce<number>(
      (total, item) => total + ofValue(model, ofType, item, undefined),
      weight ?? 0,
    );
  }
  if (!isInputObjectType(nullable)) return weight ?? 0;
  let total = weight ?? model.weights.get(nullable.name) ?? INPUT_OBJECT;
  for (const field of Object.values(nullable.getFields())) {
    const inner = (value as Values)[field.name];
    if (inner === undefined) continue;
    const own = model.weights.get(`${nullable.name}.${field.name}`);
    total += ofValue(model, field.type, inner, own);
  }
  return total;
}
