/** What a search asks for. Prices are unit prices in minor units, bounds included. */
export interface ListingWhere {
  readonly text?: string | null;
  /** Handle of the category. */
  readonly category?: string | null;
  readonly minPrice?: bigint | null;
  readonly maxPrice?: bigint | null;
  readonly currencyCode?: string | null;
  readonly sellerId?: string | null;
  readonly inStock?: boolean | null;
}

export type ListingSort = 'RELEVANCE' | 'PRICE' | 'NEWEST' | 'RATING';

/** Lower bounds of the price ranges, in minor units; the last one is open. */
export const PRICE_BOUNDS: readonly bigint[] = [
  0n,
  1_000n,
  2_500n,
  5_000n,
  10_000n,
  25_000n,
  50_000n,
  100_000n,
];

/** The part of `where` that a facet value stands for. */
export interface FacetInput {
  readonly category: string | null;
  readonly minPrice: bigint | null;
  readonly maxPrice: bigint | null;
  readonly currencyCode: string | null;
}

export interface FacetValue {
  readonly label: string;
  readonly count: number;
  readonly input: FacetInput;
  readonly selected: boolean;
}

export interface Facet {
  readonly name: string;
  readonly label: string;
  readonly values: readonly FacetValue[];
}

/** One counted group: of the whole result, of a category, or of a price range in a currency. */
export interface CountRow {
  readonly kind: 'total' | 'category' | 'price';
  /** Category handle or currency. */
  readonly key: string | null;
  /** Category name. */
  readonly name: string | null;
  /** Which price range, from 1. */
  readonly range: number | null;
  readonly count: number;
}

const NOTHING: FacetInput = { category: null, minPrice: null, maxPrice: null, currencyCode: null };

/** The category facet: largest first. The counts leave the category filter out, so a choice never changes them. */
export function categoryFacet(rows: readonly CountRow[], where: ListingWhere): Facet {
  const values = rows
    .filter(({ kind }) => kind === 'category')
    .map(({ key, name, count }) => ({
      label: name ?? '',
      count,
      input: { ...NOTHING, category: key },
      selected: key === (where.category ?? null),
    }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  return { name: 'category', label: 'Category', values };
}

/**
 * The price facet, in the currency that was asked for, else in the one most matches have: amounts of two currencies do
 * not compare. `show` writes an amount for people.
 */
export function priceFacet(
  rows: readonly CountRow[],
  where: ListingWhere,
  show: (minor: bigint, currency: string) => string,
): Facet {
  const prices = rows.filter(({ kind }) => kind === 'price');
  const currencyCode = where.currencyCode ?? commonest(prices);
  const values = prices
    .filter(({ key }) => key === currencyCode)
    .sort((a, b) => (a.range ?? 0) - (b.range ?? 0))
    .map(({ range, count }) => {
      const minPrice = PRICE_BOUNDS[(range ?? 1) - 1] ?? 0n;
      const next = PRICE_BOUNDS[range ?? 1];
      const maxPrice = next === undefined ? null : next - 1n;
      const from = show(minPrice, currencyCode);
      return {
        label: maxPrice === null ? `${from} +` : `${from} – ${show(maxPrice, currencyCode)}`,
        count,
        input: { ...NOTHING, minPrice, maxPrice, currencyCode },
        selected: (where.minPrice ?? null) === minPrice && (where.maxPrice ?? null) === maxPrice,
      };
    });
  return { name: 'price', label: currencyCode, values };
}

/** The currency with the most matches; the first by name of several. */
function commonest(prices: readonly CountRow[]): string {
  const counts = new Map<string, number>();
  for (const { key, count } of prices) counts.set(key ?? '', (counts.get(key ?? '') ?? 0) + count);
  const [first] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? '';
}

/** How each sort key orders: the SQL of its value, how it is compared, and whether the largest comes first. */
export const SORTS: Readonly<
  Record<ListingSort, { readonly key: string; readonly type: string; readonly descending: boolean }>
> = {
  RELEVANCE: { key: 'score', type: 'bigint', descending: true },
  PRICE: { key: '"priceMinor"', type: 'bigint', descending: false },
  NEWEST: { key: '"createdAt"', type: 'timestamptz', descending: true },
  RATING: { key: '"ratingScore"', type: 'bigint', descending: true },
};
