-- Schema payments, as all its migrations leave it. Generated: change a migration, never this file.

create table "balanceTransaction" (
  id text collate "C" not null,
  "accountId" bigint not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  kind text not null,
  "amountMinor" bigint not null,
  "grossMinor" bigint,
  "commissionMinor" bigint,
  "taxMinor" bigint,
  "orderId" text collate "C",
  cause text not null,
  "causeId" text collate "C" not null,
  "occurredAt" timestamp with time zone not null,
  constraint "balanceTransaction_kind_causeId_key" UNIQUE (kind, "causeId"),
  constraint "balanceTransaction_pkey" PRIMARY KEY (id),
  constraint "balanceTransaction_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "balanceTransaction_amountMinor_check" CHECK ("amountMinor" <> 0),
  constraint "balanceTransaction_kind_check" CHECK (kind = ANY (ARRAY['RELEASE'::text, 'CLAW_BACK'::text, 'PAYOUT'::text, 'PAYOUT_FAILED'::text, 'PAYOUT_RETURNED'::text]))
);
CREATE INDEX "balanceTransaction_accountId_idx" ON payments."balanceTransaction" USING btree ("accountId");
CREATE INDEX "balanceTransaction_sellerId_currency_id_idx" ON payments."balanceTransaction" USING btree ("sellerId", currency, id);

create table escrow (
  id text collate "C" not null,
  "orderId" text collate "C" not null,
  "orderGroupId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  "totalMinor" bigint not null,
  "commissionMinor" bigint not null,
  "taxMinor" bigint not null,
  state text not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint "escrow_orderId_key" UNIQUE ("orderId"),
  constraint escrow_pkey PRIMARY KEY (id),
  constraint "escrow_orderGroupId_fkey" FOREIGN KEY ("orderGroupId") REFERENCES "orderGroup"(id),
  constraint escrow_check CHECK (("commissionMinor" + "taxMinor") <= "totalMinor"),
  constraint "escrow_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint escrow_state_check CHECK (state = ANY (ARRAY['NONE'::text, 'HELD'::text, 'FROZEN'::text, 'RELEASED'::text, 'REFUNDED'::text, 'SPLIT'::text])),
  constraint "escrow_taxMinor_check" CHECK ("taxMinor" >= 0),
  constraint "escrow_totalMinor_check" CHECK ("totalMinor" > 0)
);
CREATE INDEX "escrow_orderGroupId_idx" ON payments.escrow USING btree ("orderGroupId");

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

create table ledger_account (
  id bigint not null generated always as identity,
  kind smallint not null,
  owner_id uuid not null,
  currency character(3) not null,
  guard smallint not null,
  deferred boolean not null default false,
  constraint ledger_account_id_currency_key UNIQUE (id, currency),
  constraint ledger_account_kind_owner_id_currency_key UNIQUE (kind, owner_id, currency),
  constraint ledger_account_pkey PRIMARY KEY (id),
  constraint ledger_account_check CHECK (NOT deferred OR guard = 0),
  constraint ledger_account_guard_check CHECK (guard = ANY (ARRAY[0, 1, 2]))
);
comment on table ledger_account is 'functions only';

create table ledger_balance (
  account_id bigint not null,
  guard smallint not null,
  debits_posted bigint not null default 0,
  credits_posted bigint not null default 0,
  debits_pending bigint not null default 0,
  credits_pending bigint not null default 0,
  constraint ledger_balance_pkey PRIMARY KEY (account_id),
  constraint ledger_balance_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger_account(id),
  constraint ledger_balance_credits_pending_check CHECK (credits_pending >= 0),
  constraint ledger_balance_credits_posted_check CHECK (credits_posted >= 0),
  constraint ledger_balance_debits_pending_check CHECK (debits_pending >= 0),
  constraint ledger_balance_debits_posted_check CHECK (debits_posted >= 0),
  constraint ledger_balance_limit CHECK (
CASE guard
    WHEN 1 THEN (credits_posted - debits_posted - debits_pending) >= 0
    WHEN 2 THEN (debits_posted - credits_posted - credits_pending) >= 0
    ELSE true
END)
) with (fillfactor=45, autovacuum_vacuum_scale_factor=0.01);
comment on table ledger_balance is 'functions only';

create table ledger_transfer (
  epoch smallint not null default 1,
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null generated always as identity,
  id uuid not null,
  group_id uuid not null,
  kind smallint not null,
  pending_id uuid,
  corrects_id uuid,
  debit bigint not null,
  credit bigint not null,
  currency character(3) not null,
  amount bigint not null,
  code smallint not null,
  subject uuid,
  event_at timestamp with time zone not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint ledger_transfer_pkey PRIMARY KEY (id),
  constraint ledger_transfer_corrects_id_fkey FOREIGN KEY (corrects_id) REFERENCES ledger_transfer(id),
  constraint ledger_transfer_credit_currency_fkey FOREIGN KEY (credit, currency) REFERENCES ledger_account(id, currency),
  constraint ledger_transfer_debit_currency_fkey FOREIGN KEY (debit, currency) REFERENCES ledger_account(id, currency),
  constraint ledger_transfer_pending_id_fkey FOREIGN KEY (pending_id) REFERENCES ledger_transfer(id),
  constraint ledger_transfer_amount_check CHECK (amount > 0),
  constraint ledger_transfer_check CHECK (debit <> credit),
  constraint ledger_transfer_check1 CHECK ((kind = ANY (ARRAY[3, 4])) = (pending_id IS NOT NULL)),
  constraint ledger_transfer_kind_check CHECK (kind >= 1 AND kind <= 4)
);
comment on table ledger_transfer is 'functions only';
CREATE INDEX ledger_transfer_credit_seq_idx ON payments.ledger_transfer USING btree (credit, seq);
CREATE INDEX ledger_transfer_debit_seq_idx ON payments.ledger_transfer USING btree (debit, seq);
CREATE INDEX ledger_transfer_epoch_xid_seq_idx ON payments.ledger_transfer USING btree (epoch, xid, seq);
CREATE INDEX ledger_transfer_group_id_idx ON payments.ledger_transfer USING btree (group_id);
CREATE UNIQUE INDEX ledger_transfer_resolved_once ON payments.ledger_transfer USING btree (pending_id) WHERE (kind = ANY (ARRAY[3, 4]));
CREATE INDEX ledger_transfer_subject_idx ON payments.ledger_transfer USING btree (subject) WHERE (subject IS NOT NULL);
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger_immutable();

create table migration (
  id integer not null default nextval('migration_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint "PK_3043fc6b8af7c99b8b98830094f" PRIMARY KEY (id)
);

create table "orderGroup" (
  id text collate "C" not null,
  "buyerId" text collate "C" not null,
  currency text not null,
  state text not null,
  version integer not null default 0,
  "seenAt" timestamp with time zone not null,
  constraint "orderGroup_pkey" PRIMARY KEY (id),
  constraint "orderGroup_state_check" CHECK (state = ANY (ARRAY['AWAITING'::text, 'PAID'::text, 'EXPIRED'::text, 'CANCELLED'::text]))
);

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
CREATE INDEX outbox_position ON payments.outbox USING btree (epoch, xid, seq);
CREATE INDEX outbox_topics ON payments.outbox USING gin (topics);

create table "outboxEpoch" (
  one boolean not null default true,
  epoch smallint not null default 1,
  constraint "outboxEpoch_pkey" PRIMARY KEY (one),
  constraint "outboxEpoch_one_check" CHECK (one)
);

create table payment (
  id text collate "C" not null,
  "orderGroupId" text collate "C" not null,
  part text not null,
  "buyerId" text collate "C" not null,
  "orderIds" text[] not null,
  currency text not null,
  "amountMinor" bigint not null,
  state text not null,
  "fundsAccountId" bigint not null,
  "clearingAccountId" bigint not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint payment_pkey PRIMARY KEY (id),
  constraint "payment_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id),
  constraint "payment_fundsAccountId_fkey" FOREIGN KEY ("fundsAccountId") REFERENCES ledger_account(id),
  constraint "payment_orderGroupId_fkey" FOREIGN KEY ("orderGroupId") REFERENCES "orderGroup"(id),
  constraint "payment_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint payment_part_check CHECK (part = 'WHOLE'::text),
  constraint payment_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'REQUIRES_ACTION'::text, 'PENDING'::text, 'CAPTURED'::text, 'FAILED'::text, 'EXPIRED'::text, 'UNKNOWN'::text]))
);
CREATE UNIQUE INDEX payment_one_live ON payments.payment USING btree ("orderGroupId", part) WHERE (state <> ALL (ARRAY['FAILED'::text, 'EXPIRED'::text]));

create table payout (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  "payoutAccountId" text collate "C" not null,
  currency text not null,
  "amountMinor" bigint not null,
  state text not null,
  "accountId" bigint not null,
  "transitAccountId" bigint not null,
  "clearingAccountId" bigint not null,
  "pendingId" uuid not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint "payout_pendingId_key" UNIQUE ("pendingId"),
  constraint payout_pkey PRIMARY KEY (id),
  constraint "payout_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "payout_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id),
  constraint "payout_payoutAccountId_fkey" FOREIGN KEY ("payoutAccountId") REFERENCES "payoutAccount"(id),
  constraint "payout_pendingId_fkey" FOREIGN KEY ("pendingId") REFERENCES ledger_transfer(id),
  constraint "payout_transitAccountId_fkey" FOREIGN KEY ("transitAccountId") REFERENCES ledger_account(id),
  constraint "payout_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint payout_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'SUBMITTED'::text, 'IN_TRANSIT'::text, 'UNKNOWN'::text, 'PAID'::text, 'FAILED'::text, 'RETURNED'::text]))
);
CREATE INDEX "payout_sellerId_id_idx" ON payments.payout USING btree ("sellerId", id);

create table "payoutAccount" (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  destination text not null,
  verified boolean not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint "payoutAccount_sellerId_key" UNIQUE ("sellerId"),
  constraint "payoutAccount_pkey" PRIMARY KEY (id)
);

create table "payoutGate" (
  "sellerId" text collate "C" not null,
  open boolean not null,
  version integer not null,
  constraint "payoutGate_pkey" PRIMARY KEY ("sellerId")
);

create table "pspBook" (
  currency text not null,
  "clearingAccountId" bigint not null,
  "balanceMinor" bigint not null,
  "readAt" timestamp with time zone not null,
  constraint "pspBook_pkey" PRIMARY KEY (currency),
  constraint "pspBook_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id)
);

create table "pspEvent" (
  connection text not null,
  id text not null,
  type text not null,
  reference text not null,
  "receivedAt" timestamp with time zone not null,
  "handledAt" timestamp with time zone,
  attempts integer not null default 0,
  "nextAt" timestamp with time zone,
  constraint "pspEvent_pkey" PRIMARY KEY (connection, id)
);
CREATE INDEX "pspEvent_nextAt_idx" ON payments."pspEvent" USING btree ("nextAt") WHERE ("nextAt" IS NOT NULL);

create table "pspOperation" (
  id text collate "C" not null,
  kind text not null,
  subject text collate "C" not null,
  request jsonb not null,
  "requestHash" text not null,
  state text not null,
  "pspId" text,
  detail text,
  attempts integer not null default 0,
  "nextAt" timestamp with time zone,
  "createdAt" timestamp with time zone not null,
  constraint "pspOperation_subject_key" UNIQUE (subject),
  constraint "pspOperation_pkey" PRIMARY KEY (id),
  constraint "pspOperation_kind_check" CHECK (kind = ANY (ARRAY['PAYMENT'::text, 'REFUND'::text, 'PAYOUT'::text])),
  constraint "pspOperation_state_check" CHECK (state = ANY (ARRAY['READY'::text, 'SENT'::text, 'SUCCEEDED'::text, 'REJECTED'::text, 'PENDING'::text, 'UNKNOWN'::text]))
);
CREATE INDEX "pspOperation_nextAt_idx" ON payments."pspOperation" USING btree ("nextAt") WHERE ("nextAt" IS NOT NULL);

create table refund (
  id text collate "C" not null,
  source text not null,
  "paymentId" text collate "C" not null,
  "escrowId" text collate "C",
  "orderId" text collate "C",
  currency text not null,
  "amountMinor" bigint not null,
  "commissionMinor" bigint not null default 0,
  "taxMinor" bigint not null default 0,
  cause text not null,
  state text not null,
  "dueAccountId" bigint not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  constraint refund_pkey PRIMARY KEY (id),
  constraint "refund_dueAccountId_fkey" FOREIGN KEY ("dueAccountId") REFERENCES ledger_account(id),
  constraint "refund_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "refund_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "refund_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint refund_source_check CHECK (source = ANY (ARRAY['TRANCHE'::text, 'CLAW_BACK'::text, 'LATE_MONEY'::text])),
  constraint refund_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'SENT'::text, 'SUCCEEDED'::text, 'UNKNOWN'::text, 'CREDITED'::text]))
);
CREATE INDEX "refund_orderId_idx" ON payments.refund USING btree ("orderId");
CREATE INDEX "refund_paymentId_idx" ON payments.refund USING btree ("paymentId");

create table "refundLeg" (
  id text collate "C" not null,
  "refundId" text collate "C" not null,
  "tenderId" text collate "C" not null,
  "amountMinor" bigint not null,
  state text not null,
  constraint "refundLeg_pkey" PRIMARY KEY (id),
  constraint "refundLeg_refundId_fkey" FOREIGN KEY ("refundId") REFERENCES refund(id),
  constraint "refundLeg_tenderId_fkey" FOREIGN KEY ("tenderId") REFERENCES tender(id),
  constraint "refundLeg_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "refundLeg_state_check" CHECK (state = ANY (ARRAY['CREATED'::text, 'SENT'::text, 'SUCCEEDED'::text, 'REJECTED'::text, 'UNKNOWN'::text]))
);
CREATE INDEX "refundLeg_refundId_idx" ON payments."refundLeg" USING btree ("refundId");

create table "sellerMember" (
  "sellerId" text collate "C" not null,
  "accountId" text collate "C" not null,
  constraint "sellerMember_pkey" PRIMARY KEY ("sellerId", "accountId")
);
CREATE INDEX "sellerMember_accountId_idx" ON payments."sellerMember" USING btree ("accountId");

create table tender (
  id text collate "C" not null,
  "ledgerId" uuid not null,
  "paymentId" text collate "C" not null,
  number integer not null,
  "amountMinor" bigint not null,
  state text not null,
  "capturedMinor" bigint not null default 0,
  "refundedMinor" bigint not null default 0,
  "pspPaymentId" text,
  "declineCode" text,
  "actionUrl" text,
  constraint "tender_ledgerId_key" UNIQUE ("ledgerId"),
  constraint "tender_paymentId_number_key" UNIQUE ("paymentId", number),
  constraint tender_pkey PRIMARY KEY (id),
  constraint "tender_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "tender_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "tender_capturedMinor_check" CHECK ("capturedMinor" >= 0),
  constraint tender_refund_limit CHECK ("refundedMinor" <= "capturedMinor"),
  constraint "tender_refundedMinor_check" CHECK ("refundedMinor" >= 0),
  constraint tender_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'REQUIRES_ACTION'::text, 'PENDING'::text, 'CAPTURED'::text, 'FAILED'::text, 'EXPIRED'::text, 'UNKNOWN'::text]))
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
CREATE INDEX timer_due ON payments.timer USING btree ("fireAt") WHERE ("fireAt" IS NOT NULL);

create table tranche (
  id text collate "C" not null,
  "escrowId" text collate "C" not null,
  kind text not null,
  state text not null,
  "accountId" bigint not null,
  "capturedMinor" bigint not null default 0,
  "frozenMinor" bigint not null default 0,
  "releasedMinor" bigint not null default 0,
  "refundedMinor" bigint not null default 0,
  "chargedBackMinor" bigint not null default 0,
  "availableMinor" bigint generated always as ((((("capturedMinor" - "frozenMinor") - "releasedMinor") - "refundedMinor") - "chargedBackMinor")) stored,
  "releasedCommissionMinor" bigint not null default 0,
  "releasedTaxMinor" bigint not null default 0,
  "clawedBackMinor" bigint not null default 0,
  version integer not null default 0,
  constraint tranche_pkey PRIMARY KEY (id),
  constraint "tranche_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "tranche_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint tranche_check CHECK (LEAST("capturedMinor", "frozenMinor", "releasedMinor", "refundedMinor", "chargedBackMinor", "clawedBackMinor") >= 0),
  constraint tranche_claw_back CHECK ("clawedBackMinor" <= "releasedMinor"),
  constraint tranche_identity CHECK (("capturedMinor" - "frozenMinor" - "releasedMinor" - "refundedMinor" - "chargedBackMinor") >= 0),
  constraint tranche_kind_check CHECK (kind = 'WHOLE'::text),
  constraint tranche_state_check CHECK (state = ANY (ARRAY['AWAITING_FUNDS'::text, 'FUNDED'::text, 'SHIPPED'::text, 'DELIVERED'::text, 'FROZEN'::text, 'RELEASED'::text, 'CLOSED'::text, 'CANCELLED'::text]))
) with (fillfactor=70);
CREATE UNIQUE INDEX tranche_whole ON payments.tranche USING btree ("escrowId") WHERE (kind = 'WHOLE'::text);

create view invariant_violation as
SELECT 'I1'::text AS invariant,
    ledger_total.currency::text AS subject,
    'off by '::text || sum(ledger_total.dp - ledger_total.cp) AS detail
   FROM ledger_total
  GROUP BY ledger_total.currency
 HAVING sum(ledger_total.dp - ledger_total.cp) <> 0::numeric OR sum(ledger_total.dh - ledger_total.ch) <> 0::numeric
UNION ALL
 SELECT 'I2'::text AS invariant,
    l.account_id::text AS subject,
    'balance row <> transfers'::text AS detail
   FROM ledger_total l
     LEFT JOIN ledger_balance b USING (account_id)
  WHERE NOT l.deferred AND (b.debits_posted::numeric IS DISTINCT FROM l.dp OR b.credits_posted::numeric IS DISTINCT FROM l.cp OR b.debits_pending::numeric IS DISTINCT FROM l.dh OR b.credits_pending::numeric IS DISTINCT FROM l.ch)
UNION ALL
 SELECT 'I3'::text AS invariant,
    ledger_total.account_id::text AS subject,
    'limit broken'::text AS detail
   FROM ledger_total
  WHERE
        CASE ledger_total.guard
            WHEN 1 THEN (ledger_total.cp - ledger_total.dp - ledger_total.dh) < 0::numeric
            WHEN 2 THEN (ledger_total.dp - ledger_total.cp - ledger_total.ch) < 0::numeric
            ELSE false
        END
UNION ALL
 SELECT 'I4'::text AS invariant,
    t.id AS subject,
    'tranche <> its transfers'::text AS detail
   FROM tranche t
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(x.amount) FILTER (WHERE x.code = 11 AND x.credit = t."accountId"), 0::numeric) AS captured,
            COALESCE(sum(x.amount) FILTER (WHERE x.code >= 20 AND x.code <= 29 AND x.debit = t."accountId"), 0::numeric) AS released,
            COALESCE(sum(x.amount) FILTER (WHERE x.code = 30 AND x.debit = t."accountId"), 0::numeric) AS refunded
           FROM ledger_transfer x
          WHERE (x.kind = ANY (ARRAY[1, 3])) AND (t."accountId" = x.debit OR t."accountId" = x.credit)) s
  WHERE t."capturedMinor"::numeric <> s.captured OR t."releasedMinor"::numeric <> s.released OR t."refundedMinor"::numeric <> s.refunded OR t."chargedBackMinor" <> 0
UNION ALL
 SELECT 'I5'::text AS invariant,
    t.id AS subject,
    'available <> ledger'::text AS detail
   FROM tranche t
     JOIN ledger_total l ON l.account_id = t."accountId"
  WHERE t."availableMinor"::numeric <> (l.cp - l.dp - l.dh) OR t."frozenMinor"::numeric <> l.dh
UNION ALL
 SELECT 'I6'::text AS invariant,
    t.id AS subject,
    'tender funded <> once'::text AS detail
   FROM tender t
     LEFT JOIN ledger_transfer x ON x.subject = t."ledgerId" AND x.code = 10 AND x.kind = 1
  GROUP BY t.id
 HAVING COALESCE(sum(x.amount), 0::numeric) <> t."capturedMinor"::numeric OR count(x.id) > 1
UNION ALL
 SELECT 'I6'::text AS invariant,
    ledger_transfer.pending_id::text AS subject,
    'resolved twice'::text AS detail
   FROM ledger_transfer
  WHERE ledger_transfer.kind = ANY (ARRAY[3, 4])
  GROUP BY ledger_transfer.pending_id
 HAVING count(*) > 1
UNION ALL
 SELECT 'I7'::text AS invariant,
    b.currency AS subject,
    format('ours %s, theirs %s'::text, l.dp - l.cp, b."balanceMinor") AS detail
   FROM "pspBook" b
     LEFT JOIN ledger_total l ON l.account_id = b."clearingAccountId"
  WHERE (l.dp - l.cp) IS DISTINCT FROM b."balanceMinor"::numeric
UNION ALL
 SELECT 'I8'::text AS invariant,
    e.id AS subject,
    format('version %s, %s facts'::text, e.version, count(o.seq)) AS detail
   FROM escrow e
     LEFT JOIN outbox o ON o.subject = e.id
  GROUP BY e.id
 HAVING count(o.seq) <> e.version OR max(o."subjectVersion") IS DISTINCT FROM NULLIF(e.version, 0)
UNION ALL
 SELECT 'I10'::text AS invariant,
    t.id AS subject,
    'orphan money'::text AS detail
   FROM tranche t
  WHERE (t."availableMinor" + t."frozenMinor") > 0 AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = t.id AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I11'::text AS invariant,
    l.account_id::text AS subject,
    'payouts <> reserved'::text AS detail
   FROM ledger_total l
  WHERE l.kind = 6 AND l.dh <> (( SELECT COALESCE(sum(p."amountMinor"), 0::numeric) AS "coalesce"
           FROM payout p
          WHERE p."accountId" = l.account_id AND (p.state = ANY (ARRAY['CREATED'::text, 'SUBMITTED'::text, 'IN_TRANSIT'::text, 'UNKNOWN'::text]))))
UNION ALL
 SELECT 'I13'::text AS invariant,
    l.account_id::text AS subject,
    'seller balance <> its lines'::text AS detail
   FROM ledger_total l
  WHERE l.kind = 6 AND (l.cp - l.dp - l.dh) <> (( SELECT COALESCE(sum(b."amountMinor"), 0::numeric) AS "coalesce"
           FROM "balanceTransaction" b
          WHERE b."accountId" = l.account_id))
UNION ALL
 SELECT 'I14'::text AS invariant,
    t.id AS subject,
    'tender refunded <> its refunds'::text AS detail
   FROM tender t
  WHERE t."refundedMinor"::numeric <> (( SELECT COALESCE(sum(l."amountMinor"), 0::numeric) AS "coalesce"
           FROM "refundLeg" l
          WHERE l."tenderId" = t.id AND l.state <> 'REJECTED'::text));

create view ledger_effect as
SELECT t.debit,
    t.credit,
        CASE
            WHEN t.kind = ANY (ARRAY[1, 3]) THEN t.amount
            ELSE 0::bigint
        END AS posted,
        CASE
            WHEN t.kind = 2 AND r.id IS NULL THEN t.amount
            ELSE 0::bigint
        END AS held
   FROM ledger_transfer t
     LEFT JOIN ledger_transfer r ON r.pending_id = t.id AND (r.kind = ANY (ARRAY[3, 4]));

create view ledger_total as
SELECT a.id AS account_id,
    a.kind,
    a.owner_id,
    a.currency,
    a.guard,
    a.deferred,
    COALESCE(d.p, 0::numeric) AS dp,
    COALESCE(c.p, 0::numeric) AS cp,
    COALESCE(d.h, 0::numeric) AS dh,
    COALESCE(c.h, 0::numeric) AS ch
   FROM ledger_account a
     LEFT JOIN ( SELECT ledger_effect.debit,
            sum(ledger_effect.posted) AS p,
            sum(ledger_effect.held) AS h
           FROM ledger_effect
          GROUP BY ledger_effect.debit) d ON d.debit = a.id
     LEFT JOIN ( SELECT ledger_effect.credit,
            sum(ledger_effect.posted) AS p,
            sum(ledger_effect.held) AS h
           FROM ledger_effect
          GROUP BY ledger_effect.credit) c ON c.credit = a.id;

CREATE OR REPLACE FUNCTION payments.ledger_immutable()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception 'ledger rows are immutable' using errcode = 'TG000'; end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_open(_kind smallint[], _owner uuid[], _currency text[], _guard smallint[], _deferred boolean[])
 RETURNS bigint[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  begin
    with a as (
      insert into ledger_account (kind, owner_id, currency, guard, deferred)
      select * from unnest(_kind, _owner, _currency, _guard, _deferred) x (k, o, c, g, d)
      order by k, o, c
      on conflict do nothing returning id, guard, deferred)
    insert into ledger_balance (account_id, guard) select id, guard from a where not deferred;
    return (
      select array_agg(a.id order by x.n)
      from unnest(_kind, _owner, _currency) with ordinality x (k, o, c, n)
      cross join lateral (select id from ledger_account a
        where (a.kind, a.owner_id, a.currency) = (x.k, x.o, x.c::char(3))) a);
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_post(_group uuid[], _id uuid[], _kind smallint[], _pending uuid[], _corrects uuid[], _debit bigint[], _credit bigint[], _currency text[], _amount bigint[], _code smallint[], _subject uuid[], _event_at timestamp with time zone[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
  declare
    n int; updated int; accounts int; resolving int; matching int; bad uuid; fresh uuid[];
  begin
    with ins as (
      insert into ledger_transfer (group_id, id, kind, pending_id, corrects_id, debit, credit,
        currency, amount, code, subject, event_at)
      select * from unnest(_group, _id, _kind, _pending, _corrects, _debit, _credit, _currency,
          _amount, _code, _subject, _event_at)
        as t (g, i, k, p, x, d, c, y, a, o, s, e)
      order by i -- ordered: no deadlock
      on conflict (id) do nothing
      returning id, kind, pending_id, debit, credit, amount),
    target as materialized (
      select i.pending_id, t.amount from ins i
      join lateral (select * from ledger_transfer t where t.id = i.pending_id) t
        on t.kind = 2 and t.debit = i.debit and t.credit = i.credit
        and case i.kind when 3 then i.amount <= t.amount else i.amount = t.amount end
      where i.kind in (3, 4)),
    effect as (
      select s.account, s.dp, s.cp, s.sign_d * f.held dh, s.sign_c * f.held ch from ins i
      cross join lateral (select
        case when i.kind in (1, 3) then i.amount else 0 end posted,
        case i.kind when 1 then 0 when 2 then i.amount else
          -coalesce((select t.amount from target t where t.pending_id = i.pending_id), 0)
        end held) f
      cross join lateral (values
        (i.debit, f.posted, 0::bigint, 1, 0), (i.credit, 0, f.posted, 0, 1)
      ) s (account, dp, cp, sign_d, sign_c)),
    delta as materialized (
      select account, sum(dp)::bigint dp, sum(cp)::bigint cp, sum(dh)::bigint dh,
        sum(ch)::bigint ch
      from effect
      where not (select a.deferred from ledger_account a where a.id = effect.account)
      group by account),
    locked as materialized ( -- ascending: the only lock order
      select b.account_id, d.dp, d.cp, d.dh, d.ch from (select * from delta order by account) d,
        lateral (select account_id from ledger_balance b
          where b.account_id = d.account for update) b),
    upd as (
      update ledger_balance b set
        debits_posted = debits_posted + l.dp, credits_posted = credits_posted + l.cp,
        debits_pending = debits_pending + l.dh, credits_pending = credits_pending + l.ch
      from locked l where b.account_id = l.account_id returning 1)
    select (select count(*) from ins), (select count(*) from upd), (select count(*) from delta),
      (select count(*) from ins where kind in (3, 4)), (select count(*) from target),
      (select coalesce(array_agg(id), '{}') from ins)
    into n, updated, accounts, resolving, matching, fresh;
    if updated <> accounts then
      raise exception 'no balance row' using errcode = 'TG003';
    end if;
    if resolving <> matching then
      raise exception 'pending missing or different' using errcode = 'TG004';
    end if;
    if n < cardinality(_id) then
      select t.id into bad
      from unnest(_group, _id, _kind, _pending, _debit, _credit, _currency, _amount, _code,
        _subject) x (g, i, k, p, d, c, y, a, o, s)
      join ledger_transfer t on t.id = x.i
      where (t.group_id, t.kind, t.pending_id, t.debit, t.credit, t.currency, t.amount, t.code,
          t.subject)
        is distinct from (x.g, x.k, x.p, x.d, x.c, x.y::char(3), x.a, x.o, x.s)
      limit 1;
      if found then raise exception '% has other values', bad using errcode = 'TG001'; end if;
      -- a call may carry several groups, each wholly new or wholly known
      if exists (select 1 from unnest(_group, _id) x (g, i) group by x.g
        having bool_or(x.i = any (fresh)) and not bool_and(x.i = any (fresh))
          or count(*) <> (select count(*) from ledger_transfer t where t.group_id = x.g))
      then raise exception 'group present in part' using errcode = 'TG002'; end if;
    end if;
    return n;
  end $function$;
