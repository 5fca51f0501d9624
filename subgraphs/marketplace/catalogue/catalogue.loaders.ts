import DataLoader from 'dataloader';
import type { Queries } from '#kernel/db/database';
import { Refusal } from '#kernel/errors/refusal';
import type { PageRequest } from '#kernel/graphql/page';
import type { AccountRow } from '../accounts/account.entity';
import type { SellerGateRow, SellerRow } from '../sellers/seller.entity';
import type { CategoryRow } from './category.entity';
import type { OfferWithStock } from './offer.entity';
import type { ProductRow, VariantRow } from './product.entity';

/** An account as pages show it: never with its secret. */
export type AccountName = Pick<AccountRow, 'id' | 'displayName'>;

/** One page of the offers that anyone can buy, of a product or of a variant. */
export interface OfferPageKey {
  readonly of: 'productId' | 'variantId';
  readonly id: string;
  readonly page: PageRequest;
}

const OFFER = `
  select o.*, coalesce(s."onHand" - s.reserved, 0) as available,
    coalesce(g."sellingAllowed", false) as "sellingAllowed",
    jsonb_build_object('id', e.id, 'handle', e.handle, 'displayName', e."displayName", 'country', e.country,
      'ratingCount', e."ratingCount", 'ratingSum', e."ratingSum",
      'sellingAllowed', coalesce(g."sellingAllowed", false)) as seller
  from offer o
  join seller e on e.id = o."sellerId"
  left join stock s on s."offerId" = o.id
  left join "sellerGate" g on g."sellerId" = o."sellerId"`;

type Loader<T> = DataLoader<string, T | undefined>;

/** Rows by id, batched within one request: one statement for all that a page asks at once. */
export interface MarketplaceLoaders {
  readonly account: Loader<AccountName>;
  readonly seller: Loader<SellerRow>;
  readonly sellerGate: Loader<SellerGateRow>;
  readonly category: Loader<CategoryRow>;
  readonly product: Loader<ProductRow>;
  readonly variant: Loader<VariantRow>;
  readonly offer: Loader<OfferWithStock>;
  readonly productVariants: DataLoader<string, VariantRow[]>;
  /** The best offer in stock of each product. */
  readonly bestOffer: Loader<OfferWithStock>;
  /** One row more than the page holds. */
  readonly offerPage: DataLoader<OfferPageKey, OfferWithStock[], string>;
}

export function marketplaceLoaders(db: Queries): MarketplaceLoaders {
  const rows = <T extends object>(text: string, key: keyof T & string): Loader<T> =>
    new DataLoader(async (ids) => byKey(ids, await db.query<T>(text, [ids]), key));
  return {
    account: rows('select id, "displayName" from account where id = any ($1)', 'id'),
    seller: rows('select * from seller where id = any ($1)', 'id'),
    sellerGate: rows('select * from "sellerGate" where "sellerId" = any ($1)', 'sellerId'),
    category: rows('select * from category where id = any ($1)', 'id'),
    product: rows('select * from product where id = any ($1)', 'id'),
    variant: rows('select * from variant where id = any ($1)', 'id'),
    offer: rows(`${OFFER} where o.id = any ($1)`, 'id'),
    bestOffer: rows(
      `${OFFER} join "searchDocument" d on d."bestOfferId" = o.id
       where d."productId" = any ($1) and d."inStock"`,
      'productId',
    ),
    productVariants: new DataLoader(async (ids) => {
      const found = await db.query<VariantRow>(
        'select * from variant where "productId" = any ($1) order by position, id',
        [ids],
      );
      return ids.map((id) => found.filter(({ productId }) => productId === id));
    }),
    offerPage: new DataLoader((keys) => offerPages(db, keys), {
      cacheKeyFn: (key: OfferPageKey) => JSON.stringify(key),
    }),
  };
}

function byKey<T extends object>(
  ids: readonly string[],
  found: T[],
  key: keyof T,
): (T | undefined)[] {
  const index = new Map(found.map((row) => [row[key] as string, row]));
  return ids.map((id) => index.get(id));
}

/** The keys of one page have the same shape nearly always: one statement serves all products of a page. */
async function offerPages(db: Queries, keys: readonly OfferPageKey[]): Promise<OfferWithStock[][]> {
  const answers = new Map<OfferPageKey, OfferWithStock[]>();
  const groups = new Map<string, OfferPageKey[]>();
  for (const key of keys) {
    const shape = JSON.stringify([key.of, key.page]);
    groups.set(shape, [...(groups.get(shape) ?? []), key]);
  }
  for (const group of groups.values()) {
    const found = await offerPageOf(db, group);
    for (const key of group)
      answers.set(
        key,
        found.filter((row) => row[key.of] === key.id),
      );
  }
  return keys.map((key) => answers.get(key) ?? []);
}

/** Cheapest first by price and shipping, then by id. */
async function offerPageOf(db: Queries, group: readonly OfferPageKey[]): Promise<OfferWithStock[]> {
  const [first] = group;
  if (first === undefined) return [];
  const { of, page } = first;
  if (page.from !== undefined && !/^\d{1,18}$/.test(page.from[0] ?? '')) {
    throw new Refusal('BAD_PAGE_ARGUMENTS', 'this cursor is not from this list');
  }
  const [past, order] = page.backward ? ['<', 'desc'] : ['>', 'asc'];
  return db.query<OfferWithStock>(
    `select o.* from unnest($1::text[]) as wanted(id)
     cross join lateral (
       ${OFFER}
       where o."${of}" = wanted.id and o.state = 'LIVE' and g."sellingAllowed"
         and ($2::bigint is null or (o."unitMinor" + o."shippingMinor", o.id) ${past} ($2::bigint, $3::text))
       order by o."unitMinor" + o."shippingMinor" ${order}, o.id ${order} limit $4
     ) o`,
    [group.map(({ id }) => id), page.from?.[0] ?? null, page.from?.[1] ?? null, page.size + 1],
  );
}
