-- Schema merchant_services, as all its migrations leave it. Generated: change a migration, never this file.

create table "apiKey" (
  id text collate "C" not null,
  "merchantId" text collate "C" not null,
  name text not null,
  hash text not null,
  last4 text not null,
  scopes text[] not null,
  state text not null,
  "createdBy" text collate "C" not null,
  "createdAt" timestamp with time zone not null,
  "expiresAt" timestamp with time zone,
  "lastUsedAt" timestamp with time zone,
  version integer not null default 1,
  "costBudget" integer,
  constraint "apiKey_hash_key" UNIQUE (hash),
  constraint "apiKey_pkey" PRIMARY KEY (id),
  constraint "apiKey_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES merchant(id),
  constraint "apiKey_costBudget_check" CHECK ("costBudget" >= 1 AND "costBudget" <= 1000000),
  constraint "apiKey_state_check" CHECK (state = ANY (ARRAY['ACTIVE'::text, 'ROTATING'::text, 'REVOKED'::text, 'EXPIRED'::text]))
);
CREATE INDEX api_key_merchant ON merchant_services."apiKey" USING btree ("merchantId", id);

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

create table member (
  "merchantId" text collate "C" not null,
  "accountId" text collate "C" not null,
  role text not null,
  "joinedAt" timestamp with time zone not null,
  constraint member_pkey PRIMARY KEY ("merchantId", "accountId"),
  constraint "member_merchantId_fkey" FOREIGN KEY ("merchantId") REFERENCES merchant(id),
  constraint member_role_check CHECK (role = ANY (ARRAY['OWNER'::text, 'ADMIN'::text, 'VIEWER'::text]))
);
CREATE INDEX member_account ON merchant_services.member USING btree ("accountId");

create table merchant (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  handle text not null,
  "displayName" text not null,
  country text not null,
  state text not null,
  level integer not null default 0,
  "entityType" text,
  "legalName" text,
  "registrationNumber" text,
  address text,
  email text,
  phone text,
  "reviewReason" text,
  version integer not null default 1,
  "createdAt" timestamp with time zone not null,
  "verifiedAt" timestamp with time zone,
  constraint "merchant_sellerId_key" UNIQUE ("sellerId"),
  constraint merchant_pkey PRIMARY KEY (id),
  constraint "merchant_entityType_check" CHECK ("entityType" = ANY (ARRAY['INDIVIDUAL'::text, 'COMPANY'::text]))
);
CREATE INDEX merchant_registration ON merchant_services.merchant USING btree ("registrationNumber") WHERE ("registrationNumber" IS NOT NULL);

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

create table "orderMoney" (
  "orderId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  "fundedMinor" bigint not null default 0,
  "refundedMinor" bigint not null default 0,
  "commissionMinor" bigint not null default 0,
  "taxMinor" bigint not null default 0,
  "labelMinor" bigint not null default 0,
  constraint "orderMoney_pkey" PRIMARY KEY ("orderId")
);
CREATE INDEX order_money_seller ON merchant_services."orderMoney" USING btree ("sellerId", currency);

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
CREATE INDEX outbox_position ON merchant_services.outbox USING btree (epoch, xid, seq);
CREATE INDEX outbox_topics ON merchant_services.outbox USING gin (topics);

create table "outboxEpoch" (
  one boolean not null default true,
  epoch smallint not null default 1,
  constraint "outboxEpoch_pkey" PRIMARY KEY (one),
  constraint "outboxEpoch_one_check" CHECK (one)
);

create table "productProfit" (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  "productId" text collate "C" not null,
  currency text not null,
  title text not null,
  constraint "productProfit_sellerId_currency_productId_key" UNIQUE ("sellerId", currency, "productId"),
  constraint "productProfit_pkey" PRIMARY KEY (id)
);

create table "soldLine" (
  "orderLineId" text collate "C" not null,
  "orderId" text collate "C" not null,
  "profitId" text collate "C" not null,
  quantity integer not null,
  "valueMinor" bigint not null,
  "soldMinor" bigint not null default 0,
  "refundedMinor" bigint not null default 0,
  "commissionMinor" bigint not null default 0,
  "taxMinor" bigint not null default 0,
  "labelMinor" bigint not null default 0,
  constraint "soldLine_pkey" PRIMARY KEY ("orderLineId"),
  constraint "soldLine_profitId_fkey" FOREIGN KEY ("profitId") REFERENCES "productProfit"(id)
);
CREATE INDEX sold_line_order ON merchant_services."soldLine" USING btree ("orderId");
CREATE INDEX sold_line_profit ON merchant_services."soldLine" USING btree ("profitId");

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
CREATE INDEX timer_due ON merchant_services.timer USING btree ("fireAt") WHERE ("fireAt" IS NOT NULL);
