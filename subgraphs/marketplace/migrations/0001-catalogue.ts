/** Accounts, sellers, catalogue, stock and the search rows. Checks are the last line of defence behind the rules. */
export const CATALOGUE_TABLES = `
  create table account (
    id text collate "C" primary key,
    email text collate "C" not null unique,
    "displayName" text not null,
    "passwordHash" text not null,
    roles text[] not null default '{}',
    "permVersion" integer not null default 1,
    "createdAt" timestamptz not null
  );

  create table "signInThrottle" (
    subject text collate "C" primary key,
    failures integer not null check (failures >= 0),
    "firstFailureAt" timestamptz not null,
    "blockedUntil" timestamptz
  );

  create table seller (
    id text collate "C" primary key,
    handle text collate "C" not null unique,
    "displayName" text not null,
    country text not null,
    "ratingCount" integer not null default 0 check ("ratingCount" >= 0),
    "ratingSum" integer not null default 0 check ("ratingSum" between "ratingCount" and 5 * "ratingCount"),
    version integer not null default 1,
    "createdAt" timestamptz not null
  );

  create table "sellerMember" (
    "sellerId" text collate "C" not null references seller,
    "accountId" text collate "C" not null references account,
    role text not null check (role in ('OWNER', 'MEMBER')),
    "createdAt" timestamptz not null,
    primary key ("sellerId", "accountId")
  );
  create index "sellerMember_account" on "sellerMember" ("accountId");

  -- Copied from merchant facts, which may come before anything else is known of the seller: so no foreign key.
  create table "sellerGate" (
    "sellerId" text collate "C" primary key,
    "sellingAllowed" boolean not null,
    version integer not null,
    "changedAt" timestamptz not null
  );

  create table category (
    id text collate "C" primary key,
    handle text collate "C" not null unique,
    name text not null,
    "createdAt" timestamptz not null
  );

  create table product (
    id text collate "C" primary key,
    handle text collate "C" not null unique,
    title text not null,
    description text not null,
    "categoryId" text collate "C" not null references category,
    language text not null,
    currency text not null,
    sharing text not null check (sharing in ('SHARED', 'PRIVATE')),
    "createdBy" text collate "C" not null references seller,
    "ratingCount" integer not null default 0 check ("ratingCount" >= 0),
    "ratingSum" integer not null default 0 check ("ratingSum" between "ratingCount" and 5 * "ratingCount"),
    version integer not null default 1,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
  );

  create table variant (
    id text collate "C" primary key,
    "productId" text collate "C" not null references product,
    sku text not null,
    title text not null,
    gtin text,
    position integer not null,
    "createdAt" timestamptz not null,
    unique ("productId", sku)
  );

  create table offer (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null references seller,
    "variantId" text collate "C" not null references variant,
    "productId" text collate "C" not null references product,
    state text not null check (state in ('DRAFT', 'LIVE', 'PAUSED', 'WITHDRAWN')),
    currency text not null,
    "unitMinor" bigint not null check ("unitMinor" >= 0),
    "shippingMinor" bigint not null check ("shippingMinor" >= 0),
    "handlingDays" integer not null check ("handlingDays" between 0 and 90),
    "weightG" integer not null check ("weightG" > 0),
    "lengthCm" integer not null check ("lengthCm" > 0),
    "widthCm" integer not null check ("widthCm" > 0),
    "heightCm" integer not null check ("heightCm" > 0),
    version integer not null default 1,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
  );
  create unique index "offer_oneOpenPerVariant" on offer ("variantId", "sellerId")
    where state <> 'WITHDRAWN';
  create index offer_product on offer ("productId");
  create index offer_seller on offer ("sellerId", id);

  create table stock (
    "offerId" text collate "C" primary key references offer,
    "onHand" integer not null,
    reserved integer not null default 0,
    "updatedAt" timestamptz not null,
    constraint "stock_neverOversold" check (0 <= reserved and reserved <= "onHand")
  );

  create table "searchDocument" (
    "productId" text collate "C" primary key references product,
    "categoryId" text collate "C" not null,
    title text not null,
    "titleWords" integer not null,
    words tsvector not null,
    "bestOfferId" text collate "C",
    "sellerIds" text[] not null default '{}',
    "priceMinor" bigint,
    currency text,
    "inStock" boolean not null default false,
    "ratingScore" integer not null default 0,
    "createdAt" timestamptz not null,
    check (("bestOfferId" is null) = ("priceMinor" is null)),
    check (("bestOfferId" is null) = (currency is null))
  );
  create index "searchDocument_words" on "searchDocument" using gin (words);
  create index "searchDocument_category" on "searchDocument" ("categoryId") where "bestOfferId" is not null;
  create index "searchDocument_price" on "searchDocument" ("priceMinor", "productId") where "bestOfferId" is not null;
  create index "searchDocument_newest" on "searchDocument" ("createdAt" desc, "productId") where "bestOfferId" is not null;
  create index "searchDocument_rating" on "searchDocument" ("ratingScore" desc, "productId") where "bestOfferId" is not null;
  create index "searchDocument_sellers" on "searchDocument" using gin ("sellerIds");
`;
