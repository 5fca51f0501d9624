import type { Tx } from '#kernel/db/database';
import type { ProductId, SellerId } from '#contracts/ids';
import { indexWords } from './search-text.rules';

/** Texts of a product that search reads. */
export interface SearchText {
  readonly productId: ProductId;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** SKUs and other codes of its variants. */
  readonly codes: readonly string[];
}

/** Words are kept whole (`simple`, for names, codes and languages without a stemmer here) and as English stems. */
const vector = (text: string, weight: string): string =>
  `setweight(to_tsvector('simple', ${text}) || to_tsvector('english', ${text}), '${weight}')`;

const WRITE_TEXT = `
  insert into "searchDocument" ("productId", "categoryId", title, "titleWords", words, "createdAt")
  select p.id, p."categoryId", p.title, t."titleWords",
    ${vector('t.title', 'A')} || ${vector('t.category', 'B')} || ${vector('t.codes', 'C')} ||
      ${vector('t.description', 'D')},
    p."createdAt"
  from jsonb_to_recordset($1::jsonb)
    as t ("productId" text, title text, "titleWords" integer, category text, codes text, description text)
  join product p on p.id = t."productId"
  order by p.id
  on conflict ("productId") do update
    set title = excluded.title, "titleWords" = excluded."titleWords", words = excluded.words,
      "categoryId" = excluded."categoryId"
    where ("searchDocument".title, "searchDocument".words, "searchDocument"."categoryId")
      is distinct from (excluded.title, excluded.words, excluded."categoryId")`;

/** Locks first: two offers of one product changed at once would each compute the row without the other's change. */
const LOCK = `
  select "productId" from "searchDocument" where "productId" = any ($1) order by "productId" for no key update`;

const REFRESH = `
  update "searchDocument" d
  set "bestOfferId" = n."bestOfferId", "sellerIds" = n."sellerIds", "priceMinor" = n."priceMinor",
    currency = n.currency, "inStock" = n."inStock", "ratingScore" = n."ratingScore"
  from (
    select p.id, b.id as "bestOfferId", b."unitMinor" as "priceMinor", b.currency,
      coalesce(b.available > 0, false) as "inStock", coalesce(m.ids, '{}') as "sellerIds",
      -- twenty reviews of 3.5 stars are assumed before the first real one
      ((20 * 3500 + 1000 * p."ratingSum") / (20 + p."ratingCount")) as "ratingScore"
    from product p
    left join lateral (
      select o.id, o."unitMinor", o.currency, s."onHand" - s.reserved as available
      from offer o
      join "sellerGate" g on g."sellerId" = o."sellerId" and g."sellingAllowed"
      join stock s on s."offerId" = o.id
      where o."productId" = p.id and o.state = 'LIVE'
      order by s."onHand" > s.reserved desc, o.currency = p.currency desc,
        o."unitMinor" + o."shippingMinor", o.id
      limit 1
    ) b on true
    left join lateral (
      select array_agg(distinct o."sellerId" order by o."sellerId") as ids
      from offer o
      join "sellerGate" g on g."sellerId" = o."sellerId" and g."sellingAllowed"
      where o."productId" = p.id and o.state = 'LIVE'
    ) m on true
    where p.id = any ($1)
  ) n
  where d."productId" = n.id
    and (d."bestOfferId", d."sellerIds", d."priceMinor", d.currency, d."inStock", d."ratingScore")
      is distinct from
        (n."bestOfferId", n."sellerIds", n."priceMinor", n.currency, n."inStock", n."ratingScore")`;

/**
 * Keeps the search rows equal to what they are made from, in the transaction that changes it. Lock order everywhere:
 * products, stock, offers, and search rows last.
 */
export class SearchIndexService {
  /** Writes the words of products (new ones get their row); call `refreshIn` afterwards. */
  async writeTextIn(tx: Tx, texts: readonly SearchText[]): Promise<void> {
    if (texts.length === 0) return;
    const rows = texts.map((text) => ({
      productId: text.productId,
      title: indexWords(text.title),
      titleWords: indexWords(text.title).split(' ').length,
      category: indexWords(text.category),
      codes: indexWords(text.codes.join(' ')),
      description: indexWords(text.description),
    }));
    await tx.query(WRITE_TEXT, [JSON.stringify(rows)]);
  }

  /** Recomputes winner, price, stock, sellers and rating of products; to be called after any of them changed. */
  async refreshIn(tx: Tx, productIds: readonly ProductId[]): Promise<void> {
    if (productIds.length === 0) return;
    await tx.query(LOCK, [productIds]);
    await tx.query(REFRESH, [productIds]);
  }

  /** `refreshIn` for all that sellers offer, when they gain or lose the right to sell. */
  async refreshSellersIn(tx: Tx, sellerIds: readonly SellerId[]): Promise<void> {
    if (sellerIds.length === 0) return;
    const rows = await tx.query<{ productId: ProductId }>(
      `select distinct "productId" from offer where "sellerId" = any ($1) and state = 'LIVE'`,
      [sellerIds],
    );
    await this.refreshIn(
      tx,
      rows.map(({ productId }) => productId),
    );
  }
}
