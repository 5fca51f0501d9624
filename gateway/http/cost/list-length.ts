import {
  type GraphQLField,
  type FieldNode,
  Kind,
  type ValueNode,
  isListType,
  getNullableType,
} from 'graphql';
import { DEFAULT_LIST_SIZE, type ListSize } from './cost-model';
import type { Values } from './input-cost';

/** How long the list of a field may be, by the variables of one request. */
export type Length = (variables: Values) => number;

/**
 * The slicing argument decides, else what is assumed. Where a client names the things it wants (`ids`), there can be no
 * more of them than it names.
 */
export function listLength(
  field: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
  said: ListSize | undefined,
): Length {
  const assumed = said?.assumedSize ?? DEFAULT_LIST_SIZE;
  const argument = (name: string): ((variables: Values) => unknown) => {
    const value = given.find((one) => one.name.value === name)?.value;
    const fallback = field.args.find((one) => one.name === name)?.defaultValue;
    return value === undefined ? () => fallback : valueIn(value, fallback);
  };
  const slicing = (said?.slicingArguments ?? []).map(argument);
  if (slicing.length > 0) {
    return (variables) => {
      const sizes = slicing.map((read) => read(variables)).filter((one) => typeof one === 'number');
      return sizes.length === 0 ? assumed : Math.max(0, ...sizes);
    };
  }
  const ids = field.args.find(
    ({ name, type }) => name === 'ids' && isListType(getNullableType(type)),
  );
  if (ids === undefined) return () => assumed;
  const read = argument('ids');
  return (variables) => {
    const named = read(variables);
    return Array.isArray(named) ? named.length : assumed;
  };
}

/** Only what lengths are read from: numbers, lists and variables. */
function valueIn(value: ValueNode, fallback: unknown): (variables: Values) => unknown {
  if (value.kind === Kind.VARIABLE) {
    const name = value.name.value;
    return (variables) => (Object.hasOwn(variables, name) ? variables[name] : fallback);
  }
  const fixed =
    value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.LIST ? value.values : null;
  return () => fixed;
}
