/** What is paid, held, refunded and paid out. The checks are the last line of defence; the rules are the first. */
export const PAYMENTS = `
  create table "orderGroup" (
    id text collate "C" primary key,
    "buyerId" text collate "C" not null,
    currency text not null,
    state text not null check (state in ('AWAITING', 'PAID', 'EXPIRED', 'CANCELLED')),
    version integer not null default 0,
    "seenAt" timestamptz not null
  );

  create table escrow (
    id text collate "C" primary key,
    "orderId" text collate "C" not null unique,
    "orderGroupId" text collate "C" not null references "orderGroup",
    "buyerId" text collate "C" not null,
    "sellerId" text collate "C" not null,
    currency text not null,
    "totalMinor" bigint not null check ("totalMinor" > 0),
    "commissionMinor" bigint not null check ("commissionMinor" >= 0),
    "taxMinor" bigint not null check ("taxMinor" >= 0),
    state text not null check (state in ('NONE', 'HELD', 'FROZEN', 'RELEASED', 'REFUNDED', 'SPLIT')),
    version integer not null default 0,
    "createdAt" timestamptz not null,
    check ("commissionMinor" + "taxMinor" <= "totalMinor")
  );
  create index on escrow ("orderGroupId");

  create table tranche (
    id text collate "C" primary key,
    "escrowId" text collate "C" not null references escrow,
    kind text not null check (kind in ('WHOLE')),
    state text not null check (state in ('AWAITING_FUNDS', 'FUNDED', 'SHIPPED', 'DELIVERED',
      'FROZEN', 'RELEASED', 'CLOSED', 'CANCELLED')),
    "accountId" bigint not null references ledger_account,
    "capturedMinor" bigint not null default 0,
    "frozenMinor" bigint not null default 0,
    "releasedMinor" bigint not null default 0,
    "refundedMinor" bigint not null default 0,
    "chargedBackMinor" bigint not null default 0,
    "availableMinor" bigint generated always as ("capturedMinor" - "frozenMinor" - "releasedMinor"
      - "refundedMinor" - "chargedBackMinor") stored,
    -- of what was released: the seller's fees then, and what was taken back since
    "releasedCommissionMinor" bigint not null default 0,
    "releasedTaxMinor" bigint not null default 0,
    "clawedBackMinor" bigint not null default 0,
    version integer not null default 0,
    check (least("capturedMinor", "frozenMinor", "releasedMinor", "refundedMinor",
      "chargedBackMinor", "clawedBackMinor") >= 0),
    constraint tranche_identity check ("capturedMinor" - "frozenMinor" - "releasedMinor"
      - "refundedMinor" - "chargedBackMinor" >= 0),
    constraint tranche_claw_back check ("clawedBackMinor" <= "releasedMinor")
  ) with (fillfactor = 70);
  create unique index tranche_whole on tranche ("escrowId") where kind = 'WHOLE';

  create table payment (
    id text collate "C" primary key,
    "orderGroupId" text collate "C" not null references "orderGroup",
    part text not null check (part in ('WHOLE')),
    "buyerId" text collate "C" not null,
    "orderIds" text[] not null,
    currency text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    state text not null check (state in ('CREATED', 'REQUIRES_ACTION', 'PENDING', 'CAPTURED',
      'FAILED', 'EXPIRED', 'UNKNOWN')),
    "fundsAccountId" bigint not null references ledger_account,
    "clearingAccountId" bigint not null references ledger_account,
    version integer not null default 0,
    "createdAt" timestamptz not null
  );
  -- one at a time: a second click with another key never charges twice
  create unique index payment_one_live on payment ("orderGroupId", part)
    where state not in ('FAILED', 'EXPIRED');

  create table tender (
    id text collate "C" primary key,
    "ledgerId" uuid not null unique, -- the subject of its transfers: the UUID inside the id
    "paymentId" text collate "C" not null references payment,
    number integer not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    state text not null check (state in ('CREATED', 'REQUIRES_ACTION', 'PENDING', 'CAPTURED',
      'FAILED', 'EXPIRED', 'UNKNOWN')),
    "capturedMinor" bigint not null default 0 check ("capturedMinor" >= 0),
    "refundedMinor" bigint not null default 0 check ("refundedMinor" >= 0),
    "pspPaymentId" text,
    "declineCode" text,
    "actionUrl" text,
    unique ("paymentId", number),
    constraint tender_refund_limit check ("refundedMinor" <= "capturedMinor")
  );

  create table "pspOperation" (
    id text collate "C" primary key,
    kind text not null check (kind in ('PAYMENT', 'REFUND', 'PAYOUT')),
    subject text collate "C" not null unique,
    request jsonb not null,
    "requestHash" text not null,
    state text not null check (state in ('READY', 'SENT', 'SUCCEEDED', 'REJECTED', 'PENDING',
      'UNKNOWN')),
    "pspId" text,
    detail text,
    attempts integer not null default 0,
    "nextAt" timestamptz,
    "createdAt" timestamptz not null
  );
  create index on "pspOperation" ("nextAt") where "nextAt" is not null;

  create table "pspEvent" (
    connection text not null,
    id text not null,
    type text not null,
    reference text not null,
    "receivedAt" timestamptz not null,
    "handledAt" timestamptz,
    attempts integer not null default 0,
    "nextAt" timestamptz,
    primary key (connection, id)
  );
  create index on "pspEvent" ("nextAt") where "nextAt" is not null;

  create table "pspBook" (
    currency text primary key,
    "clearingAccountId" bigint not null references ledger_account,
    "balanceMinor" bigint not null,
    "readAt" timestamptz not null
  );

  create table refund (
    id text collate "C" primary key,
    source text not null check (source in ('TRANCHE', 'CLAW_BACK', 'LATE_MONEY')),
    "paymentId" text collate "C" not null references payment,
    "escrowId" text collate "C" references escrow,
    "orderId" text collate "C",
    currency text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "commissionMinor" bigint not null default 0,
    "taxMinor" bigint not null default 0,
    cause text not null,
    state text not null check (state in ('CREATED', 'SENT', 'SUCCEEDED', 'UNKNOWN', 'CREDITED')),
    "dueAccountId" bigint not null references ledger_account,
    version integer not null default 0,
    "createdAt" timestamptz not null
  );
  create index on refund ("orderId");
  create index on refund ("paymentId");

  create table "refundLeg" (
    id text collate "C" primary key,
    "refundId" text collate "C" not null references refund,
    "tenderId" text collate "C" not null references tender,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    state text not null check (state in ('CREATED', 'SENT', 'SUCCEEDED', 'REJECTED', 'UNKNOWN'))
  );
  create index on "refundLeg" ("refundId");

  create table "sellerMember" (
    "sellerId" text collate "C" not null,
    "accountId" text collate "C" not null,
    primary key ("sellerId", "accountId")
  );
  create index on "sellerMember" ("accountId");

  create table "payoutGate" (
    "sellerId" text collate "C" primary key,
    open boolean not null,
    version integer not null
  );

  create table "balanceTransaction" (
    id text collate "C" primary key,
    "accountId" bigint not null references ledger_account,
    "sellerId" text collate "C" not null,
    currency text not null,
    kind text not null check (kind in ('RELEASE', 'CLAW_BACK', 'PAYOUT', 'PAYOUT_FAILED',
      'PAYOUT_RETURNED')),
    "amountMinor" bigint not null check ("amountMinor" <> 0),
    "grossMinor" bigint,
    "commissionMinor" bigint,
    "taxMinor" bigint,
    "orderId" text collate "C",
    cause text not null,
    "causeId" text collate "C" not null,
    "occurredAt" timestamptz not null,
    unique (kind, "causeId")
  );
  create index on "balanceTransaction" ("sellerId", currency, id);
  create index on "balanceTransaction" ("accountId");

  create table "payoutAccount" (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null unique,
    destination text not null,
    verified boolean not null,
    version integer not null default 0,
    "createdAt" timestamptz not null
  );

  create table payout (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null,
    "payoutAccountId" text collate "C" not null references "payoutAccount",
    currency text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    state text not null check (state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN', 'PAID',
      'FAILED', 'RETURNED')),
    "accountId" bigint not null references ledger_account,
    "transitAccountId" bigint not null references ledger_account,
    "clearingAccountId" bigint not null references ledger_account,
    "pendingId" uuid not null unique references ledger_transfer,
    version integer not null default 0,
    "createdAt" timestamptz not null
  );
  create index on payout ("sellerId", id);
`;
