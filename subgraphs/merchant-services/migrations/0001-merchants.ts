/** Merchants with their members, API keys, and sales per product as facts tell them. */
export const MERCHANTS = `
  create table merchant (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null unique,
    handle text not null,
    "displayName" text not null,
    country text not null,
    state text not null,
    level integer not null default 0,
    "entityType" text check ("entityType" in ('INDIVIDUAL', 'COMPANY')),
    "legalName" text,
    "registrationNumber" text,
    address text,
    email text,
    phone text,
    "reviewReason" text,
    version integer not null default 1,
    "createdAt" timestamptz not null,
    "verifiedAt" timestamptz
  );
  create index merchant_registration on merchant ("registrationNumber") where "registrationNumber" is not null;

  create table member (
    "merchantId" text collate "C" not null references merchant,
    "accountId" text collate "C" not null,
    role text not null check (role in ('OWNER', 'ADMIN', 'VIEWER')),
    "joinedAt" timestamptz not null,
    primary key ("merchantId", "accountId")
  );
  create index member_account on member ("accountId");

  create table "apiKey" (
    id text collate "C" primary key,
    "merchantId" text collate "C" not null references merchant,
    name text not null,
    hash text not null unique,
    last4 text not null,
    scopes text[] not null,
    state text not null check (state in ('ACTIVE', 'ROTATING', 'REVOKED', 'EXPIRED')),
    "createdBy" text collate "C" not null,
    "createdAt" timestamptz not null,
    "expiresAt" timestamptz,
    "lastUsedAt" timestamptz,
    version integer not null default 1
  );
  create index api_key_merchant on "apiKey" ("merchantId", id);

  create table "productProfit" (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null,
    "productId" text collate "C" not null,
    currency text not null,
    title text not null,
    unique ("sellerId", currency, "productId")
  );
  create table "orderMoney" (
    "orderId" text collate "C" primary key,
    "sellerId" text collate "C" not null,
    currency text not null,
    "fundedMinor" bigint not null default 0,
    "refundedMinor" bigint not null default 0,
    "commissionMinor" bigint not null default 0,
    "taxMinor" bigint not null default 0,
    "labelMinor" bigint not null default 0
  );
  create index order_money_seller on "orderMoney" ("sellerId", currency);
  create table "soldLine" (
    "orderLineId" text collate "C" primary key,
    "orderId" text collate "C" not null,
    "profitId" text collate "C" not null references "productProfit",
    quantity integer not null,
    "valueMinor" bigint not null,
    "soldMinor" bigint not null default 0,
    "refundedMinor" bigint not null default 0,
    "commissionMinor" bigint not null default 0,
    "taxMinor" bigint not null default 0,
    "labelMinor" bigint not null default 0
  );
  create index sold_line_order on "soldLine" ("orderId");
  create index sold_line_profit on "soldLine" ("profitId");
`;
