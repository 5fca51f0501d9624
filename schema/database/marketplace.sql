-- Schema marketplace, as all its migrations leave it. Generated: change a migration, never this file.

create table account (
  id text collate "C" not null,
  email text collate "C" not null,
  "displayName" text not null,
  "passwordHash" text not null,
  roles text[] not null default '{}'::text[],
  "permVersion" integer not null default 1,
  "createdAt" timestamp with time zone not null,
  constraint account_email_key UNIQUE (email),
  constraint account_pkey PRIMARY KEY (id)
);

create table cart (
  id text collate "C" not null,
  "accountId" text collate "C",
  currency text,
  version integer not null default 1,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint cart_pkey PRIMARY KEY (id),
  constraint "cart_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES account(id)
);
CREATE INDEX cart_account ON marketplace.cart USING btree ("accountId", id);

create table "cartLine" (
  id text collate "C" not null,
  "cartId" text collate "C" not null,
  "offerId" text collate "C" not null,
  quantity integer not null,
  "addedAt" timestamp with time zone not null,
  constraint "cartLine_cartId_offerId_key" UNIQUE ("cartId", "offerId"),
  constraint "cartLine_pkey" PRIMARY KEY (id),
  constraint "cartLine_cartId_fkey" FOREIGN KEY ("cartId") REFERENCES cart(id),
  constraint "cartLine_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES offer(id),
  constraint "cartLine_quantity_check" CHECK (quantity > 0)
);

create table category (
  id text collate "C" not null,
  handle text collate "C" not null,
  name text not null,
  "createdAt" timestamp with time zone not null,
  constraint category_handle_key UNIQUE (handle),
  constraint category_pkey PRIMARY KEY (id)
);

create table checkout (
  id text collate "C" not null,
  "cartId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  state text not null,
  currency text not null,
  "totalMinor" bigint not null,
  "shipTo" jsonb not null,
  "orderGroupId" text collate "C",
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null,
  constraint checkout_pkey PRIMARY KEY (id),
  constraint "checkout_buyerId_fkey" FOREIGN KEY ("buyerId") REFERENCES account(id),
  constraint "checkout_cartId_fkey" FOREIGN KEY ("cartId") REFERENCES cart(id),
  constraint checkout_check CHECK ((state = 'COMPLETED'::text) = ("orderGroupId" IS NOT NULL)),
  constraint checkout_state_check CHECK (state = ANY (ARRAY['OPEN'::text, 'COMPLETED'::text, 'CANCELLED'::text, 'EXPIRED'::text])),
  constraint "checkout_totalMinor_check" CHECK ("totalMinor" >= 0)
);
CREATE UNIQUE INDEX "checkout_oneOpenPerCart" ON marketplace.checkout USING btree ("cartId") WHERE (state = 'OPEN'::text);

create table "checkoutLine" (
  id text collate "C" not null,
  "checkoutId" text collate "C" not null,
  "offerId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  "variantId" text collate "C" not null,
  "productId" text collate "C" not null,
  title text not null,
  quantity integer not null,
  "unitMinor" bigint not null,
  "unitShippingMinor" bigint not null,
  "weightG" integer not null,
  "lengthCm" integer not null,
  "widthCm" integer not null,
  "heightCm" integer not null,
  "handlingDays" integer not null,
  constraint "checkoutLine_pkey" PRIMARY KEY (id),
  constraint "checkoutLine_checkoutId_fkey" FOREIGN KEY ("checkoutId") REFERENCES checkout(id),
  constraint "checkoutLine_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES offer(id),
  constraint "checkoutLine_quantity_check" CHECK (quantity > 0),
  constraint "checkoutLine_unitMinor_check" CHECK ("unitMinor" >= 0),
  constraint "checkoutLine_unitShippingMinor_check" CHECK ("unitShippingMinor" >= 0)
);
CREATE INDEX "checkoutLine_checkout" ON marketplace."checkoutLine" USING btree ("checkoutId", id);

create table idempotency (
  scope text not null,
  key text not null,
  "requestHash" text not null,
  response jsonb,
  "createdAt" timestamp with time zone not null,
  "lockedUntil" timestamp with time zone,
  constraint idempotency_pkey PRIMARY KEY (scope, key)
);

create table inbox (
  "eventId" text collate "C" not null,
  type text not null,
  "handledAt" timestamp with time zone not null,
  constraint inbox_pkey PRIMARY KEY ("eventId")
);

create table "inboxCursor" (
  source text not null,
  epoch smallint not null,
  xid xid8 not null,
  seq bigint not null,
  constraint "inboxCursor_pkey" PRIMARY KEY (source)
);

create table "inboxParked" (
  "eventId" text collate "C" not null,
  source text not null,
  fact jsonb not null,
  attempts integer not null,
  "nextAt" timestamp with time zone not null,
  error text not null,
  constraint "inboxParked_pkey" PRIMARY KEY ("eventId")
);

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

create table offer (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  "variantId" text collate "C" not null,
  "productId" text collate "C" not null,
  state text not null,
  currency text not null,
  "unitMinor" bigint not null,
  "shippingMinor" bigint not null,
  "handlingDays" integer not null,
  "weightG" integer not null,
  "lengthCm" integer not null,
  "widthCm" integer not null,
  "heightCm" integer not null,
  version integer not null default 1,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint offer_pkey PRIMARY KEY (id),
  constraint "offer_productId_fkey" FOREIGN KEY ("productId") REFERENCES product(id),
  constraint "offer_sellerId_fkey" FOREIGN KEY ("sellerId") REFERENCES seller(id),
  constraint "offer_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES variant(id),
  constraint "offer_handlingDays_check" CHECK ("handlingDays" >= 0 AND "handlingDays" <= 90),
  constraint "offer_heightCm_check" CHECK ("heightCm" > 0),
  constraint "offer_lengthCm_check" CHECK ("lengthCm" > 0),
  constraint "offer_shippingMinor_check" CHECK ("shippingMinor" >= 0),
  constraint offer_state_check CHECK (state = ANY (ARRAY['DRAFT'::text, 'LIVE'::text, 'PAUSED'::text, 'WITHDRAWN'::text])),
  constraint "offer_unitMinor_check" CHECK ("unitMinor" >= 0),
  constraint "offer_weightG_check" CHECK ("weightG" > 0),
  constraint "offer_widthCm_check" CHECK ("widthCm" > 0)
);
CREATE UNIQUE INDEX "offer_oneOpenPerVariant" ON marketplace.offer USING btree ("variantId", "sellerId") WHERE (state <> 'WITHDRAWN'::text);
CREATE INDEX offer_product ON marketplace.offer USING btree ("productId");
CREATE INDEX offer_seller ON marketplace.offer USING btree ("sellerId", id);

create table order (
  id text collate "C" not null,
  "orderGroupId" text collate "C" not null,
  number text collate "C" not null,
  "buyerId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  "subtotalMinor" bigint not null,
  "shippingMinor" bigint not null,
  "taxMinor" bigint not null,
  "commissionMinor" bigint not null,
  "totalMinor" bigint not null,
  "placedAt" timestamp with time zone not null,
  status text not null,
  "paymentStatus" text not null,
  "escrowStatus" text not null,
  "fulfillmentStatus" text not null,
  "cancellationStatus" text not null,
  folded jsonb not null default '{}'::jsonb,
  "cancelRequestedBy" text,
  "cancelRequestedAt" timestamp with time zone,
  "cancelReason" text,
  "receiptConfirmedAt" timestamp with time zone,
  version integer not null default 1,
  "contractHash" text collate "C" not null default ''::text,
  "disputeStatus" text not null default 'NONE'::text,
  constraint order_number_key UNIQUE (number),
  constraint order_pkey PRIMARY KEY (id),
  constraint "order_buyerId_fkey" FOREIGN KEY ("buyerId") REFERENCES account(id),
  constraint "order_orderGroupId_fkey" FOREIGN KEY ("orderGroupId") REFERENCES "orderGroup"(id),
  constraint "order_sellerId_fkey" FOREIGN KEY ("sellerId") REFERENCES seller(id),
  constraint "order_cancelRequestedBy_check" CHECK ("cancelRequestedBy" = ANY (ARRAY['BUYER'::text, 'SELLER'::text, 'OPERATOR'::text, 'SYSTEM'::text])),
  constraint order_check CHECK ("commissionMinor" >= 0 AND "commissionMinor" <= "totalMinor"),
  constraint order_check1 CHECK ("totalMinor" = ("subtotalMinor" + "shippingMinor" + "taxMinor")),
  constraint order_check2 CHECK (("cancelRequestedBy" IS NULL) = ("cancelRequestedAt" IS NULL)),
  constraint "order_disputeStatus_check" CHECK ("disputeStatus" = ANY (ARRAY['NONE'::text, 'OPEN'::text, 'DECIDED'::text, 'CLOSED'::text])),
  constraint "order_shippingMinor_check" CHECK ("shippingMinor" >= 0),
  constraint order_status_check CHECK (status = ANY (ARRAY['PLACED'::text, 'CONFIRMED'::text, 'COMPLETED'::text, 'CANCELLED'::text, 'EXPIRED'::text])),
  constraint "order_subtotalMinor_check" CHECK ("subtotalMinor" >= 0),
  constraint "order_taxMinor_check" CHECK ("taxMinor" >= 0)
);
CREATE INDEX order_buyer ON marketplace."order" USING btree ("buyerId", id DESC);
CREATE INDEX order_group ON marketplace."order" USING btree ("orderGroupId", id);
CREATE INDEX order_seller ON marketplace."order" USING btree ("sellerId", id DESC);
CREATE TRIGGER "order_amountsImmutable" BEFORE UPDATE ON "order" FOR EACH ROW WHEN (old."orderGroupId" IS DISTINCT FROM new."orderGroupId" OR old.number IS DISTINCT FROM new.number OR old."buyerId" IS DISTINCT FROM new."buyerId" OR old."sellerId" IS DISTINCT FROM new."sellerId" OR old.currency IS DISTINCT FROM new.currency OR old."subtotalMinor" IS DISTINCT FROM new."subtotalMinor" OR old."shippingMinor" IS DISTINCT FROM new."shippingMinor" OR old."taxMinor" IS DISTINCT FROM new."taxMinor" OR old."commissionMinor" IS DISTINCT FROM new."commissionMinor" OR old."totalMinor" IS DISTINCT FROM new."totalMinor" OR old."placedAt" IS DISTINCT FROM new."placedAt" OR old."contractHash" IS DISTINCT FROM new."contractHash") EXECUTE FUNCTION "refuseAgreedChange"();
CREATE TRIGGER order_kept BEFORE DELETE ON "order" FOR EACH ROW EXECUTE FUNCTION "refuseAgreedChange"();

create table "orderEvent" (
  "orderId" text collate "C" not null,
  version integer not null,
  at timestamp with time zone not null,
  event text not null,
  detail text,
  constraint "orderEvent_pkey" PRIMARY KEY ("orderId", version),
  constraint "orderEvent_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "order"(id)
);

create table "orderGroup" (
  id text collate "C" not null,
  number text collate "C" not null,
  "checkoutId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  currency text not null,
  "subtotalMinor" bigint not null,
  "shippingMinor" bigint not null,
  "taxMinor" bigint not null,
  "commissionMinor" bigint not null,
  "totalMinor" bigint not null,
  "shipTo" jsonb not null,
  "placedAt" timestamp with time zone not null,
  constraint "orderGroup_checkoutId_key" UNIQUE ("checkoutId"),
  constraint "orderGroup_number_key" UNIQUE (number),
  constraint "orderGroup_pkey" PRIMARY KEY (id),
  constraint "orderGroup_buyerId_fkey" FOREIGN KEY ("buyerId") REFERENCES account(id),
  constraint "orderGroup_checkoutId_fkey" FOREIGN KEY ("checkoutId") REFERENCES checkout(id),
  constraint "orderGroup_check" CHECK ("totalMinor" = ("subtotalMinor" + "shippingMinor" + "taxMinor")),
  constraint "orderGroup_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint "orderGroup_shippingMinor_check" CHECK ("shippingMinor" >= 0),
  constraint "orderGroup_subtotalMinor_check" CHECK ("subtotalMinor" >= 0),
  constraint "orderGroup_taxMinor_check" CHECK ("taxMinor" >= 0)
);
CREATE TRIGGER "orderGroup_immutable" BEFORE DELETE OR UPDATE ON "orderGroup" FOR EACH ROW EXECUTE FUNCTION "refuseAgreedChange"();

create table "orderLine" (
  id text collate "C" not null,
  "orderId" text collate "C" not null,
  "checkoutLineId" text collate "C" not null,
  "offerId" text collate "C" not null,
  "variantId" text collate "C" not null,
  "productId" text collate "C" not null,
  title text not null,
  quantity integer not null,
  "unitMinor" bigint not null,
  "subtotalMinor" bigint not null,
  "shippingMinor" bigint not null,
  "taxMinor" bigint not null,
  "commissionMinor" bigint not null,
  "totalMinor" bigint not null,
  constraint "orderLine_checkoutLineId_key" UNIQUE ("checkoutLineId"),
  constraint "orderLine_pkey" PRIMARY KEY (id),
  constraint "orderLine_checkoutLineId_fkey" FOREIGN KEY ("checkoutLineId") REFERENCES "checkoutLine"(id),
  constraint "orderLine_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES offer(id),
  constraint "orderLine_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "order"(id),
  constraint "orderLine_productId_fkey" FOREIGN KEY ("productId") REFERENCES product(id),
  constraint "orderLine_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES variant(id),
  constraint "orderLine_check" CHECK ("subtotalMinor" = (quantity * "unitMinor")),
  constraint "orderLine_check1" CHECK ("totalMinor" = ("subtotalMinor" + "shippingMinor" + "taxMinor")),
  constraint "orderLine_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint "orderLine_quantity_check" CHECK (quantity > 0),
  constraint "orderLine_shippingMinor_check" CHECK ("shippingMinor" >= 0),
  constraint "orderLine_taxMinor_check" CHECK ("taxMinor" >= 0),
  constraint "orderLine_unitMinor_check" CHECK ("unitMinor" >= 0)
);
CREATE INDEX "orderLine_order" ON marketplace."orderLine" USING btree ("orderId", id);
CREATE TRIGGER "orderLine_immutable" BEFORE DELETE OR UPDATE ON "orderLine" FOR EACH ROW EXECUTE FUNCTION "refuseAgreedChange"();

create table outbox (
  epoch smallint not null,
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null generated always as identity,
  id text collate "C" not null,
  type text not null,
  subject text collate "C" not null,
  "subjectVersion" integer,
  topics text[] not null,
  data jsonb not null,
  actor text not null,
  "correlationId" text not null,
  time timestamp with time zone not null,
  constraint outbox_id_key UNIQUE (id),
  constraint "outbox_subject_subjectVersion_key" UNIQUE (subject, "subjectVersion"),
  constraint outbox_pkey PRIMARY KEY (seq)
);
CREATE INDEX outbox_position ON marketplace.outbox USING btree (epoch, xid, seq);
CREATE INDEX outbox_topics ON marketplace.outbox USING gin (topics);

create table "outboxEpoch" (
  one boolean not null default true,
  epoch smallint not null default 1,
  constraint "outboxEpoch_pkey" PRIMARY KEY (one),
  constraint "outboxEpoch_one_check" CHECK (one)
);

create table product (
  id text collate "C" not null,
  handle text collate "C" not null,
  title text not null,
  description text not null,
  "categoryId" text collate "C" not null,
  language text not null,
  currency text not null,
  sharing text not null,
  "createdBy" text collate "C" not null,
  "ratingCount" integer not null default 0,
  "ratingSum" integer not null default 0,
  version integer not null default 1,
  "createdAt" timestamp with time zone not null,
  "updatedAt" timestamp with time zone not null,
  constraint product_handle_key UNIQUE (handle),
  constraint product_pkey PRIMARY KEY (id),
  constraint "product_categoryId_fkey" FOREIGN KEY ("categoryId") REFERENCES category(id),
  constraint "product_createdBy_fkey" FOREIGN KEY ("createdBy") REFERENCES seller(id),
  constraint product_check CHECK ("ratingSum" >= "ratingCount" AND "ratingSum" <= (5 * "ratingCount")),
  constraint "product_ratingCount_check" CHECK ("ratingCount" >= 0),
  constraint product_sharing_check CHECK (sharing = ANY (ARRAY['SHARED'::text, 'PRIVATE'::text]))
);

create table reservation (
  id text collate "C" not null,
  "checkoutId" text collate "C" not null,
  "checkoutLineId" text collate "C" not null,
  "offerId" text collate "C" not null,
  "orderId" text collate "C",
  quantity integer not null,
  consumed integer not null default 0,
  state text not null,
  constraint "reservation_checkoutLineId_key" UNIQUE ("checkoutLineId"),
  constraint reservation_pkey PRIMARY KEY (id),
  constraint "reservation_checkoutId_fkey" FOREIGN KEY ("checkoutId") REFERENCES checkout(id),
  constraint "reservation_checkoutLineId_fkey" FOREIGN KEY ("checkoutLineId") REFERENCES "checkoutLine"(id),
  constraint "reservation_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES stock("offerId"),
  constraint reservation_check CHECK (consumed >= 0 AND consumed <= quantity),
  constraint reservation_check1 CHECK ((state = 'CONSUMED'::text) <= (consumed = quantity)),
  constraint reservation_check2 CHECK ((state = 'COMMITTED'::text) <= ("orderId" IS NOT NULL)),
  constraint reservation_quantity_check CHECK (quantity > 0),
  constraint reservation_state_check CHECK (state = ANY (ARRAY['HELD'::text, 'COMMITTED'::text, 'CONSUMED'::text, 'RELEASED'::text]))
);
CREATE INDEX reservation_checkout ON marketplace.reservation USING btree ("checkoutId");
CREATE INDEX reservation_order ON marketplace.reservation USING btree ("orderId");

create table review (
  id text collate "C" not null,
  "orderLineId" text collate "C" not null,
  "orderId" text collate "C" not null,
  "productId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  "authorId" text collate "C" not null,
  stars integer not null,
  title text,
  body text,
  state text not null,
  "createdAt" timestamp with time zone not null,
  constraint "review_orderLineId_key" UNIQUE ("orderLineId"),
  constraint review_pkey PRIMARY KEY (id),
  constraint "review_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES account(id),
  constraint "review_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "order"(id),
  constraint "review_orderLineId_fkey" FOREIGN KEY ("orderLineId") REFERENCES "orderLine"(id),
  constraint "review_productId_fkey" FOREIGN KEY ("productId") REFERENCES product(id),
  constraint "review_sellerId_fkey" FOREIGN KEY ("sellerId") REFERENCES seller(id),
  constraint review_stars_check CHECK (stars >= 1 AND stars <= 5),
  constraint review_state_check CHECK (state = ANY (ARRAY['PUBLISHED'::text, 'EXCLUDED'::text, 'REMOVED'::text]))
);
CREATE INDEX review_product ON marketplace.review USING btree ("productId", id DESC) WHERE (state = 'PUBLISHED'::text);

create table "searchDocument" (
  "productId" text collate "C" not null,
  "categoryId" text collate "C" not null,
  title text not null,
  "titleWords" integer not null,
  words tsvector not null,
  "bestOfferId" text collate "C",
  "sellerIds" text[] not null default '{}'::text[],
  "priceMinor" bigint,
  currency text,
  "inStock" boolean not null default false,
  "ratingScore" integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint "searchDocument_pkey" PRIMARY KEY ("productId"),
  constraint "searchDocument_productId_fkey" FOREIGN KEY ("productId") REFERENCES product(id),
  constraint "searchDocument_check" CHECK (("bestOfferId" IS NULL) = ("priceMinor" IS NULL)),
  constraint "searchDocument_check1" CHECK (("bestOfferId" IS NULL) = (currency IS NULL))
);
CREATE INDEX "searchDocument_category" ON marketplace."searchDocument" USING btree ("categoryId") WHERE ("bestOfferId" IS NOT NULL);
CREATE INDEX "searchDocument_newest" ON marketplace."searchDocument" USING btree ("createdAt" DESC, "productId") WHERE ("bestOfferId" IS NOT NULL);
CREATE INDEX "searchDocument_price" ON marketplace."searchDocument" USING btree ("priceMinor", "productId") WHERE ("bestOfferId" IS NOT NULL);
CREATE INDEX "searchDocument_rating" ON marketplace."searchDocument" USING btree ("ratingScore" DESC, "productId") WHERE ("bestOfferId" IS NOT NULL);
CREATE INDEX "searchDocument_sellers" ON marketplace."searchDocument" USING gin ("sellerIds");
CREATE INDEX "searchDocument_words" ON marketplace."searchDocument" USING gin (words);

create table seller (
  id text collate "C" not null,
  handle text collate "C" not null,
  "displayName" text not null,
  country text not null,
  "ratingCount" integer not null default 0,
  "ratingSum" integer not null default 0,
  version integer not null default 1,
  "createdAt" timestamp with time zone not null,
  constraint seller_handle_key UNIQUE (handle),
  constraint seller_pkey PRIMARY KEY (id),
  constraint seller_check CHECK ("ratingSum" >= "ratingCount" AND "ratingSum" <= (5 * "ratingCount")),
  constraint "seller_ratingCount_check" CHECK ("ratingCount" >= 0)
);

create table "sellerGate" (
  "sellerId" text collate "C" not null,
  "sellingAllowed" boolean not null,
  version integer not null,
  "changedAt" timestamp with time zone not null,
  constraint "sellerGate_pkey" PRIMARY KEY ("sellerId")
);

create table "sellerMember" (
  "sellerId" text collate "C" not null,
  "accountId" text collate "C" not null,
  role text not null,
  "createdAt" timestamp with time zone not null,
  constraint "sellerMember_pkey" PRIMARY KEY ("sellerId", "accountId"),
  constraint "sellerMember_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES account(id),
  constraint "sellerMember_sellerId_fkey" FOREIGN KEY ("sellerId") REFERENCES seller(id),
  constraint "sellerMember_role_check" CHECK (role = ANY (ARRAY['OWNER'::text, 'MEMBER'::text]))
);
CREATE INDEX "sellerMember_account" ON marketplace."sellerMember" USING btree ("accountId");

create table "signInThrottle" (
  subject text collate "C" not null,
  failures integer not null,
  "firstFailureAt" timestamp with time zone not null,
  "blockedUntil" timestamp with time zone,
  constraint "signInThrottle_pkey" PRIMARY KEY (subject),
  constraint "signInThrottle_failures_check" CHECK (failures >= 0)
);

create table stock (
  "offerId" text collate "C" not null,
  "onHand" integer not null,
  reserved integer not null default 0,
  "updatedAt" timestamp with time zone not null,
  constraint stock_pkey PRIMARY KEY ("offerId"),
  constraint "stock_offerId_fkey" FOREIGN KEY ("offerId") REFERENCES offer(id),
  constraint "stock_neverOversold" CHECK (0 <= reserved AND reserved <= "onHand")
);

create table timer (
  subject text collate "C" not null,
  kind text not null,
  "fireAt" timestamp with time zone,
  "pausedRemainingMs" bigint,
  version integer not null default 0,
  attempts integer not null default 0,
  constraint timer_pkey PRIMARY KEY (subject, kind),
  constraint timer_check CHECK (("fireAt" IS NULL) = ("pausedRemainingMs" IS NOT NULL))
);
CREATE INDEX timer_due ON marketplace.timer USING btree ("fireAt") WHERE ("fireAt" IS NOT NULL);

create table variant (
  id text collate "C" not null,
  "productId" text collate "C" not null,
  sku text not null,
  title text not null,
  gtin text,
  position integer not null,
  "createdAt" timestamp with time zone not null,
  constraint "variant_productId_sku_key" UNIQUE ("productId", sku),
  constraint variant_pkey PRIMARY KEY (id),
  constraint "variant_productId_fkey" FOREIGN KEY ("productId") REFERENCES product(id)
);

CREATE OR REPLACE FUNCTION marketplace."refuseAgreedChange"()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    raise exception 'what was agreed in % % never changes', tg_table_name, old.id using errcode = '23514';
  end $function$;
