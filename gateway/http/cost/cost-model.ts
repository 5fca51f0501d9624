import { type ConstDirectiveNode, Kind, parse, valueFromASTUntyped } from 'graphql';

/** What `@listSize` says of a field. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that say how long the list is. */
  readonly slicingArguments: readonly string[];
  /** Lists inside the answer that have this length; none: the field itself is the list. */
  readonly sizedFields: readonly string[];
}

/** How long a list is that says nothing. */
export const DEFAULT_LIST_SIZE = 10;

/** Weights and list sizes by schema coordinate, e.g. `Query.orders` or `Query.orders(first:)`. */
export interface CostModel {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

type Directed = { readonly directives?: readonly ConstDirectiveNode[] | undefined };

/** Reads `@cost` and `@listSize` of a supergraph. */
export function costModel(supergraphSdl: string): CostModel {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const weigh = (coordinate: string, { directives }: Directed): void => {
    const { weight } = valuesOf(directives, 'cost') ?? {};
    if (typeof weight === 'number') weights.set(coordinate, weight);
  };
  for (const definition of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (!('name' in definition)) continue;
    const type = definition.name.value;
    weigh(type, definition as Directed); // an executable document never gets here
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      weigh(coordinate, field);
      const size = listSize(field);
      if (size !== undefined) listSizes.set(coordinate, size);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const one of field.arguments ?? []) weigh(`${coordinate}(${one.name.value}:)`, one);
    }
  }
  return { weights, listSizes };
}

function listSize({ directives }: Directed): ListSize | undefined {
  const said = valuesOf(directives, 'listSize');
  if (said === undefined) return undefined;
  const { assumedSize, slicingArguments = [], sizedFields = [] } = said;
  return {
    assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
    slicingArguments: [slicingArguments].flat().map(String),
    sizedFields: [sizedFields].flat().map(String),
  };
}

function valuesOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  const found = directives?.find((one) => one.name.value === name);
  if (found === undefined) return undefined;
  return Object.fromEntries(
    (found.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
  );
}
