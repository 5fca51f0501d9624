import type { ListingWhere } from './search.rules';

/** A text made ready by the database: what must match, and each word by itself to score with. */
export interface TextQuery {
  readonly query: string;
  readonly inTitle: readonly string[];
  readonly anywhere: readonly string[];
}

/** SQL conditions of a search with their values. The text depends only on which filters are there. */
export interface Conditions {
  readonly values: readonly unknown[];
  /** Filters that no facet stands for. */
  readonly base: string;
  /** The category filter, or `true`. */
  readonly category: string;
  /** The price filter, or `true`. */
  readonly price: string;
}

/** Numbers the placeholders of a search's filters; the caller goes on behind `values`. */
export function conditionsOf(where: ListingWhere, text: TextQuery | undefined): Conditions {
  const values: unknown[] = [];
  const put = (value: unknown): string => `$${values.push(value).toString()}`;
  const base = ['d."bestOfferId" is not null'];
  if (text !== undefined) base.push(`d.words @@ ${put(text.query)}::tsquery`);
  if (where.sellerId != null) base.push(`d."sellerIds" @> array[${put(where.sellerId)}::text]`);
  if (where.currencyCode != null) base.push(`d.currency = ${put(where.currencyCode)}`);
  if (where.inStock != null) base.push(`d."inStock" = ${put(where.inStock)}::boolean`);
  const price: string[] = [];
  if (where.minPrice != null) price.push(`d."priceMinor" >= ${put(where.minPrice)}::bigint`);
  if (where.maxPrice != null) price.push(`d."priceMinor" <= ${put(where.maxPrice)}::bigint`);
  const category =
    where.category == null
      ? 'true'
      : `d."categoryId" = coalesce((select id from category where handle = ${put(where.category)}), '')`;
  return {
    values,
    base: base.join(' and '),
    category,
    price: price.length === 0 ? 'true' : `(${price.join(' and ')})`,
  };
}

/**
 * Relevance in millionths: how many of the words stand in the title (a word elsewhere counts 0.4), how much of the
 * title they are (an accessory names more besides), and stock. `inTitle` and `anywhere` are placeholders.
 */
export const scoreOf = (inTitle: string, anywhere: string): string => `(
  select (700000 * sum(w.found) / (1000 * count(*))
    + 250000 * sum((w.found = 1000)::int) / greatest(d."titleWords", count(*))
    + case when d."inStock" then 50000 else 0 end)::bigint
  from (
    select case when d.words @@ q.title then 1000 when d.words @@ q.body then 400 else 0 end as found
    from unnest(${inTitle}::text[]::tsquery[], ${anywhere}::text[]::tsquery[]) as q (title, body)
  ) w)`;

/** Whether a cursor's key can be a place in a list ordered by a value of this type, with an id behind it. */
export function isPlace(key: readonly string[], type: string): boolean {
  const [value = '', id] = key;
  const fits =
    type === 'timestamptz'
      ? /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value)
      : /^-?\d{1,18}$/.test(value);
  return fits && id !== undefined && key.length === 2;
}
