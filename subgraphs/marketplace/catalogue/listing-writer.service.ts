import type { Tx } from '#kernel/db/database';
import { offerIds, productIds, variantIds } from '#contracts/ids';
import type { SearchIndexService } from '../search/search-index.service';
import { categoryIds } from './catalogue.ids';
import type { CategoryRow } from './category.entity';
import type { CleanListing } from './listing.rules';
import { offerPublished, type PublishedOffer } from './offer.service';
import type { ProductRow, VariantRow } from './product.entity';

/** Locked rows that decide which listings may be written. */
export interface Held {
  /** By handle. */
  readonly products: ReadonlyMap<string, ProductRow>;
  /** Units reserved by checkouts, by `handle sku`, of this seller's open offers. */
  readonly reserved: ReadonlyMap<string, number>;
}

type Categories = ReadonlyMap<string, CategoryRow>;

/** Set-based SQL of one bulk call: a dozen statements, however many rows. Lock order: products, stock, offers. */
export class ListingWriter {
  constructor(
    private readonly tx: Tx,
    private readonly sellerId: string,
    private readonly index: SearchIndexService,
  ) {}

  /** The categories that listings name, by handle; those that come with a name are made when new. */
  async categories(listings: readonly CleanListing[]): Promise<Categories> {
    const named = new Map(
      listings.flatMap(({ categoryHandle, categoryName }) =>
        categoryName === undefined ? [] : [[categoryHandle, categoryName] as const],
      ),
    );
    const fresh = [...named].map(([handle, name]) => ({ id: categoryIds.create(), handle, name }));
    await this.tx.query(
      `insert into category (id, handle, name, "createdAt")
       select id, handle, name, $2 from jsonb_to_recordset($1::jsonb) as c (id text, handle text, name text)
       order by handle on conflict (handle) do nothing`,
      [JSON.stringify(fresh), this.tx.now],
    );
    const rows = await this.tx.query<CategoryRow>(
      'select * from category where handle = any ($1)',
      [listings.map(({ categoryHandle }) => categoryHandle)],
    );
    return new Map(rows.map((row) => [row.handle, row]));
  }

  /** Makes the products that are new (they cannot be refused any more) and locks the others with their stock. */
  async hold(listings: readonly CleanListing[], categories: Categories): Promise<Held> {
    await this.tx.query(
      `insert into product
         (id, handle, title, description, "categoryId", language, currency, sharing, "createdBy", "createdAt", "updatedAt")
       select id, handle, title, description, "categoryId", language, currency, sharing, $2, $3, $3
       from jsonb_to_recordset($1::jsonb) as p (id text, handle text, title text, description text,
         "categoryId" text, language text, currency text, sharing text)
       order by handle on conflict (handle) do nothing`,
      [this.productRows(listings, categories), this.sellerId, this.tx.now],
    );
    const products = await this.tx.query<ProductRow>(
      'select * from product where handle = any ($1) order by handle for no key update',
      [listings.map(({ handle }) => handle)],
    );
    const stock = await this.tx.query<{ key: string; reserved: number }>(
      `select p.handle || ' ' || v.sku as key, s.reserved
       from stock s join offer o on o.id = s."offerId" join variant v on v.id = o."variantId"
       join product p on p.id = o."productId"
       where p.id = any ($1) and o."sellerId" = $2 and o.state <> 'WITHDRAWN'
       order by s."offerId" for no key update of s`,
      [products.map(({ id }) => id), this.sellerId],
    );
    return {
      products: new Map(products.map((row) => [row.handle, row])),
      reserved: new Map(stock.map(({ key, reserved }) => [key, reserved])),
    };
  }

  /** Writes accepted listings: products, variants, offers, stock, search rows, facts. */
  async write(listings: readonly CleanListing[], categories: Categories): Promise<ProductRow[]> {
    if (listings.length === 0) return [];
    const products = await this.writeProducts(listings, categories);
    const idOf = new Map(products.map(({ id, handle }) => [handle, id]));
    const variants = await this.writeVariants(listings, idOf);
    await this.writeOffers(listings, idOf, variants);
    await this.index.writeTextIn(
      this.tx,
      products.map((product) => ({
        productId: product.id,
        title: product.title,
        description: product.description,
        category: [...categories.values()].find(({ id }) => id === product.categoryId)?.name ?? '',
        codes: variants
          .filter((v) => v.productId === product.id)
          .flatMap((v) => [v.sku, v.gtin ?? '']),
      })),
    );
    await this.index.refreshIn(
      this.tx,
      products.map(({ id }) => id),
    );
    return products;
  }

  private async writeProducts(
    listings: readonly CleanListing[],
    categories: Categories,
  ): Promise<ProductRow[]> {
    await this.tx.query(
      `update product p set title = n.title, description = n.description, "categoryId" = n."categoryId",
         language = n.language, sharing = n.sharing, version = p.version + 1, "updatedAt" = $2
       from jsonb_to_recordset($1::jsonb) as n (handle text, title text, description text, "categoryId" text,
         language text, sharing text)
       where p.handle = n.handle
         and (p.title, p.description, p."categoryId", p.language, p.sharing)
           is distinct from (n.title, n.description, n."categoryId", n.language, n.sharing)`,
      [this.productRows(listings, categories), this.tx.now],
    );
    return this.tx.query<ProductRow>('select * from product where handle = any ($1)', [
      listings.map(({ handle }) => handle),
    ]);
  }

  private writeVariants(
    listings: readonly CleanListing[],
    idOf: ReadonlyMap<string, string>,
  ): Promise<VariantRow[]> {
    const rows = listings.flatMap(({ handle, variants }) =>
      variants.map(({ sku, title, gtin }, position) => ({
        id: variantIds.create(),
        productId: idOf.get(handle),
        sku,
        title,
        gtin,
        position,
      })),
    );
    return this.tx.query<VariantRow>(
      `insert into variant (id, "productId", sku, title, gtin, position, "createdAt")
       select id, "productId", sku, title, gtin, position, $2
       from jsonb_to_recordset($1::jsonb)
         as v (id text, "productId" text, sku text, title text, gtin text, position integer)
       on conflict ("productId", sku) do update
         set title = excluded.title, gtin = excluded.gtin, position = excluded.position
       returning *`,
      [JSON.stringify(rows), this.tx.now],
    );
  }

  /** Stock of open offers is locked already; offers that changed (stock counts) get a new version and are told. */
  private async writeOffers(
    listings: readonly CleanListing[],
    idOf: ReadonlyMap<string, string>,
    variants: readonly VariantRow[],
  ): Promise<void> {
    const variantOf = new Map(
      variants.map(({ id, productId, sku }) => [`${productId} ${sku}`, id]),
    );
    const rows = listings.flatMap(({ handle, variants: listed }) =>
      listed.map(({ sku, price, shippingPrice, ...terms }) => ({
        ...terms,
        id: offerIds.create(),
        productId: idOf.get(handle),
        variantId: variantOf.get(`${idOf.get(handle) ?? ''} ${sku}`),
        currency: price.currencyCode,
        unitMinor: price.minorUnits.toString(),
        shippingMinor: shippingPrice.minorUnits.toString(),
      })),
    );
    await this.tx.query(UPSERT_OFFERS, [JSON.stringify(rows), this.sellerId, this.tx.now]);
    const told = await this.tx.query<PublishedOffer>(SET_STOCK, [
      JSON.stringify(rows.map(({ variantId, stock }) => ({ variantId, stock }))),
      this.sellerId,
      this.tx.now,
    ]);
    this.tx.publish(...told.map(offerPublished));
  }

  private productRows(listings: readonly CleanListing[], categories: Categories): string {
    const rows = listings.map(({ variants, categoryHandle, categoryName: _name, ...listing }) => ({
      ...listing,
      id: productIds.create(),
      categoryId: categories.get(categoryHandle)?.id,
      currency: variants[0]?.price.currencyCode,
    }));
    return JSON.stringify(rows);
  }
}

const UPSERT_OFFERS = `
  insert into offer as o (id, "sellerId", "variantId", "productId", state, currency, "unitMinor", "shippingMinor",
    "handlingDays", "weightG", "lengthCm", "widthCm", "heightCm", version, "createdAt", "updatedAt")
  select id, $2, "variantId", "productId", 'LIVE', currency, "unitMinor", "shippingMinor",
    "handlingDays", "weightG", "lengthCm", "widthCm", "heightCm", 0, $3, $3
  from jsonb_to_recordset($1::jsonb) as n (id text, "variantId" text, "productId" text, currency text,
    "unitMinor" bigint, "shippingMinor" bigint, "handlingDays" integer, "weightG" integer,
    "lengthCm" integer, "widthCm" integer, "heightCm" integer)
  order by "variantId"
  on conflict ("variantId", "sellerId") where state <> 'WITHDRAWN' do update
    set currency = excluded.currency, "unitMinor" = excluded."unitMinor",
      "shippingMinor" = excluded."shippingMinor", "handlingDays" = excluded."handlingDays",
      "weightG" = excluded."weightG", "lengthCm" = excluded."lengthCm", "widthCm" = excluded."widthCm",
      "heightCm" = excluded."heightCm", "updatedAt" = excluded."updatedAt"
    where (o.currency, o."unitMinor", o."shippingMinor", o."handlingDays", o."weightG", o."lengthCm",
        o."widthCm", o."heightCm")
      is distinct from (excluded.currency, excluded."unitMinor", excluded."shippingMinor",
        excluded."handlingDays", excluded."weightG", excluded."lengthCm", excluded."widthCm", excluded."heightCm")`;

/** A new offer has version 0 until here, so that it is told as version 1; an unchanged one is not told. */
const SET_STOCK = `
  with wanted as (
    select o.id, n.stock from jsonb_to_recordset($1::jsonb) as n ("variantId" text, stock integer)
    join offer o on o."variantId" = n."variantId" and o."sellerId" = $2 and o.state <> 'WITHDRAWN'
  ), stocked as (
    insert into stock as s ("offerId", "onHand", "updatedAt")
    select id, stock, $3 from wanted order by id
    on conflict ("offerId") do update set "onHand" = excluded."onHand", "updatedAt" = excluded."updatedAt"
      where s."onHand" <> excluded."onHand"
    returning "offerId"
  ), changed as (
    update offer o set version = o.version + 1, "updatedAt" = $3 from wanted w
    where o.id = w.id and (o.version = 0 or o."updatedAt" = $3 or o.id in (select "offerId" from stocked))
    returning o.*, w.stock
  )
  select c.*, p.title as "productTitle",
    c.stock > coalesce((select s.reserved from stock s where s."offerId" = c.id), 0) as "inStock"
  from changed c join product p on p.id = c."productId"`;
