/**
 * Carts, checkouts, reservations, orders and reviews. What was agreed (amounts, prices, parties) never changes after
 * it was written: a trigger refuses it whoever asks.
 */
export const ORDER_TABLES = `
  create table cart (
    id text collate "C" primary key,
    "accountId" text collate "C" references account,
    currency text,
    version integer not null default 1,
    "createdAt" timestamptz not null,
    "updatedAt" timestamptz not null
  );
  create index cart_account on cart ("accountId", id);

  create table "cartLine" (
    id text collate "C" primary key,
    "cartId" text collate "C" not null references cart,
    "offerId" text collate "C" not null references offer,
    quantity integer not null check (quantity > 0),
    "addedAt" timestamptz not null,
    unique ("cartId", "offerId")
  );

  create table checkout (
    id text collate "C" primary key,
    "cartId" text collate "C" not null references cart,
    "buyerId" text collate "C" not null references account,
    state text not null check (state in ('OPEN', 'COMPLETED', 'CANCELLED', 'EXPIRED')),
    currency text not null,
    "totalMinor" bigint not null check ("totalMinor" >= 0),
    "shipTo" jsonb not null,
    "orderGroupId" text collate "C",
    "expiresAt" timestamptz not null,
    "createdAt" timestamptz not null,
    check ((state = 'COMPLETED') = ("orderGroupId" is not null))
  );
  create unique index "checkout_oneOpenPerCart" on checkout ("cartId") where state = 'OPEN';

  create table "checkoutLine" (
    id text collate "C" primary key,
    "checkoutId" text collate "C" not null references checkout,
    "offerId" text collate "C" not null references offer,
    "sellerId" text collate "C" not null,
    "variantId" text collate "C" not null,
    "productId" text collate "C" not null,
    title text not null,
    quantity integer not null check (quantity > 0),
    "unitMinor" bigint not null check ("unitMinor" >= 0),
    "unitShippingMinor" bigint not null check ("unitShippingMinor" >= 0),
    "weightG" integer not null,
    "lengthCm" integer not null,
    "widthCm" integer not null,
    "heightCm" integer not null,
    "handlingDays" integer not null
  );
  create index "checkoutLine_checkout" on "checkoutLine" ("checkoutId", id);

  create table reservation (
    id text collate "C" primary key,
    "checkoutId" text collate "C" not null references checkout,
    "checkoutLineId" text collate "C" not null unique references "checkoutLine",
    "offerId" text collate "C" not null references stock,
    "orderId" text collate "C",
    quantity integer not null check (quantity > 0),
    consumed integer not null default 0,
    state text not null check (state in ('HELD', 'COMMITTED', 'CONSUMED', 'RELEASED')),
    check (consumed between 0 and quantity),
    check ((state = 'CONSUMED') <= (consumed = quantity)),
    check ((state = 'COMMITTED') <= ("orderId" is not null))
  );
  create index reservation_checkout on reservation ("checkoutId");
  create index reservation_order on reservation ("orderId");

  create sequence "orderNumber" start 1000001;

  create table "orderGroup" (
    id text collate "C" primary key,
    number text collate "C" not null unique,
    "checkoutId" text collate "C" not null unique references checkout,
    "buyerId" text collate "C" not null references account,
    currency text not null,
    "subtotalMinor" bigint not null check ("subtotalMinor" >= 0),
    "shippingMinor" bigint not null check ("shippingMinor" >= 0),
    "taxMinor" bigint not null check ("taxMinor" >= 0),
    "commissionMinor" bigint not null check ("commissionMinor" >= 0),
    "totalMinor" bigint not null,
    "shipTo" jsonb not null,
    "placedAt" timestamptz not null,
    check ("totalMinor" = "subtotalMinor" + "shippingMinor" + "taxMinor")
  );

  create table "order" (
    id text collate "C" primary key,
    "orderGroupId" text collate "C" not null references "orderGroup",
    number text collate "C" not null unique,
    "buyerId" text collate "C" not null references account,
    "sellerId" text collate "C" not null references seller,
    currency text not null,
    "subtotalMinor" bigint not null check ("subtotalMinor" >= 0),
    "shippingMinor" bigint not null check ("shippingMinor" >= 0),
    "taxMinor" bigint not null check ("taxMinor" >= 0),
    "commissionMinor" bigint not null check ("commissionMinor" between 0 and "totalMinor"),
    "totalMinor" bigint not null,
    "placedAt" timestamptz not null,
    status text not null check (status in ('PLACED', 'CONFIRMED', 'COMPLETED', 'CANCELLED', 'EXPIRED')),
    "paymentStatus" text not null,
    "escrowStatus" text not null,
    "fulfillmentStatus" text not null,
    "cancellationStatus" text not null,
    folded jsonb not null default '{}',
    "cancelRequestedBy" text check ("cancelRequestedBy" in ('BUYER', 'SELLER', 'OPERATOR', 'SYSTEM')),
    "cancelRequestedAt" timestamptz,
    "cancelReason" text,
    "receiptConfirmedAt" timestamptz,
    version integer not null default 1,
    check ("totalMinor" = "subtotalMinor" + "shippingMinor" + "taxMinor"),
    check (("cancelRequestedBy" is null) = ("cancelRequestedAt" is null))
  );
  create index order_group on "order" ("orderGroupId", id);
  create index order_buyer on "order" ("buyerId", id desc);
  create index order_seller on "order" ("sellerId", id desc);

  create table "orderLine" (
    id text collate "C" primary key,
    "orderId" text collate "C" not null references "order",
    "checkoutLineId" text collate "C" not null unique references "checkoutLine",
    "offerId" text collate "C" not null references offer,
    "variantId" text collate "C" not null references variant,
    "productId" text collate "C" not null references product,
    title text not null,
    quantity integer not null check (quantity > 0),
    "unitMinor" bigint not null check ("unitMinor" >= 0),
    "subtotalMinor" bigint not null,
    "shippingMinor" bigint not null check ("shippingMinor" >= 0),
    "taxMinor" bigint not null check ("taxMinor" >= 0),
    "commissionMinor" bigint not null check ("commissionMinor" >= 0),
    "totalMinor" bigint not null,
    check ("subtotalMinor" = quantity * "unitMinor"),
    check ("totalMinor" = "subtotalMinor" + "shippingMinor" + "taxMinor")
  );
  create index "orderLine_order" on "orderLine" ("orderId", id);

  create table "orderEvent" (
    "orderId" text collate "C" not null references "order",
    version integer not null,
    at timestamptz not null,
    event text not null,
    detail text,
    primary key ("orderId", version)
  );

  create table review (
    id text collate "C" primary key,
    "orderLineId" text collate "C" not null unique references "orderLine",
    "orderId" text collate "C" not null references "order",
    "productId" text collate "C" not null references product,
    "sellerId" text collate "C" not null references seller,
    "authorId" text collate "C" not null references account,
    stars integer not null check (stars between 1 and 5),
    title text,
    body text,
    state text not null check (state in ('PUBLISHED', 'EXCLUDED', 'REMOVED')),
    "createdAt" timestamptz not null
  );
  create index review_product on review ("productId", id desc) where state = 'PUBLISHED';

  create function "refuseAgreedChange"() returns trigger language plpgsql as $$
  begin
    raise exception 'what was agreed in % % never changes', tg_table_name, old.id using errcode = '23514';
  end $$;
  create trigger "orderGroup_immutable" before update or delete on "orderGroup"
    for each row execute function "refuseAgreedChange"();
  create trigger "orderLine_immutable" before update or delete on "orderLine"
    for each row execute function "refuseAgreedChange"();
  create trigger "order_amountsImmutable" before update on "order" for each row
    when ((old."orderGroupId", old.number, old."buyerId", old."sellerId", old.currency, old."subtotalMinor",
           old."shippingMinor", old."taxMinor", old."commissionMinor", old."totalMinor", old."placedAt")
      is distinct from
          (new."orderGroupId", new.number, new."buyerId", new."sellerId", new.currency, new."subtotalMinor",
           new."shippingMinor", new."taxMinor", new."commissionMinor", new."totalMinor", new."placedAt"))
    execute function "refuseAgreedChange"();
  create trigger "order_kept" before delete on "order"
    for each row execute function "refuseAgreedChange"();
`;
