import { type FieldNode, visit } from 'graphql';

/** The whole schema is hundreds of types with thousands of fields, one type is a few dozen. */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['__schema', 250],
  ['__type', 10],
]);

/**
 * What a field of introspection costs: its lists are as long as the schema makes them, and each alias inside can repeat
 * all of it. Undefined for an ordinary field.
 */
export function introspectionCost(field: FieldNode): number | undefined {
  const weight = WEIGHTS.get(field.name.value);
  if (weight === undefined) return undefined;
  let aliases = 0;
  visit(field, {
    Field: (inner) => {
      if (inner !== field && inner.alias !== undefined && inner.selectionSet) aliases += 1;
    },
  });
  return weight * (1 + aliases);
}
