import type { Id } from '#kernel/ids/id';
import type { Database } from '#kernel/db/database';
import { Refusal } from '#kernel/errors/refusal';
import type { PageRequest } from '#kernel/graphql/page';
import { toDecimal } from '#kernel/money/money';
import type { OfferId, ProductId } from '#contracts/ids';
import { type TextQuery, conditionsOf, isPlace, scoreOf } from './search-sql.rules';
import { queryWords } from './search-text.rules';
import { queryIds } from './search.ids';
import {
  type CountRow,
  type Facet,
  type ListingSort,
  type ListingWhere,
  PRICE_BOUNDS,
  SORTS,
  categoryFacet,
  priceFacet,
} from './search.rules';

/** One product that was found. */
export interface Hit {
  readonly productId: ProductId;
  readonly bestOfferId: OfferId;
  /** Its value of the sort key, as text: with the id it is the hit's place. */
  readonly place: string;
}

export interface Counts {
  readonly total: number;
  readonly facets: Facet[];
}

export interface SearchResult {
  readonly queryId: Id<'qry'>;
  /** One more than the page holds. */
  readonly hits: Hit[];
  /** Counted on demand, and once: a client that wants no counts pays for none. */
  readonly counts: () => Promise<Counts>;
}

export interface SearchRequest {
  readonly where: ListingWhere;
  readonly sort: ListingSort;
  readonly reverse: boolean;
  readonly page: PageRequest;
}

/** All words if that finds anything at all, else any of them. Whole words and English stems both count. */
const PREPARE_TEXT = `
  with q as (
    select to_tsquery('simple', $1) || to_tsquery('english', $1) as "all",
      to_tsquery('simple', $2) || to_tsquery('english', $2) as "any"
  )
  select (case when exists (
      select 1 from "searchDocument" d where d.words @@ q."all" and d."bestOfferId" is not null
    ) then q."all" else q."any" end)::text as query,
    (select array_agg((to_tsquery('simple', w || ':A') || to_tsquery('english', w || ':A'))::text)
      from unnest($3::text[]) as w) as "inTitle",
    (select array_agg((to_tsquery('simple', w) || to_tsquery('english', w))::text)
      from unnest($3::text[]) as w) as anywhere
  from q`;

/** Reads the search rows. All of it is public. */
export class SearchService {
  constructor(private readonly db: Database) {}

  async search({ where, sort, reverse, page }: SearchRequest): Promise<SearchResult> {
    const text = await this.prepare(where.text ?? '');
    let counts: Promise<Counts> | undefined;
    return {
      queryId: queryIds.create(),
      hits: await this.hits(where, text, effective(sort, text), reverse, page),
      counts: () => (counts ??= this.count(where, text)),
    };
  }

  /** The offer that search shows for a product; undefined when search does not show it. */
  hitOf(productId: string): Promise<Hit | undefined> {
    return this.db.first<Hit>(
      `select "productId", "bestOfferId", '' as place from "searchDocument"
       where "productId" = $1 and "bestOfferId" is not null`,
      [productId],
    );
  }

  private async prepare(text: string): Promise<TextQuery | undefined> {
    // Words are letters and digits only, so quoting them is enough for any text to be a query.
    const words = queryWords(text).map((word) => `'${word}'`);
    if (words.length === 0) return undefined;
    return this.db.first<TextQuery>(PREPARE_TEXT, [words.join(' & '), words.join(' | '), words]);
  }

  private hits(
    where: ListingWhere,
    text: TextQuery | undefined,
    sort: ListingSort,
    reverse: boolean,
    { size, backward, from }: PageRequest,
  ): Promise<Hit[]> {
    const { values, base, category, price } = conditionsOf(where, text);
    const all: unknown[] = [...values];
    const put = (value: unknown): string => `$${all.push(value).toString()}`;
    const { key, type, descending } = SORTS[sort];
    if (from !== undefined && !isPlace(from, type)) {
      throw new Refusal('BAD_PAGE_ARGUMENTS', 'this cursor is not from this list');
    }
    const score =
      text && sort === 'RELEVANCE' ? scoreOf(put(text.inTitle), put(text.anywhere)) : '0';
    const down = (descending !== reverse) !== backward;
    const order = down ? 'desc' : 'asc';
    const behind =
      from === undefined
        ? ''
        : `where (${key}, "productId") ${down ? '<' : '>'} (${put(from[0])}::${type}, ${put(from[1])}::text)`;
    // With a text the matches are found first: walking a sort index until rare words turn up takes 60 times longer.
    const found = text === undefined ? 'found as' : 'found as materialized';
    return this.db.query<Hit>(
      `with ${found} (
         select d."productId", d."bestOfferId", d."priceMinor", d."createdAt", d."ratingScore", ${score} as score
         from "searchDocument" d where ${base} and ${category} and ${price}
       )
       select "productId", "bestOfferId", ${place(key, type)} as place from found ${behind}
       order by ${key} ${order}, "productId" ${order} limit ${put(size + 1)}`,
      all,
    );
  }

  /**
   * Total and all facets in one pass. Each row carries which facet filters it fails; a facet counts the rows that fail
   * none but its own. Materialised, because else the mask is computed again for every count.
   */
  private async count(where: ListingWhere, text: TextQuery | undefined): Promise<Counts> {
    const { values, base, category, price } = conditionsOf(where, text);
    const bounds = `$${(values.length + 1).toString()}::bigint[]`;
    const rows = await this.db.query<CountRow>(
      `with found as materialized (
         select d."categoryId", d.currency, d."priceMinor",
           (case when ${category} then 0 else 1 end) | (case when ${price} then 0 else 2 end) as failed
         from "searchDocument" d where ${base}
       )
       select 'total' as kind, null as key, null as name, null::int as range, count(*)::int as count
       from found where failed = 0
       union all
       select 'category', c.handle, c.name, null, n.count from (
         select "categoryId", count(*)::int as count from found where failed & 2 = 0 group by 1
       ) n join category c on c.id = n."categoryId"
       union all
       select 'price', currency, null, width_bucket("priceMinor", ${bounds}), count(*)::int
       from found where failed & 1 = 0 group by 2, 4`,
      [...values, PRICE_BOUNDS],
    );
    const show = (minor: bigint, currency: string): string =>
      currency === '' ? '' : `${currency} ${toDecimal({ minor, currency })}`;
    return {
      total: rows.find(({ kind }) => kind === 'total')?.count ?? 0,
      facets: [categoryFacet(rows, where), priceFacet(rows, where, show)],
    };
  }
}

/** Without a text nothing is more relevant than the rest: the newest come first. */
const effective = (sort: ListingSort, text: TextQuery | undefined): ListingSort =>
  sort === 'RELEVANCE' && text === undefined ? 'NEWEST' : sort;

const place = (key: string, type: string): string =>
  type === 'timestamptz' ? `to_char(${key}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : `${key}::text`;
