-- Schema payments, as all its migrations leave it. Generated: change a migration, never this file.

create table "adCredit" (
  id text collate "C" not null,
  "spendId" text collate "C" not null,
  "amountMinor" bigint not null,
  constraint "adCredit_pkey" PRIMARY KEY (id),
  constraint "adCredit_spendId_fkey" FOREIGN KEY ("spendId") REFERENCES "adSpend"(id),
  constraint "adCredit_amountMinor_check" CHECK ("amountMinor" >= 0)
);

create table "adGrant" (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  state text not null,
  "amountMinor" bigint not null,
  "billedMinor" bigint not null default 0,
  "returnedMinor" bigint not null default 0,
  "accountId" bigint,
  version integer not null,
  constraint "adGrant_pkey" PRIMARY KEY (id),
  constraint "adGrant_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "adGrant_check" CHECK (LEAST("amountMinor", "billedMinor", "returnedMinor") >= 0),
  constraint "adGrant_check1" CHECK (("billedMinor" + "returnedMinor") <= "amountMinor"),
  constraint "adGrant_check2" CHECK ((state = 'REFUSED'::text) = ("accountId" IS NULL)),
  constraint "adGrant_state_check" CHECK (state = ANY (ARRAY['FUNDED'::text, 'REFUSED'::text, 'CLOSED'::text]))
);

create table "adSpend" (
  id text collate "C" not null,
  "grantId" text collate "C" not null,
  "amountMinor" bigint not null,
  "creditedMinor" bigint not null default 0,
  constraint "adSpend_pkey" PRIMARY KEY (id),
  constraint "adSpend_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "adGrant"(id),
  constraint "adSpend_amountMinor_check" CHECK ("amountMinor" >= 0),
  constraint "adSpend_check" CHECK ("creditedMinor" >= 0 AND "creditedMinor" <= "amountMinor")
);

create table "adsWallet" (
  "sellerId" text collate "C" not null,
  currency text not null,
  "accountId" bigint not null,
  "fillToMinor" bigint,
  constraint "adsWallet_pkey" PRIMARY KEY ("sellerId", currency),
  constraint "adsWallet_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "adsWallet_fillToMinor_check" CHECK ("fillToMinor" > 0)
);

create table advance (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  state text not null,
  "principalMinor" bigint not null,
  "feeMinor" bigint not null,
  "rateBps" integer not null,
  "termsVersion" integer not null,
  "remittedMinor" bigint not null default 0,
  "writtenOffMinor" bigint not null default 0,
  "accountId" bigint,
  version integer not null,
  constraint advance_pkey PRIMARY KEY (id),
  constraint "advance_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint advance_check CHECK (LEAST("remittedMinor", "writtenOffMinor") >= 0),
  constraint advance_check1 CHECK (state = 'REFUSED'::text OR "principalMinor" > 0 AND ("remittedMinor" + "writtenOffMinor") <= ("principalMinor" + "feeMinor")),
  constraint advance_check2 CHECK ((state = 'REFUSED'::text) = ("accountId" IS NULL)),
  constraint "advance_rateBps_check" CHECK ("rateBps" >= 1 AND "rateBps" <= 10000),
  constraint advance_state_check CHECK (state = ANY (ARRAY['OPEN'::text, 'REFUSED'::text, 'CLOSED'::text]))
);
CREATE INDEX "advance_sellerId_currency_idx" ON payments.advance USING btree ("sellerId", currency) WHERE (state = 'OPEN'::text);

create table "advanceRemittance" (
  id text collate "C" not null,
  "advanceId" text collate "C" not null,
  "trancheId" text collate "C",
  "principalMinor" bigint not null,
  "feeMinor" bigint not null,
  "reversedMinor" bigint not null default 0,
  constraint "advanceRemittance_pkey" PRIMARY KEY (id),
  constraint "advanceRemittance_advanceId_fkey" FOREIGN KEY ("advanceId") REFERENCES advance(id),
  constraint "advanceRemittance_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint "advanceRemittance_check" CHECK (LEAST("principalMinor", "feeMinor") >= 0),
  constraint "advanceRemittance_check1" CHECK ("reversedMinor" >= 0 AND "reversedMinor" <= ("principalMinor" + "feeMinor"))
);
CREATE INDEX "advanceRemittance_advanceId_idx" ON payments."advanceRemittance" USING btree ("advanceId");
CREATE INDEX "advanceRemittance_trancheId_idx" ON payments."advanceRemittance" USING btree ("trancheId") WHERE ("trancheId" IS NOT NULL);

create table approval (
  id text collate "C" not null,
  kind text not null,
  subject text collate "C" not null,
  input jsonb not null,
  reason text not null,
  state text not null,
  "proposedBy" text collate "C" not null,
  "decidedBy" text collate "C",
  "decisionReason" text,
  refusal text,
  "createdAt" timestamp with time zone not null,
  "expiresAt" timestamp with time zone not null,
  "decidedAt" timestamp with time zone,
  version integer not null default 0,
  constraint approval_pkey PRIMARY KEY (id),
  constraint approval_check CHECK ((state = ANY (ARRAY['GRANTED'::text, 'REJECTED'::text])) = ("decidedBy" IS NOT NULL)),
  constraint approval_check1 CHECK (("decidedBy" IS NULL) = ("decidedAt" IS NULL)),
  constraint approval_four_eyes CHECK (state <> 'GRANTED'::text OR "decidedBy" <> "proposedBy"),
  constraint approval_state_check CHECK (state = ANY (ARRAY['PROPOSED'::text, 'GRANTED'::text, 'REJECTED'::text, 'EXPIRED'::text]))
);
CREATE UNIQUE INDEX approval_one_waits ON payments.approval USING btree (kind, subject) WHERE (state = 'PROPOSED'::text);
CREATE INDEX approval_state_id_idx ON payments.approval USING btree (state, id);
CREATE TRIGGER approval_fixed BEFORE DELETE OR UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION approval_fixed();

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
  "availableAt" timestamp with time zone not null,
  "payoutId" text collate "C",
  constraint "balanceTransaction_kind_causeId_key" UNIQUE (kind, "causeId"),
  constraint "balanceTransaction_pkey" PRIMARY KEY (id),
  constraint "balanceTransaction_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "balanceTransaction_payoutId_fkey" FOREIGN KEY ("payoutId") REFERENCES payout(id),
  constraint "balanceTransaction_amountMinor_check" CHECK ("amountMinor" <> 0),
  constraint "balanceTransaction_kind_check" CHECK (kind = ANY (ARRAY['RELEASE'::text, 'CLAW_BACK'::text, 'PAYOUT'::text, 'PAYOUT_FAILED'::text, 'PAYOUT_RETURNED'::text, 'ADJUSTMENT'::text, 'PAYOUT_FEE'::text, 'LABEL'::text, 'LABEL_REFUND'::text, 'ADS_TOP_UP'::text, 'ADS_WITHDRAWAL'::text, 'ADVANCE'::text, 'ADVANCE_REMITTANCE'::text, 'ADVANCE_PAYOFF'::text, 'CHARGEBACK'::text, 'CHARGEBACK_REVERSED'::text]))
);
CREATE INDEX "balanceTransaction_accountId_idx" ON payments."balanceTransaction" USING btree ("accountId");
CREATE INDEX "balanceTransaction_payoutId_idx" ON payments."balanceTransaction" USING btree ("payoutId") WHERE ("payoutId" IS NOT NULL);
CREATE INDEX "balanceTransaction_sellerId_currency_id_idx" ON payments."balanceTransaction" USING btree ("sellerId", currency, id);
CREATE INDEX "balanceTransaction_sellerId_currency_id_idx1" ON payments."balanceTransaction" USING btree ("sellerId", currency, id) WHERE ("payoutId" IS NULL);

create table "businessCalendar" (
  country text not null,
  weekend text[] not null,
  holidays text[] not null,
  "ofOperators" boolean not null,
  "changedBy" text collate "C" not null,
  "changedAt" timestamp with time zone not null,
  version integer not null default 0,
  constraint "businessCalendar_pkey" PRIMARY KEY (country),
  constraint "businessCalendar_country_check" CHECK (country ~ '^[A-Z]{2}$'::text),
  constraint "businessCalendar_weekend_check" CHECK (cardinality(weekend) < 7)
);
CREATE UNIQUE INDEX business_calendar_of_operators ON payments."businessCalendar" USING btree ("ofOperators") WHERE "ofOperators";

create table chargeback (
  id text collate "C" not null,
  "pspDisputeId" text collate "C" not null,
  "tenderId" text collate "C" not null,
  "paymentId" text collate "C" not null,
  currency text not null,
  "amountMinor" bigint not null,
  "feeMinor" bigint not null,
  "uncoveredMinor" bigint not null,
  reason text not null,
  liable text not null,
  state text not null,
  "caseAccountId" bigint not null,
  "clearingAccountId" bigint not null,
  "dueAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null,
  "openedAt" timestamp with time zone,
  "closedAt" timestamp with time zone,
  "nextAt" timestamp with time zone,
  version integer not null default 0,
  constraint "chargeback_pspDisputeId_key" UNIQUE ("pspDisputeId"),
  constraint chargeback_pkey PRIMARY KEY (id),
  constraint "chargeback_caseAccountId_fkey" FOREIGN KEY ("caseAccountId") REFERENCES ledger_account(id),
  constraint "chargeback_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id),
  constraint "chargeback_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "chargeback_tenderId_fkey" FOREIGN KEY ("tenderId") REFERENCES tender(id),
  constraint "chargeback_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint chargeback_check CHECK ("uncoveredMinor" >= 0 AND "uncoveredMinor" <= "amountMinor"),
  constraint chargeback_check1 CHECK ((state = ANY (ARRAY['WARNING'::text, 'PREVENTED'::text])) = ("openedAt" IS NULL)),
  constraint chargeback_check2 CHECK ((state = ANY (ARRAY['PREVENTED'::text, 'WON'::text, 'LOST'::text, 'ACCEPTED'::text])) = ("closedAt" IS NOT NULL)),
  constraint chargeback_check3 CHECK (("closedAt" IS NULL) = ("nextAt" IS NOT NULL)),
  constraint "chargeback_feeMinor_check" CHECK ("feeMinor" >= 0),
  constraint chargeback_liable_check CHECK (liable = ANY (ARRAY['SELLER'::text, 'PLATFORM'::text])),
  constraint chargeback_state_check CHECK (state = ANY (ARRAY['WARNING'::text, 'PREVENTED'::text, 'OPENED'::text, 'SUBMITTED'::text, 'UNDER_REVIEW'::text, 'WON'::text, 'LOST'::text, 'ACCEPTED'::text]))
);
CREATE INDEX chargeback_by_state ON payments.chargeback USING btree (state, id);
CREATE INDEX chargeback_contested ON payments.chargeback USING btree ("paymentId") WHERE (state = ANY (ARRAY['OPENED'::text, 'SUBMITTED'::text, 'UNDER_REVIEW'::text]));
CREATE INDEX "chargeback_nextAt_idx" ON payments.chargeback USING btree ("nextAt") WHERE ("nextAt" IS NOT NULL);
CREATE INDEX "chargeback_openedAt_idx" ON payments.chargeback USING btree ("openedAt") WHERE ("openedAt" IS NOT NULL);
CREATE INDEX "chargeback_paymentId_idx" ON payments.chargeback USING btree ("paymentId");
CREATE INDEX "chargeback_tenderId_idx" ON payments.chargeback USING btree ("tenderId");

create table "chargebackLeg" (
  id uuid not null,
  "partId" text collate "C" not null,
  code text not null,
  "accountId" bigint not null,
  "amountMinor" bigint not null,
  "sellerHoldId" text collate "C",
  "remittanceId" text collate "C",
  constraint "chargebackLeg_pkey" PRIMARY KEY (id),
  constraint "chargebackLeg_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "chargebackLeg_id_fkey" FOREIGN KEY (id) REFERENCES ledger_transfer(id),
  constraint "chargebackLeg_partId_fkey" FOREIGN KEY ("partId") REFERENCES "chargebackPart"(id),
  constraint "chargebackLeg_remittanceId_fkey" FOREIGN KEY ("remittanceId") REFERENCES "advanceRemittance"(id),
  constraint "chargebackLeg_sellerHoldId_fkey" FOREIGN KEY ("sellerHoldId") REFERENCES "sellerHold"(id),
  constraint "chargebackLeg_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint chargeback_leg_advance CHECK (("remittanceId" IS NULL) = (code <> 'ADVANCE_REVERSED'::text))
);
CREATE INDEX "chargebackLeg_partId_idx" ON payments."chargebackLeg" USING btree ("partId");
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON "chargebackLeg" FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "chargebackLeg" FOR EACH STATEMENT EXECUTE FUNCTION ledger_immutable();

create table "chargebackPart" (
  id text collate "C" not null,
  "chargebackId" text collate "C" not null,
  "escrowId" text collate "C" not null,
  "trancheId" text collate "C" not null,
  source text not null,
  "amountMinor" bigint not null,
  "commissionMinor" bigint not null,
  "taxMinor" bigint not null,
  "reversedAt" timestamp with time zone,
  replaced boolean not null default false,
  "goodsWere" text,
  constraint "chargebackPart_pkey" PRIMARY KEY (id),
  constraint "chargebackPart_chargebackId_fkey" FOREIGN KEY ("chargebackId") REFERENCES chargeback(id),
  constraint "chargebackPart_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "chargebackPart_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint "chargebackPart_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "chargebackPart_check" CHECK (("commissionMinor" + "taxMinor") <= "amountMinor"),
  constraint "chargebackPart_check1" CHECK (source = 'RELEASED'::text OR ("commissionMinor" + "taxMinor") = 0),
  constraint "chargebackPart_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint "chargebackPart_goodsWere_check" CHECK ("goodsWere" = ANY (ARRAY['DEPOSITED'::text, 'FUNDED'::text, 'SHIPPED'::text, 'LOST'::text, 'DELIVERED'::text])),
  constraint "chargebackPart_source_check" CHECK (source = ANY (ARRAY['HELD'::text, 'RELEASED'::text])),
  constraint "chargebackPart_taxMinor_check" CHECK ("taxMinor" >= 0),
  constraint chargeback_part_replaced CHECK (NOT replaced OR "reversedAt" IS NOT NULL)
);
CREATE INDEX "chargebackPart_chargebackId_idx" ON payments."chargebackPart" USING btree ("chargebackId");
CREATE INDEX "chargebackPart_escrowId_idx" ON payments."chargebackPart" USING btree ("escrowId");
CREATE TRIGGER keeps_goods BEFORE UPDATE OF "reversedAt" ON "chargebackPart" FOR EACH ROW WHEN (old."reversedAt" IS NULL AND new."reversedAt" IS NOT NULL AND new.source = 'HELD'::text) EXECUTE FUNCTION part_keeps_goods();

create table "chargebackRefund" (
  id text collate "C" not null,
  "chargebackId" text collate "C" not null,
  "legId" text collate "C" not null,
  "amountMinor" bigint not null,
  "accountId" bigint not null,
  "dueAgainAt" timestamp with time zone,
  constraint "chargebackRefund_chargebackId_legId_key" UNIQUE ("chargebackId", "legId"),
  constraint "chargebackRefund_pkey" PRIMARY KEY (id),
  constraint "chargebackRefund_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "chargebackRefund_chargebackId_fkey" FOREIGN KEY ("chargebackId") REFERENCES chargeback(id),
  constraint "chargebackRefund_legId_fkey" FOREIGN KEY ("legId") REFERENCES "refundLeg"(id),
  constraint "chargebackRefund_amountMinor_check" CHECK ("amountMinor" > 0)
);
CREATE INDEX "chargebackRefund_legId_idx" ON payments."chargebackRefund" USING btree ("legId");

create table "contractSnapshot" (
  "orderId" text collate "C" not null,
  hash text collate "C" not null,
  text text not null,
  "receivedAt" timestamp with time zone not null,
  constraint "contractSnapshot_pkey" PRIMARY KEY ("orderId"),
  constraint "contractSnapshot_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES escrow("orderId"),
  constraint contract_is_its_hash CHECK (hash = encode(sha256(convert_to(text, 'UTF8'::name)), 'hex'::text))
);
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON "contractSnapshot" FOR EACH ROW EXECUTE FUNCTION evidence_kept();
CREATE TRIGGER kept_all BEFORE TRUNCATE ON "contractSnapshot" FOR EACH STATEMENT EXECUTE FUNCTION evidence_kept();

create table dispute (
  id text collate "C" not null,
  "escrowId" text collate "C" not null,
  "trancheId" text collate "C" not null,
  "orderId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  kind text not null,
  reason text not null,
  text text not null,
  lines jsonb not null,
  "stakeMinor" bigint not null,
  released boolean not null,
  state text not null,
  "proposalVersion" integer not null,
  "refusedVersion" integer not null default 0,
  "agreedKind" text,
  "agreedMinor" bigint,
  "buyerDone" boolean not null default false,
  "sellerDone" boolean not null default false,
  "refundId" text collate "C",
  "openedAt" timestamp with time zone not null,
  "returnedAt" timestamp with time zone,
  "closedAt" timestamp with time zone,
  version integer not null,
  constraint dispute_pkey PRIMARY KEY (id),
  constraint "dispute_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "dispute_refundId_fkey" FOREIGN KEY ("refundId") REFERENCES refund(id),
  constraint "dispute_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint dispute_agreed CHECK ((state <> ALL (ARRAY['WAIT_RETURN'::text, 'WAIT_HOLD'::text])) OR "agreedMinor" IS NOT NULL AND "agreedKind" IS NOT NULL),
  constraint "dispute_agreedKind_check" CHECK ("agreedKind" = ANY (ARRAY['REFUND_ONLY'::text, 'RETURN_AND_REFUND'::text, 'EXCHANGE'::text])),
  constraint dispute_check CHECK ("agreedMinor" >= 0 AND "agreedMinor" <= "stakeMinor"),
  constraint dispute_kind_check CHECK (kind = ANY (ARRAY['REFUND_ONLY'::text, 'RETURN_AND_REFUND'::text, 'EXCHANGE'::text])),
  constraint dispute_over CHECK ((state = ANY (ARRAY['RESOLVED'::text, 'WITHDRAWN'::text, 'CLOSED'::text, 'SUPERSEDED'::text])) = ("closedAt" IS NOT NULL)),
  constraint dispute_reason_check CHECK (reason = ANY (ARRAY['NOT_RECEIVED'::text, 'NOT_AS_DESCRIBED'::text, 'DAMAGED'::text, 'COUNTERFEIT'::text, 'SHORT'::text, 'LATE'::text, 'CHANGED_MIND'::text])),
  constraint "dispute_stakeMinor_check" CHECK ("stakeMinor" > 0),
  constraint dispute_state_check CHECK (state = ANY (ARRAY['WAIT_SELLER'::text, 'WAIT_BUYER'::text, 'WAIT_RETURN'::text, 'WAIT_HOLD'::text, 'EVIDENCE'::text, 'UNDER_REVIEW'::text, 'DECIDED'::text, 'APPEALED'::text, 'RETURN_ORDERED'::text, 'RESOLVED'::text, 'WITHDRAWN'::text, 'CLOSED'::text, 'SUPERSEDED'::text]))
);
CREATE INDEX "dispute_buyerId_id_idx" ON payments.dispute USING btree ("buyerId", id);
CREATE INDEX dispute_by_state ON payments.dispute USING btree (state, id);
CREATE INDEX "dispute_escrowId_idx" ON payments.dispute USING btree ("escrowId") WHERE ("closedAt" IS NULL);
CREATE UNIQUE INDEX dispute_one_open ON payments.dispute USING btree ("trancheId") WHERE ("closedAt" IS NULL);
CREATE INDEX "dispute_orderId_id_idx" ON payments.dispute USING btree ("orderId", id);
CREATE INDEX "dispute_sellerId_id_idx" ON payments.dispute USING btree ("sellerId", id);
CREATE INDEX dispute_state_id_idx ON payments.dispute USING btree (state, id) WHERE ("closedAt" IS NULL);

create table "disputeAppeal" (
  "disputeId" text collate "C" not null,
  side text not null,
  by text collate "C" not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint "disputeAppeal_pkey" PRIMARY KEY ("disputeId"),
  constraint "disputeAppeal_disputeId_fkey" FOREIGN KEY ("disputeId") REFERENCES dispute(id),
  constraint "disputeAppeal_side_check" CHECK (side = ANY (ARRAY['BUYER'::text, 'SELLER'::text]))
);
CREATE TRIGGER said BEFORE DELETE OR UPDATE ON "disputeAppeal" FOR EACH ROW EXECUTE FUNCTION dispute_said();
CREATE TRIGGER said_all BEFORE TRUNCATE ON "disputeAppeal" FOR EACH STATEMENT EXECUTE FUNCTION dispute_said();

create table "disputeDecision" (
  "disputeId" text collate "C" not null,
  round integer not null,
  "decidedBy" text collate "C" not null,
  "approvedBy" text collate "C",
  fault text not null,
  "stakeMinor" bigint not null,
  "refundMinor" bigint not null,
  "releaseMinor" bigint not null,
  "goodwillMinor" bigint not null,
  "returnRequired" boolean not null,
  "policyVersion" text not null,
  clauses text[] not null,
  "evidenceIds" text[] not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint "disputeDecision_pkey" PRIMARY KEY ("disputeId", round),
  constraint "disputeDecision_disputeId_fkey" FOREIGN KEY ("disputeId") REFERENCES dispute(id),
  constraint decision_cites_a_clause CHECK (cardinality(clauses) >= 1),
  constraint decision_divides_all CHECK (("refundMinor" + "releaseMinor") = "stakeMinor"),
  constraint decision_four_eyes CHECK ("approvedBy" <> "decidedBy"),
  constraint "disputeDecision_fault_check" CHECK (fault = ANY (ARRAY['BUYER'::text, 'SELLER'::text, 'PLATFORM'::text, 'NOBODY'::text])),
  constraint "disputeDecision_goodwillMinor_check" CHECK ("goodwillMinor" >= 0),
  constraint "disputeDecision_refundMinor_check" CHECK ("refundMinor" >= 0),
  constraint "disputeDecision_releaseMinor_check" CHECK ("releaseMinor" >= 0),
  constraint "disputeDecision_round_check" CHECK (round >= 1 AND round <= 3)
);
CREATE TRIGGER decision_without_tie BEFORE INSERT ON "disputeDecision" FOR EACH ROW EXECUTE FUNCTION decision_without_tie();
CREATE TRIGGER said BEFORE DELETE OR UPDATE ON "disputeDecision" FOR EACH ROW EXECUTE FUNCTION dispute_said();
CREATE TRIGGER said_all BEFORE TRUNCATE ON "disputeDecision" FOR EACH STATEMENT EXECUTE FUNCTION dispute_said();

create table "disputeProposal" (
  "disputeId" text collate "C" not null,
  version integer not null,
  side text not null,
  kind text not null,
  "amountMinor" bigint not null,
  text text not null,
  at timestamp with time zone not null,
  constraint "disputeProposal_pkey" PRIMARY KEY ("disputeId", version),
  constraint "disputeProposal_disputeId_fkey" FOREIGN KEY ("disputeId") REFERENCES dispute(id),
  constraint "disputeProposal_amountMinor_check" CHECK ("amountMinor" >= 0),
  constraint "disputeProposal_check" CHECK (kind = 'EXCHANGE'::text OR "amountMinor" > 0),
  constraint "disputeProposal_kind_check" CHECK (kind = ANY (ARRAY['REFUND_ONLY'::text, 'RETURN_AND_REFUND'::text, 'EXCHANGE'::text])),
  constraint "disputeProposal_side_check" CHECK (side = ANY (ARRAY['BUYER'::text, 'SELLER'::text]))
);
CREATE TRIGGER said BEFORE DELETE OR UPDATE ON "disputeProposal" FOR EACH ROW EXECUTE FUNCTION dispute_said();
CREATE TRIGGER said_all BEFORE TRUNCATE ON "disputeProposal" FOR EACH STATEMENT EXECUTE FUNCTION dispute_said();

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
  tier text,
  "fundedAt" timestamp with time zone,
  goods text not null default 'PHYSICAL'::text,
  business boolean not null default false,
  "handlingDays" integer not null default 3,
  "contractHash" text collate "C" not null default ''::text,
  "depositMinor" bigint not null default 0,
  "balanceDays" integer not null default 14,
  constraint "escrow_orderId_key" UNIQUE ("orderId"),
  constraint escrow_pkey PRIMARY KEY (id),
  constraint "escrow_orderGroupId_fkey" FOREIGN KEY ("orderGroupId") REFERENCES "orderGroup"(id),
  constraint "escrow_balanceDays_check" CHECK ("balanceDays" >= 1 AND "balanceDays" <= 180),
  constraint escrow_check CHECK (("commissionMinor" + "taxMinor") <= "totalMinor"),
  constraint "escrow_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint escrow_deposit CHECK ("depositMinor" >= 0 AND "depositMinor" < "totalMinor"),
  constraint escrow_goods_check CHECK (goods = ANY (ARRAY['PHYSICAL'::text, 'DIGITAL'::text, 'VIRTUAL'::text])),
  constraint "escrow_handlingDays_check" CHECK ("handlingDays" >= 0 AND "handlingDays" <= 365),
  constraint escrow_state_check CHECK (state = ANY (ARRAY['NONE'::text, 'HELD'::text, 'FROZEN'::text, 'RELEASED'::text, 'REFUNDED'::text, 'SPLIT'::text])),
  constraint "escrow_taxMinor_check" CHECK ("taxMinor" >= 0),
  constraint escrow_tier_check CHECK (tier = ANY (ARRAY['NEW'::text, 'STANDARD'::text, 'TRUSTED'::text, 'RESTRICTED'::text])),
  constraint "escrow_totalMinor_check" CHECK ("totalMinor" > 0)
);
CREATE INDEX escrow_of_buyer ON payments.escrow USING btree ("buyerId", "createdAt");
CREATE INDEX escrow_of_seller ON payments.escrow USING btree ("sellerId", "createdAt");
CREATE INDEX "escrow_orderGroupId_idx" ON payments.escrow USING btree ("orderGroupId");

create table evidence (
  id text collate "C" not null,
  "caseId" text collate "C" not null,
  number integer not null,
  field text not null,
  side text not null,
  "uploadedBy" text collate "C" not null,
  visibility text not null,
  "contentHash" text collate "C" not null,
  "contentType" text not null,
  size integer not null,
  "fileName" text,
  "addedAt" timestamp with time zone not null,
  "prevHash" text collate "C" not null,
  "entryHash" text collate "C" not null,
  constraint "evidence_caseId_number_key" UNIQUE ("caseId", number),
  constraint "evidence_entryHash_key" UNIQUE ("entryHash"),
  constraint evidence_pkey PRIMARY KEY (id),
  constraint "evidence_contentHash_fkey" FOREIGN KEY ("contentHash") REFERENCES "evidenceBlob"(hash),
  constraint evidence_number_check CHECK (number > 0),
  constraint evidence_side_check CHECK (side = ANY (ARRAY['BUYER'::text, 'SELLER'::text, 'OPERATOR'::text, 'SYSTEM'::text])),
  constraint evidence_visibility_check CHECK (visibility = ANY (ARRAY['PARTIES'::text, 'OPERATORS'::text]))
);
CREATE TRIGGER evidence_chained BEFORE INSERT ON evidence FOR EACH ROW EXECUTE FUNCTION evidence_chained();
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON evidence FOR EACH ROW EXECUTE FUNCTION evidence_kept();
CREATE TRIGGER kept_all BEFORE TRUNCATE ON evidence FOR EACH STATEMENT EXECUTE FUNCTION evidence_kept();

create table "evidenceBlob" (
  hash text collate "C" not null,
  "contentType" text not null,
  size integer not null,
  content bytea not null,
  constraint "evidenceBlob_pkey" PRIMARY KEY (hash),
  constraint blob_has_its_size CHECK (size = octet_length(content)),
  constraint blob_is_its_hash CHECK (hash = encode(sha256(content), 'hex'::text)),
  constraint "evidenceBlob_contentType_check" CHECK ("contentType" = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text, 'application/pdf'::text, 'text/plain'::text])),
  constraint "evidenceBlob_size_check" CHECK (size >= 1 AND size <= 20971520)
);
CREATE TRIGGER kept BEFORE DELETE OR UPDATE ON "evidenceBlob" FOR EACH ROW EXECUTE FUNCTION evidence_kept();
CREATE TRIGGER kept_all BEFORE TRUNCATE ON "evidenceBlob" FOR EACH STATEMENT EXECUTE FUNCTION evidence_kept();

create table "evidencePart" (
  "attemptId" text collate "C" not null,
  number integer not null,
  "uploadId" text collate "C" not null,
  bytes bytea not null,
  constraint "evidencePart_pkey" PRIMARY KEY ("attemptId", number),
  constraint "evidencePart_uploadId_fkey" FOREIGN KEY ("uploadId") REFERENCES "evidenceUpload"(id) ON DELETE CASCADE
);
CREATE INDEX "evidencePart_uploadId_idx" ON payments."evidencePart" USING btree ("uploadId");

create table "evidenceUpload" (
  id text collate "C" not null,
  "caseId" text collate "C" not null,
  "uploadedBy" text collate "C" not null,
  "contentType" text not null,
  "fileName" text not null,
  hash text collate "C",
  content bytea,
  "createdAt" timestamp with time zone not null,
  constraint "evidenceUpload_pkey" PRIMARY KEY (id),
  constraint "evidenceUpload_check" CHECK ((hash IS NULL) = (content IS NULL))
);
CREATE INDEX "evidenceUpload_caseId_uploadedBy_idx" ON payments."evidenceUpload" USING btree ("caseId", "uploadedBy");

create table hold (
  id text collate "C" not null,
  "escrowId" text collate "C" not null,
  "trancheId" text collate "C" not null,
  cause text not null,
  reason text not null,
  "amountMinor" bigint not null,
  "accountId" bigint not null,
  "holdAccountId" bigint not null,
  "pendingId" uuid,
  "placedAt" timestamp with time zone not null,
  "liftedAt" timestamp with time zone,
  source text not null default 'TRANCHE'::text,
  "sellerHoldId" text collate "C",
  "caseId" text collate "C",
  "partOf" text collate "C",
  constraint "hold_pendingId_key" UNIQUE ("pendingId"),
  constraint hold_pkey PRIMARY KEY (id),
  constraint "hold_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "hold_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "hold_holdAccountId_fkey" FOREIGN KEY ("holdAccountId") REFERENCES ledger_account(id),
  constraint "hold_partOf_fkey" FOREIGN KEY ("partOf") REFERENCES hold(id),
  constraint "hold_pendingId_fkey" FOREIGN KEY ("pendingId") REFERENCES ledger_transfer(id),
  constraint "hold_sellerHoldId_fkey" FOREIGN KEY ("sellerHoldId") REFERENCES "sellerHold"(id),
  constraint "hold_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint "hold_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint hold_cause_check CHECK (cause = ANY (ARRAY['DISPUTE'::text, 'CHARGEBACK'::text, 'RISK'::text, 'LEGAL'::text])),
  constraint hold_source CHECK (source = 'RELEASED'::text OR "sellerHoldId" IS NULL),
  constraint hold_source_check CHECK (source = ANY (ARRAY['TRANCHE'::text, 'RELEASED'::text])),
  constraint hold_under_another CHECK ("pendingId" IS NOT NULL OR source = 'TRANCHE'::text)
);
CREATE INDEX "hold_accountId_idx" ON payments.hold USING btree ("accountId") WHERE ("liftedAt" IS NULL);
CREATE INDEX "hold_caseId_idx" ON payments.hold USING btree ("caseId") WHERE ("caseId" IS NOT NULL);
CREATE INDEX "hold_escrowId_idx" ON payments.hold USING btree ("escrowId");
CREATE INDEX hold_of_tranche ON payments.hold USING btree ("trancheId") WHERE ("liftedAt" IS NULL);
CREATE UNIQUE INDEX hold_one_live ON payments.hold USING btree ("trancheId") WHERE (("liftedAt" IS NULL) AND (source = 'TRANCHE'::text) AND ("pendingId" IS NOT NULL));
CREATE INDEX hold_parts ON payments.hold USING btree ("partOf") WHERE ("partOf" IS NOT NULL);
CREATE TRIGGER names_root BEFORE INSERT ON hold FOR EACH ROW WHEN (new."partOf" IS NOT NULL) EXECUTE FUNCTION hold_names_root();

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

create table ledger_chain (
  block_no bigint not null,
  from_epoch smallint not null,
  from_xid xid8 not null,
  upto_epoch smallint not null,
  upto_xid xid8 not null,
  row_count integer not null,
  prev_hash bytea not null,
  hash bytea not null,
  constraint ledger_chain_pkey PRIMARY KEY (block_no),
  constraint ledger_chain_row_count_check CHECK (row_count > 0)
);
comment on table ledger_chain is 'functions only';
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON ledger_chain FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_chain FOR EACH STATEMENT EXECUTE FUNCTION ledger_immutable();

create table ledger_epoch (
  epoch smallint not null,
  raised_at timestamp with time zone not null default clock_timestamp(),
  constraint ledger_epoch_pkey PRIMARY KEY (epoch)
);
comment on table ledger_epoch is 'functions only';

create table ledger_snapshot (
  account_id bigint not null,
  debits bigint not null,
  credits bigint not null,
  upto_epoch smallint not null,
  upto_xid xid8 not null,
  constraint ledger_snapshot_pkey PRIMARY KEY (account_id),
  constraint ledger_snapshot_account_id_fkey FOREIGN KEY (account_id) REFERENCES ledger_account(id)
);
comment on table ledger_snapshot is 'functions only';

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
CREATE INDEX ledger_transfer_created_at_idx ON payments.ledger_transfer USING brin (created_at);
CREATE INDEX ledger_transfer_credited ON payments.ledger_transfer USING btree (credit, epoch, xid, seq);
CREATE INDEX ledger_transfer_debited ON payments.ledger_transfer USING btree (debit, epoch, xid, seq);
CREATE INDEX ledger_transfer_epoch_xid_seq_idx ON payments.ledger_transfer USING btree (epoch, xid, seq);
CREATE INDEX ledger_transfer_group_id_idx ON payments.ledger_transfer USING btree (group_id);
CREATE UNIQUE INDEX ledger_transfer_resolved_once ON payments.ledger_transfer USING btree (pending_id) WHERE (kind = ANY (ARRAY[3, 4]));
CREATE INDEX ledger_transfer_subject_idx ON payments.ledger_transfer USING btree (subject) WHERE (subject IS NOT NULL);
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION ledger_immutable();

create table "methodSetup" (
  id text collate "C" not null,
  "buyerId" text collate "C" not null,
  state text not null,
  "pspMethodId" text,
  "actionUrl" text,
  "createdAt" timestamp with time zone not null,
  constraint "methodSetup_pkey" PRIMARY KEY (id),
  constraint "methodSetup_check" CHECK ((state = ANY (ARRAY['CREATED'::text, 'FAILED'::text])) OR "pspMethodId" IS NOT NULL),
  constraint "methodSetup_state_check" CHECK (state = ANY (ARRAY['CREATED'::text, 'REQUIRES_ACTION'::text, 'READY'::text, 'FAILED'::text, 'SAVED'::text, 'REMOVED'::text]))
);

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
  "isLive" boolean not null generated always as ((state <> ALL (ARRAY['FAILED'::text, 'EXPIRED'::text]))) stored,
  constraint payment_pkey PRIMARY KEY (id),
  constraint "payment_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id),
  constraint "payment_fundsAccountId_fkey" FOREIGN KEY ("fundsAccountId") REFERENCES ledger_account(id),
  constraint "payment_orderGroupId_fkey" FOREIGN KEY ("orderGroupId") REFERENCES "orderGroup"(id),
  constraint "payment_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint payment_part_check CHECK (part = ANY (ARRAY['WHOLE'::text, 'DEPOSIT'::text, 'BALANCE'::text])),
  constraint payment_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'REQUIRES_ACTION'::text, 'PENDING'::text, 'AUTHORIZED'::text, 'CAPTURED'::text, 'FAILED'::text, 'EXPIRED'::text, 'UNKNOWN'::text]))
) with (fillfactor=80);
CREATE UNIQUE INDEX payment_one_live ON payments.payment USING btree ("orderGroupId", part) WHERE "isLive";
CREATE INDEX "payment_orderGroupId_id_idx" ON payments.payment USING btree ("orderGroupId", id);

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
  speed text not null default 'STANDARD'::text,
  "feeMinor" bigint not null default 0,
  constraint "payout_pendingId_key" UNIQUE ("pendingId"),
  constraint payout_pkey PRIMARY KEY (id),
  constraint "payout_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "payout_clearingAccountId_fkey" FOREIGN KEY ("clearingAccountId") REFERENCES ledger_account(id),
  constraint "payout_payoutAccountId_fkey" FOREIGN KEY ("payoutAccountId") REFERENCES "payoutAccount"(id),
  constraint "payout_pendingId_fkey" FOREIGN KEY ("pendingId") REFERENCES ledger_transfer(id),
  constraint "payout_transitAccountId_fkey" FOREIGN KEY ("transitAccountId") REFERENCES ledger_account(id),
  constraint "payout_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint payout_fee CHECK (speed = 'INSTANT'::text OR "feeMinor" = 0),
  constraint "payout_feeMinor_check" CHECK ("feeMinor" >= 0),
  constraint payout_speed_check CHECK (speed = ANY (ARRAY['STANDARD'::text, 'INSTANT'::text])),
  constraint payout_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'SUBMITTED'::text, 'IN_TRANSIT'::text, 'UNKNOWN'::text, 'PAID'::text, 'FAILED'::text, 'RETURNED'::text, 'CANCELLED'::text]))
);
CREATE INDEX "payout_sellerId_currency_createdAt_idx" ON payments.payout USING btree ("sellerId", currency, "createdAt");
CREATE INDEX "payout_sellerId_id_idx" ON payments.payout USING btree ("sellerId", id);

create table "payoutAccount" (
  id text collate "C" not null,
  "sellerId" text collate "C" not null,
  destination text not null,
  verified boolean not null,
  version integer not null default 0,
  "createdAt" timestamp with time zone not null,
  "changedAt" timestamp with time zone,
  "removedAt" timestamp with time zone,
  country text,
  constraint "payoutAccount_sellerId_key" UNIQUE ("sellerId"),
  constraint "payoutAccount_pkey" PRIMARY KEY (id),
  constraint "payoutAccount_country_check" CHECK (country ~ '^[A-Z]{2}$'::text)
);
CREATE INDEX "payoutAccount_destination" ON payments."payoutAccount" USING btree (destination);

create table "payoutGate" (
  "sellerId" text collate "C" not null,
  open boolean not null,
  version integer not null,
  level integer,
  constraint "payoutGate_pkey" PRIMARY KEY ("sellerId")
);

create table "payoutSchedule" (
  "sellerId" text collate "C" not null,
  currency text not null,
  chosen text,
  "dueAt" timestamp with time zone,
  version integer not null default 0,
  constraint "payoutSchedule_pkey" PRIMARY KEY ("sellerId", currency),
  constraint "payoutSchedule_chosen_check" CHECK (chosen = ANY (ARRAY['DAILY'::text, 'WEEKLY'::text, 'MANUAL'::text]))
);
CREATE INDEX "payoutSchedule_dueAt_idx" ON payments."payoutSchedule" USING btree ("dueAt") WHERE ("dueAt" IS NOT NULL);

create table "pspBook" (
  currency text not null,
  "clearingAccountId" bigint not null,
  "balanceMinor" bigint not null,
  "readAt" timestamp with time zone not null,
  constraint "pspBook_pkey" PRIMARY KEY ("clearingAccountId"),
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
  "pspId" text not null default ''::text,
  about text not null default 'OPERATION'::text,
  constraint "pspEvent_pkey" PRIMARY KEY (connection, id),
  constraint "pspEvent_about_check" CHECK (about = ANY (ARRAY['OPERATION'::text, 'DISPUTE'::text]))
);
CREATE INDEX "pspEvent_nextAt_idx" ON payments."pspEvent" USING btree ("nextAt") WHERE ("nextAt" IS NOT NULL);
CREATE INDEX psp_event_of_dispute ON payments."pspEvent" USING btree ("pspId") WHERE ((about = 'DISPUTE'::text) AND ("handledAt" IS NULL));

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
  "sentAt" timestamp with time zone,
  constraint "pspOperation_subject_key" UNIQUE (subject),
  constraint "pspOperation_pkey" PRIMARY KEY (id),
  constraint "pspOperation_kind_check" CHECK (kind = ANY (ARRAY['PAYMENT'::text, 'REFUND'::text, 'PAYOUT'::text, 'EVIDENCE'::text, 'ACCEPT_DISPUTE'::text, 'DETACH'::text])),
  constraint "pspOperation_state_check" CHECK (state = ANY (ARRAY['READY'::text, 'SENT'::text, 'SUCCEEDED'::text, 'REJECTED'::text, 'PENDING'::text, 'UNKNOWN'::text]))
);
CREATE INDEX "pspOperation_createdAt_sentAt_idx" ON payments."pspOperation" USING brin ("createdAt", "sentAt") WITH (autosummarize='on');
CREATE INDEX "pspOperation_nextAt_idx" ON payments."pspOperation" USING btree ("nextAt") WHERE ("nextAt" IS NOT NULL);
CREATE INDEX "pspOperation_pspId_idx" ON payments."pspOperation" USING btree ("pspId") WHERE ("pspId" IS NOT NULL);

create table receipt (
  "paymentId" text collate "C" not null,
  number bigint not null generated always as identity,
  "issuedAt" timestamp with time zone not null,
  content jsonb not null,
  constraint receipt_number_key UNIQUE (number),
  constraint receipt_pkey PRIMARY KEY ("paymentId"),
  constraint "receipt_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id)
);
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON receipt FOR EACH ROW EXECUTE FUNCTION ledger_immutable();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON receipt FOR EACH STATEMENT EXECUTE FUNCTION ledger_immutable();

create table "reconciliationItem" (
  id text collate "C" not null,
  "runId" text collate "C" not null,
  side text not null,
  subject text collate "C" not null,
  reference text collate "C" not null,
  outcome text not null,
  currency text not null,
  "expectedMinor" bigint not null,
  "actualMinor" bigint not null,
  "feeMinor" bigint not null,
  "occurredAt" timestamp with time zone not null,
  state text not null,
  reason text,
  "proposedBy" text collate "C",
  "resolvedBy" text collate "C",
  version integer not null default 0,
  constraint "reconciliationItem_side_subject_key" UNIQUE (side, subject),
  constraint "reconciliationItem_pkey" PRIMARY KEY (id),
  constraint "reconciliationItem_runId_fkey" FOREIGN KEY ("runId") REFERENCES "reconciliationRun"(id),
  constraint "reconciliationItem_check" CHECK ((state = 'CLOSED'::text) = (outcome = 'MATCHED'::text)),
  constraint "reconciliationItem_check1" CHECK ((state = ANY (ARRAY['PROPOSED'::text, 'RESOLVED'::text])) = ("proposedBy" IS NOT NULL)),
  constraint "reconciliationItem_check2" CHECK ((state = 'RESOLVED'::text) = ("resolvedBy" IS NOT NULL)),
  constraint "reconciliationItem_outcome_check" CHECK (outcome = ANY (ARRAY['MATCHED'::text, 'MISSING_INTERNAL'::text, 'MISSING_PSP'::text, 'AMOUNT_DIFF'::text, 'DUPLICATE'::text, 'TIMING'::text])),
  constraint "reconciliationItem_side_check" CHECK (side = ANY (ARRAY['PSP'::text, 'BANK'::text])),
  constraint "reconciliationItem_state_check" CHECK (state = ANY (ARRAY['OPEN'::text, 'PROPOSED'::text, 'RESOLVED'::text, 'CLOSED'::text])),
  constraint reconciliation_four_eyes CHECK ("resolvedBy" <> "proposedBy")
);
CREATE INDEX "reconciliationItem_state_id_idx" ON payments."reconciliationItem" USING btree (state, id);

create table "reconciliationRun" (
  id text collate "C" not null,
  "fromAt" timestamp with time zone not null,
  "toAt" timestamp with time zone not null,
  lines integer not null,
  matched integer not null,
  open integer not null,
  "startedBy" text collate "C" not null,
  "createdAt" timestamp with time zone not null,
  constraint "reconciliationRun_pkey" PRIMARY KEY (id),
  constraint "reconciliationRun_check" CHECK ("fromAt" < "toAt")
);

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
  fault text not null default 'NOBODY'::text,
  constraint refund_pkey PRIMARY KEY (id),
  constraint "refund_dueAccountId_fkey" FOREIGN KEY ("dueAccountId") REFERENCES ledger_account(id),
  constraint "refund_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "refund_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "refund_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint refund_fault_check CHECK (fault = ANY (ARRAY['BUYER'::text, 'SELLER'::text, 'PLATFORM'::text, 'NOBODY'::text])),
  constraint refund_source_check CHECK (source = ANY (ARRAY['TRANCHE'::text, 'CLAW_BACK'::text, 'BOTH'::text, 'LATE_MONEY'::text])),
  constraint refund_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'SENT'::text, 'SUCCEEDED'::text, 'UNKNOWN'::text, 'CREDITED'::text, 'UNDONE'::text, 'CHARGED_BACK'::text]))
);
CREATE INDEX "refund_orderId_idx" ON payments.refund USING btree ("orderId");
CREATE INDEX "refund_paymentId_idx" ON payments.refund USING btree ("paymentId");

create table "refundLeg" (
  id text collate "C" not null,
  "refundId" text collate "C" not null,
  "tenderId" text collate "C" not null,
  "amountMinor" bigint not null,
  state text not null,
  fate text,
  constraint "refundLeg_pkey" PRIMARY KEY (id),
  constraint "refundLeg_refundId_fkey" FOREIGN KEY ("refundId") REFERENCES refund(id),
  constraint "refundLeg_tenderId_fkey" FOREIGN KEY ("tenderId") REFERENCES tender(id),
  constraint "refundLeg_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "refundLeg_fate_check" CHECK (fate = ANY (ARRAY['CREDITED'::text, 'CHARGED_BACK'::text, 'DUE_AGAIN'::text])),
  constraint "refundLeg_state_check" CHECK (state = ANY (ARRAY['CREATED'::text, 'SENT'::text, 'SUCCEEDED'::text, 'REJECTED'::text, 'UNKNOWN'::text, 'RETURNED'::text])),
  constraint refund_leg_fate CHECK (fate IS NULL OR (state = ANY (ARRAY['REJECTED'::text, 'RETURNED'::text])))
);
CREATE INDEX "refundLeg_refundId_idx" ON payments."refundLeg" USING btree ("refundId");
CREATE INDEX "refundLeg_tenderId_idx" ON payments."refundLeg" USING btree ("tenderId");

create table "refundLine" (
  "refundId" text collate "C" not null,
  "trancheId" text collate "C" not null,
  "orderLineId" text collate "C" not null,
  quantity integer not null,
  "amountMinor" bigint not null,
  constraint "refundLine_pkey" PRIMARY KEY ("refundId", "trancheId", "orderLineId"),
  constraint "refundLine_refundId_fkey" FOREIGN KEY ("refundId") REFERENCES refund(id),
  constraint "refundLine_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint "refundLine_amountMinor_check" CHECK ("amountMinor" >= 0),
  constraint "refundLine_quantity_check" CHECK (quantity > 0)
);

create table "riskDecision" (
  id text collate "C" not null,
  point text not null,
  subject text collate "C" not null,
  "ruleSetId" text collate "C" not null,
  "isShadow" boolean not null,
  features jsonb not null,
  snoozes jsonb not null,
  outcome text not null,
  score integer not null,
  fired jsonb not null,
  "createdAt" timestamp with time zone not null,
  constraint "riskDecision_pkey" PRIMARY KEY (id),
  constraint "riskDecision_ruleSetId_fkey" FOREIGN KEY ("ruleSetId") REFERENCES "riskRuleSet"(id),
  constraint "riskDecision_outcome_check" CHECK (outcome = ANY (ARRAY['APPROVE'::text, 'REVIEW'::text, 'BLOCK_AND_REVIEW'::text, 'DECLINE'::text])),
  constraint "riskDecision_point_check" CHECK (point = ANY (ARRAY['CHECKOUT'::text, 'CAPTURE'::text, 'RELEASE'::text, 'PAYOUT'::text, 'CLAIM'::text, 'ONBOARDING'::text]))
);
CREATE INDEX "riskDecision_point_id_idx" ON payments."riskDecision" USING btree (point, id);
CREATE INDEX "riskDecision_subject_idx" ON payments."riskDecision" USING btree (subject);
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON "riskDecision" FOR EACH ROW EXECUTE FUNCTION risk_no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "riskDecision" FOR EACH STATEMENT EXECUTE FUNCTION risk_no_change();

create table "riskOrder" (
  "orderId" text collate "C" not null,
  "orderGroupId" text collate "C" not null,
  "buyerId" text collate "C" not null,
  "shipCountry" text not null,
  address text collate "C" not null,
  at timestamp with time zone not null,
  constraint "riskOrder_pkey" PRIMARY KEY ("orderId")
);
CREATE INDEX "riskOrder_address_buyerId_at_idx" ON payments."riskOrder" USING btree (address, "buyerId", at);
CREATE INDEX "riskOrder_orderGroupId_idx" ON payments."riskOrder" USING btree ("orderGroupId");

create table "riskParcel" (
  "shipmentId" text collate "C" not null,
  "orderId" text collate "C" not null,
  trackings text[] collate "C" not null,
  elsewhere boolean,
  at timestamp with time zone not null,
  constraint "riskParcel_pkey" PRIMARY KEY ("shipmentId")
);
CREATE INDEX "riskParcel_orderId_idx" ON payments."riskParcel" USING btree ("orderId");
CREATE INDEX "riskParcel_trackings_idx" ON payments."riskParcel" USING gin (trackings);

create table "riskReview" (
  id text collate "C" not null,
  point text not null,
  subject text collate "C" not null,
  state text not null,
  act jsonb not null,
  "openedAt" timestamp with time zone not null,
  "dueAt" timestamp with time zone,
  "decidedBy" text collate "C",
  "decidedAt" timestamp with time zone,
  note text,
  version integer not null default 1,
  constraint "riskReview_pkey" PRIMARY KEY (id),
  constraint "riskReview_id_fkey" FOREIGN KEY (id) REFERENCES "riskDecision"(id),
  constraint "riskReview_check" CHECK ((state = 'OPEN'::text) = ("decidedAt" IS NULL)),
  constraint "riskReview_check1" CHECK ((state = ANY (ARRAY['APPROVED'::text, 'DECLINED'::text])) = ("decidedBy" IS NOT NULL)),
  constraint "riskReview_state_check" CHECK (state = ANY (ARRAY['OPEN'::text, 'APPROVED'::text, 'DECLINED'::text, 'EXPIRED'::text]))
);
CREATE UNIQUE INDEX "riskReview_one_open" ON payments."riskReview" USING btree (point, subject) WHERE (state = 'OPEN'::text);
CREATE INDEX "riskReview_state_id_idx" ON payments."riskReview" USING btree (state, id);
CREATE INDEX "riskReview_subject_idx" ON payments."riskReview" USING btree (subject);

create table "riskRuleSet" (
  id text collate "C" not null,
  point text not null,
  number integer not null,
  state text not null,
  rules jsonb not null,
  note text not null,
  "createdBy" text collate "C" not null,
  "createdAt" timestamp with time zone not null,
  "changedBy" text collate "C" not null,
  "changedAt" timestamp with time zone not null,
  version integer not null default 0,
  constraint "riskRuleSet_point_number_key" UNIQUE (point, number),
  constraint "riskRuleSet_pkey" PRIMARY KEY (id),
  constraint "riskRuleSet_point_check" CHECK (point = ANY (ARRAY['CHECKOUT'::text, 'CAPTURE'::text, 'RELEASE'::text, 'PAYOUT'::text, 'CLAIM'::text, 'ONBOARDING'::text])),
  constraint "riskRuleSet_state_check" CHECK (state = ANY (ARRAY['DRAFT'::text, 'SHADOW'::text, 'LIVE'::text, 'RETIRED'::text]))
);
CREATE UNIQUE INDEX "riskRuleSet_live" ON payments."riskRuleSet" USING btree (point) WHERE (state = 'LIVE'::text);
CREATE UNIQUE INDEX "riskRuleSet_shadow" ON payments."riskRuleSet" USING btree (point) WHERE (state = 'SHADOW'::text);
CREATE TRIGGER risk_rules_fixed BEFORE DELETE OR UPDATE ON "riskRuleSet" FOR EACH ROW EXECUTE FUNCTION risk_rules_fixed();

create table "riskSignal" (
  seq bigint not null generated always as identity,
  kind text not null,
  subject text collate "C" not null,
  "buyerId" text collate "C",
  "sellerId" text collate "C",
  network text,
  device text,
  card text,
  token text,
  "amountMinor" bigint not null,
  at timestamp with time zone not null,
  constraint "riskSignal_pkey" PRIMARY KEY (seq),
  constraint "riskSignal_kind_check" CHECK (kind = ANY (ARRAY['PAYMENT'::text, 'PAYOUT'::text]))
);
CREATE INDEX "riskSignal_buyerId_at_idx" ON payments."riskSignal" USING btree ("buyerId", at) WHERE ("buyerId" IS NOT NULL);
CREATE INDEX "riskSignal_card_at_idx" ON payments."riskSignal" USING btree (card, at) WHERE (card IS NOT NULL);
CREATE INDEX "riskSignal_device_at_idx" ON payments."riskSignal" USING btree (device, at) WHERE (device IS NOT NULL);
CREATE INDEX "riskSignal_network_at_idx" ON payments."riskSignal" USING btree (network, at) WHERE (network IS NOT NULL);
CREATE INDEX "riskSignal_sellerId_at_idx" ON payments."riskSignal" USING btree ("sellerId", at) WHERE ("sellerId" IS NOT NULL);
CREATE INDEX "riskSignal_subject_idx" ON payments."riskSignal" USING btree (subject);
CREATE TRIGGER no_change BEFORE DELETE OR UPDATE ON "riskSignal" FOR EACH ROW EXECUTE FUNCTION risk_no_change();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON "riskSignal" FOR EACH STATEMENT EXECUTE FUNCTION risk_no_change();

create table "riskSnooze" (
  id text collate "C" not null,
  point text not null,
  rule text not null,
  value text not null,
  until timestamp with time zone not null,
  "reviewId" text collate "C" not null,
  constraint "riskSnooze_pkey" PRIMARY KEY (id),
  constraint "riskSnooze_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "riskReview"(id)
);
CREATE INDEX "riskSnooze_value_point_idx" ON payments."riskSnooze" USING btree (value, point);

create table "savedPaymentMethod" (
  id text collate "C" not null,
  "buyerId" text collate "C" not null,
  "setupId" text collate "C" not null,
  "pspMethodId" text not null,
  brand text not null,
  last4 text not null,
  "expMonth" integer not null,
  "expYear" integer not null,
  fingerprint text not null,
  "consentVersion" text not null,
  "consentAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null,
  "removedAt" timestamp with time zone,
  country text,
  constraint "savedPaymentMethod_setupId_key" UNIQUE ("setupId"),
  constraint "savedPaymentMethod_pkey" PRIMARY KEY (id),
  constraint "savedPaymentMethod_setupId_fkey" FOREIGN KEY ("setupId") REFERENCES "methodSetup"(id),
  constraint "savedPaymentMethod_expMonth_check" CHECK ("expMonth" >= 1 AND "expMonth" <= 12),
  constraint "savedPaymentMethod_last4_check" CHECK (length(last4) = 4)
);
CREATE INDEX "savedPaymentMethod_buyerId_id_idx" ON payments."savedPaymentMethod" USING btree ("buyerId", id);
CREATE UNIQUE INDEX saved_method_once ON payments."savedPaymentMethod" USING btree ("buyerId", fingerprint) WHERE ("removedAt" IS NULL);

create table "sellerFunds" (
  "sellerId" text collate "C" not null,
  currency text not null,
  "paidMinor" bigint not null default 0,
  "claimedMinor" bigint not null default 0,
  constraint "sellerFunds_pkey" PRIMARY KEY ("sellerId", currency)
);

create table "sellerHold" (
  id text collate "C" not null,
  kind text not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  "orderId" text collate "C" not null,
  "accountId" bigint not null,
  "amountMinor" bigint not null,
  "remainingMinor" bigint not null,
  "availableAt" timestamp with time zone not null,
  version integer not null default 0,
  constraint "sellerHold_pkey" PRIMARY KEY (id),
  constraint "sellerHold_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "sellerHold_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "sellerHold_check" CHECK ("remainingMinor" >= 0 AND "remainingMinor" <= "amountMinor"),
  constraint "sellerHold_kind_check" CHECK (kind = ANY (ARRAY['HOLD'::text, 'RESERVE'::text]))
);
CREATE INDEX "sellerHold_accountId_idx" ON payments."sellerHold" USING btree ("accountId") WHERE ("remainingMinor" > 0);
CREATE INDEX "sellerHold_sellerId_currency_idx" ON payments."sellerHold" USING btree ("sellerId", currency) WHERE ("remainingMinor" > 0);

create table "sellerLabel" (
  "labelId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  currency text not null,
  "amountMinor" bigint not null,
  refunded boolean not null,
  constraint "sellerLabel_pkey" PRIMARY KEY ("labelId"),
  constraint "sellerLabel_amountMinor_check" CHECK ("amountMinor" > 0)
);

create table "sellerMember" (
  "sellerId" text collate "C" not null,
  "accountId" text collate "C" not null,
  constraint "sellerMember_pkey" PRIMARY KEY ("sellerId", "accountId")
);
CREATE INDEX "sellerMember_accountId_idx" ON payments."sellerMember" USING btree ("accountId");

create table "sellerRestriction" (
  "statementId" text collate "C" not null,
  "sellerId" text collate "C" not null,
  kind text not null,
  lifted boolean not null,
  constraint "sellerRestriction_pkey" PRIMARY KEY ("statementId")
);
CREATE INDEX "sellerRestriction_sellerId_idx" ON payments."sellerRestriction" USING btree ("sellerId") WHERE (NOT lifted);

create table "sellerTier" (
  "sellerId" text collate "C" not null,
  tier text not null,
  version integer not null,
  constraint "sellerTier_pkey" PRIMARY KEY ("sellerId"),
  constraint "sellerTier_tier_check" CHECK (tier = ANY (ARRAY['NEW'::text, 'STANDARD'::text, 'TRUSTED'::text, 'RESTRICTED'::text]))
);

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
  "chargedBackMinor" bigint not null default 0,
  "methodId" text collate "C",
  "creditAccountId" bigint,
  brand text,
  last4 text,
  "cardCountry" text,
  constraint "tender_ledgerId_key" UNIQUE ("ledgerId"),
  constraint "tender_paymentId_number_key" UNIQUE ("paymentId", number),
  constraint tender_pkey PRIMARY KEY (id),
  constraint "tender_creditAccountId_fkey" FOREIGN KEY ("creditAccountId") REFERENCES ledger_account(id),
  constraint "tender_methodId_fkey" FOREIGN KEY ("methodId") REFERENCES "savedPaymentMethod"(id),
  constraint "tender_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "tender_amountMinor_check" CHECK ("amountMinor" > 0),
  constraint "tender_capturedMinor_check" CHECK ("capturedMinor" >= 0),
  constraint "tender_chargedBackMinor_check" CHECK ("chargedBackMinor" >= 0),
  constraint tender_one_means CHECK ("creditAccountId" IS NULL OR "methodId" IS NULL AND "pspPaymentId" IS NULL),
  constraint tender_refund_limit CHECK ("refundedMinor" <= "capturedMinor"),
  constraint "tender_refundedMinor_check" CHECK ("refundedMinor" >= 0),
  constraint tender_state_check CHECK (state = ANY (ARRAY['CREATED'::text, 'REQUIRES_ACTION'::text, 'PENDING'::text, 'AUTHORIZED'::text, 'CAPTURED'::text, 'FAILED'::text, 'EXPIRED'::text, 'UNKNOWN'::text]))
);
CREATE INDEX tender_at_psp ON payments.tender USING btree ("pspPaymentId") WHERE ("pspPaymentId" IS NOT NULL);
CREATE INDEX "tender_creditAccountId_idx" ON payments.tender USING btree ("creditAccountId") WHERE ("creditAccountId" IS NOT NULL);

create table "tenderRenewal" (
  id text collate "C" not null,
  "paymentId" text collate "C" not null,
  "tenderId" text collate "C" not null,
  number integer not null,
  state text not null,
  "operationId" text collate "C" not null,
  "replacedId" text collate "C",
  "createdAt" timestamp with time zone not null,
  constraint "tenderRenewal_operationId_key" UNIQUE ("operationId"),
  constraint "tenderRenewal_replacedId_key" UNIQUE ("replacedId"),
  constraint "tenderRenewal_tenderId_number_key" UNIQUE ("tenderId", number),
  constraint "tenderRenewal_pkey" PRIMARY KEY (id),
  constraint "tenderRenewal_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "pspOperation"(id),
  constraint "tenderRenewal_paymentId_fkey" FOREIGN KEY ("paymentId") REFERENCES payment(id),
  constraint "tenderRenewal_replacedId_fkey" FOREIGN KEY ("replacedId") REFERENCES "pspOperation"(id),
  constraint "tenderRenewal_tenderId_fkey" FOREIGN KEY ("tenderId") REFERENCES tender(id),
  constraint "tenderRenewal_check" CHECK ((state = 'DONE'::text) = ("replacedId" IS NOT NULL)),
  constraint "tenderRenewal_number_check" CHECK (number > 0),
  constraint "tenderRenewal_state_check" CHECK (state = ANY (ARRAY['SENT'::text, 'DONE'::text, 'OVER'::text]))
);
CREATE INDEX "tenderRenewal_paymentId_idx" ON payments."tenderRenewal" USING btree ("paymentId");
CREATE UNIQUE INDEX tender_renewal_open ON payments."tenderRenewal" USING btree ("tenderId") WHERE (state = 'SENT'::text);

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
  "deliveredAt" timestamp with time zone,
  tracked boolean not null default true,
  "commissionMinor" bigint not null default 0,
  "taxMinor" bigint not null default 0,
  "shipmentId" text collate "C",
  "heldState" text,
  service text not null default 'STANDARD'::text,
  "extendedByBuyer" boolean not null default false,
  "grantedDays" integer not null default 0,
  "lostAt" timestamp with time zone,
  title text,
  number integer,
  "agreedMinor" bigint,
  days integer,
  "changesReason" text,
  "feeFromMinor" bigint,
  "feeCommissionMinor" bigint,
  "feeTaxMinor" bigint,
  "backFromMinor" bigint,
  "backCommissionMinor" bigint,
  "backTaxMinor" bigint,
  constraint names_step TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint tranche_pkey PRIMARY KEY (id),
  constraint "tranche_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES ledger_account(id),
  constraint "tranche_escrowId_fkey" FOREIGN KEY ("escrowId") REFERENCES escrow(id),
  constraint "tranche_agreedMinor_check" CHECK ("agreedMinor" > 0),
  constraint tranche_check CHECK (LEAST("capturedMinor", "frozenMinor", "releasedMinor", "refundedMinor", "chargedBackMinor", "clawedBackMinor") >= 0),
  constraint tranche_claw_back CHECK ("clawedBackMinor" <= "releasedMinor"),
  constraint "tranche_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint tranche_fees_left CHECK (LEAST("feeFromMinor", "feeCommissionMinor", "feeTaxMinor", "backFromMinor", "backCommissionMinor", "backTaxMinor") >= 0),
  constraint "tranche_grantedDays_check" CHECK ("grantedDays" >= 0 AND "grantedDays" <= 30),
  constraint "tranche_heldState_check" CHECK ("heldState" = ANY (ARRAY['DEPOSITED'::text, 'FUNDED'::text, 'SHIPPED'::text, 'DELIVERED'::text])),
  constraint tranche_held_state CHECK ((state = 'FROZEN'::text) = ("heldState" IS NOT NULL)),
  constraint tranche_identity CHECK (("capturedMinor" - "frozenMinor" - "releasedMinor" - "refundedMinor" - "chargedBackMinor") >= 0),
  constraint tranche_kind_check CHECK (kind = ANY (ARRAY['WHOLE'::text, 'SHIPMENT'::text, 'CLAIM'::text, 'MILESTONE'::text])),
  constraint tranche_milestone CHECK (kind <> 'MILESTONE'::text OR title IS NOT NULL AND number IS NOT NULL AND "agreedMinor" IS NOT NULL AND days IS NOT NULL),
  constraint tranche_service_check CHECK (service = ANY (ARRAY['STANDARD'::text, 'EXPRESS'::text, 'SEA'::text])),
  constraint tranche_shipment CHECK (kind <> 'SHIPMENT'::text OR "shipmentId" IS NOT NULL),
  constraint tranche_state_check CHECK (state = ANY (ARRAY['AWAITING_FUNDS'::text, 'DEPOSITED'::text, 'FUNDED'::text, 'SHIPPED'::text, 'DELIVERED'::text, 'FROZEN'::text, 'RELEASED'::text, 'CLOSED'::text, 'CANCELLED'::text])),
  constraint "tranche_taxMinor_check" CHECK ("taxMinor" >= 0)
) with (fillfactor=70);
CREATE INDEX "tranche_escrowId_idx" ON payments.tranche USING btree ("escrowId");
CREATE UNIQUE INDEX tranche_milestone_once ON payments.tranche USING btree ("escrowId", number) WHERE (kind = 'MILESTONE'::text);
CREATE UNIQUE INDEX tranche_shipment_once ON payments.tranche USING btree ("shipmentId") WHERE (kind <> 'CLAIM'::text);
CREATE UNIQUE INDEX tranche_whole ON payments.tranche USING btree ("escrowId") WHERE (kind = 'WHOLE'::text);
CREATE CONSTRAINT TRIGGER names_step AFTER INSERT ON tranche DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.kind = 'CLAIM'::text AND new.number IS NULL) EXECUTE FUNCTION claim_names_step();

create table "trancheLine" (
  "trancheId" text collate "C" not null,
  "orderLineId" text collate "C" not null,
  quantity integer not null,
  "amountMinor" bigint not null,
  "commissionMinor" bigint,
  "taxMinor" bigint,
  constraint "trancheLine_pkey" PRIMARY KEY ("trancheId", "orderLineId"),
  constraint "trancheLine_trancheId_fkey" FOREIGN KEY ("trancheId") REFERENCES tranche(id),
  constraint "trancheLine_amountMinor_check" CHECK ("amountMinor" >= 0),
  constraint "trancheLine_commissionMinor_check" CHECK ("commissionMinor" >= 0),
  constraint "trancheLine_quantity_check" CHECK (quantity > 0),
  constraint "trancheLine_taxMinor_check" CHECK ("taxMinor" >= 0)
);

create view hold_live as
SELECT "trancheId",
    "amountMinor",
    "accountId"
   FROM hold h
  WHERE "liftedAt" IS NULL AND "pendingId" IS NOT NULL;

create view invariant_of_buyers as
SELECT 'I70'::text AS invariant,
    l.account_id::text AS subject,
    'credit reserved <> its tenders'::text AS detail
   FROM ledger_total l
  WHERE l.kind = 5 AND l.dh <> (( SELECT COALESCE(sum(t."amountMinor"), 0::numeric) AS "coalesce"
           FROM tender t
          WHERE t."creditAccountId" = l.account_id AND t.state = 'AUTHORIZED'::text))
UNION ALL
 SELECT 'I70'::text AS invariant,
    t.id AS subject,
    'credit is not where its payment is'::text AS detail
   FROM tender t
     JOIN payment p ON p.id = t."paymentId"
  WHERE t."creditAccountId" IS NOT NULL AND ((t.state = 'CAPTURED'::text) <> (p.state = 'CAPTURED'::text) OR t.state = 'AUTHORIZED'::text AND (p.state = ANY (ARRAY['FAILED'::text, 'EXPIRED'::text])) OR (t.state <> ALL (ARRAY['AUTHORIZED'::text, 'CAPTURED'::text, 'FAILED'::text, 'EXPIRED'::text])))
UNION ALL
 SELECT 'I70'::text AS invariant,
    o.id AS subject,
    'credit was asked of the PSP'::text AS detail
   FROM "pspOperation" o
  WHERE (EXISTS ( SELECT 1
           FROM tender t
          WHERE t.id = o.subject AND t."creditAccountId" IS NOT NULL)) OR (EXISTS ( SELECT 1
           FROM "refundLeg" l
             JOIN tender t ON t.id = l."tenderId"
          WHERE l.id = o.subject AND t."creditAccountId" IS NOT NULL))
UNION ALL
 SELECT 'I71'::text AS invariant,
    t.id AS subject,
    'credit given back <> its refunds'::text AS detail
   FROM tender t
  WHERE t."creditAccountId" IS NOT NULL AND (( SELECT COALESCE(sum(x.amount), 0::numeric) AS "coalesce"
           FROM ledger_transfer x
          WHERE x.subject = t."ledgerId" AND x.code = 116 AND x.credit = t."creditAccountId")) <> (( SELECT COALESCE(sum(l."amountMinor"), 0::numeric) AS "coalesce"
           FROM "refundLeg" l
          WHERE l."tenderId" = t.id AND l.state = 'SUCCEEDED'::text))
UNION ALL
 SELECT 'I72'::text AS invariant,
    m.id AS subject,
    'removed, and nobody tells the PSP'::text AS detail
   FROM "savedPaymentMethod" m
  WHERE m."removedAt" IS NOT NULL AND NOT (EXISTS ( SELECT 1
           FROM "pspOperation" o
          WHERE o.subject = m."setupId" AND o.kind = 'DETACH'::text))
UNION ALL
 SELECT 'I72'::text AS invariant,
    m.id AS subject,
    'kept, and the PSP was told to forget it'::text AS detail
   FROM "savedPaymentMethod" m
  WHERE m."removedAt" IS NULL AND (EXISTS ( SELECT 1
           FROM "pspOperation" o
          WHERE o.subject = m."setupId" AND o.kind = 'DETACH'::text))
UNION ALL
 SELECT 'I73'::text AS invariant,
    p.id AS subject,
    'paid and no receipt, or a receipt of what was not paid'::text AS detail
   FROM payment p
     LEFT JOIN receipt r ON r."paymentId" = p.id
  WHERE (p.state = 'CAPTURED'::text) <> (r."paymentId" IS NOT NULL);

create view invariant_of_chargebacks as
SELECT 'I17'::text AS invariant,
    c.id AS subject,
    'its case holds what is decided'::text AS detail
   FROM chargeback c
     LEFT JOIN ledger_total l ON l.account_id = c."caseAccountId"
  WHERE COALESCE(l.dp - l.cp, 0::numeric) <>
        CASE
            WHEN c.state = ANY (ARRAY['OPENED'::text, 'SUBMITTED'::text, 'UNDER_REVIEW'::text]) THEN c."uncoveredMinor"
            ELSE 0::bigint
        END::numeric
UNION ALL
 SELECT 'I17'::text AS invariant,
    c.id AS subject,
    'amount <> its parts'::text AS detail
   FROM chargeback c
  WHERE c."openedAt" IS NOT NULL AND c."amountMinor"::numeric <> (c."uncoveredMinor"::numeric + (( SELECT COALESCE(sum(p."amountMinor"), 0::numeric) AS "coalesce"
           FROM "chargebackPart" p
          WHERE p."chargebackId" = c.id AND NOT p.replaced)) + (( SELECT COALESCE(sum(r."amountMinor"), 0::numeric) AS "coalesce"
           FROM "chargebackRefund" r
          WHERE r."chargebackId" = c.id)))
UNION ALL
 SELECT 'I17'::text AS invariant,
    p.id AS subject,
    'part <> its legs'::text AS detail
   FROM "chargebackPart" p
  WHERE p."amountMinor"::numeric <> (( SELECT COALESCE(sum(l."amountMinor"), 0::numeric) AS "coalesce"
           FROM "chargebackLeg" l
          WHERE l."partId" = p.id))
UNION ALL
 SELECT 'I17'::text AS invariant,
    l.id::text AS subject,
    'leg <> its transfers'::text AS detail
   FROM "chargebackLeg" l
     JOIN "chargebackPart" p ON p.id = l."partId"
     JOIN chargeback c ON c.id = p."chargebackId"
     LEFT JOIN ledger_transfer x ON x.id = l.id
  WHERE x.debit IS DISTINCT FROM l."accountId" OR x.credit IS DISTINCT FROM c."caseAccountId" OR x.amount IS DISTINCT FROM l."amountMinor" OR (( SELECT COALESCE(sum(r.amount), 0::numeric) AS "coalesce"
           FROM ledger_transfer r
          WHERE r.corrects_id = l.id)) <>
        CASE
            WHEN p."reversedAt" IS NULL THEN 0::bigint
            ELSE l."amountMinor"
        END::numeric
UNION ALL
 SELECT 'I17'::text AS invariant,
    p.id AS subject,
    'reversed <> how it ended'::text AS detail
   FROM "chargebackPart" p
     JOIN chargeback c ON c.id = p."chargebackId"
     JOIN tranche t ON t.id = p."trancheId"
  WHERE NOT p.replaced AND
        CASE
            WHEN c.state = 'WON'::text THEN p."reversedAt" IS NULL
            WHEN (c.state = ANY (ARRAY['LOST'::text, 'ACCEPTED'::text])) AND c.liable = 'PLATFORM'::text THEN p."reversedAt" IS NULL AND NOT (p.source = 'HELD'::text AND t.state = 'CLOSED'::text AND t."chargedBackMinor" >= p."amountMinor" AND (t."shipmentId" IS NULL OR t."lostAt" IS NOT NULL OR t.kind = 'MILESTONE'::text))
            ELSE p."reversedAt" IS NOT NULL
        END
UNION ALL
 SELECT 'I17'::text AS invariant,
    p.id AS subject,
    'came back of goods that never left'::text AS detail
   FROM "chargebackPart" p
     JOIN chargeback c ON c.id = p."chargebackId"
  WHERE NOT p.replaced AND (c.state = ANY (ARRAY['LOST'::text, 'ACCEPTED'::text])) AND c.liable = 'PLATFORM'::text AND (p."goodsWere" = ANY (ARRAY['DEPOSITED'::text, 'FUNDED'::text, 'LOST'::text]))
UNION ALL
 SELECT 'I17'::text AS invariant,
    c.id AS subject,
    'nobody answers in time'::text AS detail
   FROM chargeback c
  WHERE c.state = 'OPENED'::text AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = c.id AND m.kind = 'T16'::text AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I17'::text AS invariant,
    t.id AS subject,
    'tender charged back <> its chargebacks'::text AS detail
   FROM tender t
  WHERE t."chargedBackMinor"::numeric <> (( SELECT COALESCE(sum(c."amountMinor" - c."uncoveredMinor"), 0::numeric) AS "coalesce"
           FROM chargeback c
          WHERE c."tenderId" = t.id AND c."openedAt" IS NOT NULL AND c.state <> 'WON'::text))
UNION ALL
 SELECT 'I18'::text AS invariant,
    r.id AS subject,
    'what is due again <> how it ended'::text AS detail
   FROM "chargebackRefund" r
     JOIN chargeback c ON c.id = r."chargebackId"
  WHERE (r."dueAgainAt" IS NOT NULL) <> (c.state = 'WON'::text)
UNION ALL
 SELECT 'I18'::text AS invariant,
    c.id AS subject,
    'what it took of refunds <> its transfers'::text AS detail
   FROM chargeback c
     JOIN LATERAL ( SELECT COALESCE(sum(r."amountMinor"), 0::numeric) AS taken,
            COALESCE(sum(r."amountMinor") FILTER (WHERE r."dueAgainAt" IS NOT NULL), 0::numeric) AS due
           FROM "chargebackRefund" r
          WHERE r."chargebackId" = c.id) s ON true
  WHERE s.taken <> (( SELECT COALESCE(sum(x.amount), 0::numeric) AS "coalesce"
           FROM ledger_transfer x
          WHERE x.code = 110 AND x.credit = c."caseAccountId")) OR s.due <> (( SELECT COALESCE(sum(x.amount), 0::numeric) AS "coalesce"
           FROM ledger_transfer x
          WHERE x.code = 111 AND x.debit = c."caseAccountId"))
UNION ALL
 SELECT 'I18'::text AS invariant,
    l.id AS subject,
    'the money of a refund that was not paid is nowhere'::text AS detail
   FROM "refundLeg" l
     JOIN refund r ON r.id = l."refundId"
  WHERE r.state <> 'UNDONE'::text AND (l.state = ANY (ARRAY['REJECTED'::text, 'RETURNED'::text])) <> (l.fate IS NOT NULL)
UNION ALL
 SELECT 'I18'::text AS invariant,
    l.id AS subject,
    'paid by the bank and by us'::text AS detail
   FROM "refundLeg" l
  WHERE l.fate IS DISTINCT FROM 'CHARGED_BACK'::text AND (EXISTS ( SELECT 1
           FROM "chargebackRefund" r
          WHERE r."legId" = l.id AND r."dueAgainAt" IS NULL));

create view invariant_of_disputes as
SELECT 'I20'::text AS invariant,
    d.id AS subject,
    'open, and its money is not frozen'::text AS detail
   FROM dispute d
  WHERE (d.state = ANY (ARRAY['WAIT_SELLER'::text, 'WAIT_BUYER'::text, 'WAIT_RETURN'::text, 'WAIT_HOLD'::text, 'EVIDENCE'::text, 'UNDER_REVIEW'::text])) AND NOT d.released AND NOT (EXISTS ( SELECT 1
           FROM hold h
          WHERE h."caseId" = d.id AND h."trancheId" = d."trancheId" AND h.source = 'TRANCHE'::text AND h."liftedAt" IS NULL AND h."amountMinor" = d."stakeMinor"))
UNION ALL
 SELECT 'I20'::text AS invariant,
    h.id AS subject,
    'freezes money for a dispute that is over'::text AS detail
   FROM hold h
     LEFT JOIN dispute d ON d.id = h."caseId"
  WHERE h.cause = 'DISPUTE'::text AND h."liftedAt" IS NULL AND (d.id IS NULL OR d."closedAt" IS NOT NULL)
UNION ALL
 SELECT 'I21'::text AS invariant,
    c."disputeId" AS subject,
    'a decision that does not divide what is at stake, or cites nothing'::text AS detail
   FROM "disputeDecision" c
     JOIN dispute d ON d.id = c."disputeId"
  WHERE (c."refundMinor" + c."releaseMinor") <> d."stakeMinor" OR cardinality(c.clauses) = 0 OR c."decidedBy" = d."buyerId" OR c."approvedBy" = c."decidedBy"
UNION ALL
 SELECT 'I21'::text AS invariant,
    d.id AS subject,
    'decided by nobody'::text AS detail
   FROM dispute d
  WHERE (d.state = ANY (ARRAY['DECIDED'::text, 'APPEALED'::text, 'RETURN_ORDERED'::text])) AND NOT (EXISTS ( SELECT 1
           FROM "disputeDecision" c
          WHERE c."disputeId" = d.id))
UNION ALL
 SELECT 'I22'::text AS invariant,
    d.id AS subject,
    format('version %s, %s facts'::text, d.version, count(o.seq)) AS detail
   FROM dispute d
     LEFT JOIN outbox o ON o.subject = d.id
  GROUP BY d.id
 HAVING count(o.seq) <> d.version OR max(o."subjectVersion") IS DISTINCT FROM d.version
UNION ALL
 SELECT 'I22'::text AS invariant,
    d.id AS subject,
    'an open dispute without a deadline'::text AS detail
   FROM dispute d
  WHERE d."closedAt" IS NULL AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = d.id AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I23'::text AS invariant,
    o.id AS subject,
    'a refund that nobody will send'::text AS detail
   FROM "pspOperation" o
     JOIN "refundLeg" l ON l.id = o.subject
  WHERE o.state = 'READY'::text AND o."nextAt" IS NULL AND NOT (EXISTS ( SELECT 1
           FROM dispute d
          WHERE d."refundId" = l."refundId" AND (d.state = ANY (ARRAY['DECIDED'::text, 'APPEALED'::text, 'RETURN_ORDERED'::text]))));

create view invariant_of_evidence as
SELECT 'I50'::text AS invariant,
    s."orderId" AS subject,
    'contract <> the funded hash'::text AS detail
   FROM "contractSnapshot" s
     JOIN escrow e ON e."orderId" = s."orderId"
  WHERE s.hash <> e."contractHash" OR s.hash <> encode(sha256(convert_to(s.text, 'UTF8'::name)), 'hex'::text)
UNION ALL
 SELECT 'I51'::text AS invariant,
    e.id AS subject,
    'evidence does not follow the entry before it'::text AS detail
   FROM evidence e
     LEFT JOIN evidence p ON p."caseId" = e."caseId" AND p.number = (e.number - 1)
  WHERE e."prevHash" <> COALESCE(p."entryHash", repeat('0'::text, 64)) OR (p.id IS NULL) <> (e.number = 1)
UNION ALL
 SELECT 'I52'::text AS invariant,
    b.hash AS subject,
    'evidence <> its hash'::text AS detail
   FROM "evidenceBlob" b
  WHERE b.hash <> encode(sha256(b.content), 'hex'::text);

create view invariant_of_holds as
SELECT 'I4'::text AS invariant,
    t.id AS subject,
    'frozen <> its holds'::text AS detail
   FROM tranche t
  WHERE t."frozenMinor"::numeric <> (( SELECT COALESCE(sum(h."amountMinor"), 0::numeric) AS "coalesce"
           FROM hold_live h
          WHERE h."trancheId" = t.id AND h."accountId" = t."accountId"))
UNION ALL
 SELECT 'I10'::text AS invariant,
    t.id AS subject,
    'orphan money'::text AS detail
   FROM tranche t
  WHERE (t."availableMinor" + t."frozenMinor") > 0 AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = t.id AND m."fireAt" IS NOT NULL AND m.kind !~~ '%\_REMIND'::text)) AND NOT (EXISTS ( SELECT 1
           FROM hold_live h
          WHERE h."trancheId" = t.id AND h."accountId" = t."accountId"))
UNION ALL
 SELECT 'I11'::text AS invariant,
    l.account_id::text AS subject,
    'payouts and holds <> reserved'::text AS detail
   FROM ledger_total l
  WHERE (l.kind = ANY (ARRAY[6, 7])) AND l.dh <> ((( SELECT COALESCE(sum(p."amountMinor"), 0::numeric) AS "coalesce"
           FROM payout p
          WHERE p."accountId" = l.account_id AND (p.state = ANY (ARRAY['CREATED'::text, 'SUBMITTED'::text, 'IN_TRANSIT'::text, 'UNKNOWN'::text])))) + (( SELECT COALESCE(sum(h."amountMinor"), 0::numeric) AS "coalesce"
           FROM hold_live h
          WHERE h."accountId" = l.account_id)))
UNION ALL
 SELECT 'I16'::text AS invariant,
    h.id AS subject,
    'hold without its reservation'::text AS detail
   FROM hold h
     JOIN ledger_transfer x ON x.id = h."pendingId"
  WHERE x.kind <> 2 OR x.debit <> h."accountId" OR x.amount <> h."amountMinor" OR (h."liftedAt" IS NULL) = ((EXISTS ( SELECT 1
           FROM ledger_transfer r
          WHERE r.pending_id = x.id AND (r.kind = ANY (ARRAY[3, 4])))));

create view invariant_of_money as
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
     CROSS JOIN LATERAL ( SELECT COALESCE(sum(x.amount) FILTER (WHERE (x.code = ANY (ARRAY[11, 12])) AND x.credit = t."accountId"), 0::numeric) - COALESCE(sum(x.amount) FILTER (WHERE x.code = 12 AND x.debit = t."accountId"), 0::numeric) AS captured,
            COALESCE(sum(x.amount) FILTER (WHERE x.code >= 20 AND x.code <= 29 AND x.debit = t."accountId"), 0::numeric) AS released,
            COALESCE(sum(x.amount) FILTER (WHERE x.code = 30 AND x.debit = t."accountId"), 0::numeric) - COALESCE(sum(x.amount) FILTER (WHERE x.code = 31 AND x.credit = t."accountId"), 0::numeric) AS refunded,
            COALESCE(sum(
                CASE t."accountId"
                    WHEN x.debit THEN x.amount
                    ELSE - x.amount
                END) FILTER (WHERE x.code = 82), 0::numeric) AS charged_back
           FROM ledger_transfer x
          WHERE (x.kind = ANY (ARRAY[1, 3])) AND (t."accountId" = x.debit OR t."accountId" = x.credit)) s
  WHERE t."capturedMinor"::numeric <> s.captured OR t."releasedMinor"::numeric <> s.released OR t."refundedMinor"::numeric <> s.refunded OR t."chargedBackMinor"::numeric <> s.charged_back
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
 SELECT 'I13'::text AS invariant,
    (s."sellerId" || ' '::text) || s.currency AS subject,
    'seller money <> its lines'::text AS detail
   FROM ( SELECT b."sellerId",
            b.currency,
            sum(b."amountMinor") AS lines,
            (array_agg(a.owner_id))[1] AS owner
           FROM "balanceTransaction" b
             JOIN ledger_account a ON a.id = b."accountId"
          GROUP BY b."sellerId", b.currency) s
     LEFT JOIN ( SELECT l_1.owner_id,
            l_1.currency,
            sum(
                CASE l_1.kind
                    WHEN 12 THEN l_1.cp - l_1.dp
                    ELSE l_1.cp - l_1.dp - l_1.dh
                END) AS held
           FROM ledger_total l_1
          WHERE l_1.kind = ANY (ARRAY[6, 7, 11, 12])
          GROUP BY l_1.owner_id, l_1.currency) l ON l.owner_id = s.owner AND l.currency::text = s.currency
     LEFT JOIN ( SELECT a.owner_id,
            a.currency,
            sum(h."amountMinor") AS frozen
           FROM hold_live h
             JOIN ledger_account a ON a.id = h."accountId"
          WHERE a.kind = ANY (ARRAY[6, 7])
          GROUP BY a.owner_id, a.currency) f ON f.owner_id = s.owner AND f.currency::text = s.currency
  WHERE s.lines <> (COALESCE(l.held, 0::numeric) + COALESCE(f.frozen, 0::numeric))
UNION ALL
 SELECT 'I14'::text AS invariant,
    t.id AS subject,
    'tender refunded <> its refunds'::text AS detail
   FROM tender t
  WHERE t."refundedMinor"::numeric <> (( SELECT COALESCE(sum(l."amountMinor"), 0::numeric) AS "coalesce"
           FROM "refundLeg" l
          WHERE l."tenderId" = t.id AND (l.state <> ALL (ARRAY['REJECTED'::text, 'RETURNED'::text]))))
UNION ALL
 SELECT 'I15'::text AS invariant,
    l.account_id::text AS subject,
    'waiting money <> its rows'::text AS detail
   FROM ledger_total l
  WHERE (l.kind = ANY (ARRAY[7, 11])) AND (l.cp - l.dp - l.dh) <> (( SELECT COALESCE(sum(h."remainingMinor"), 0::numeric) AS "coalesce"
           FROM "sellerHold" h
          WHERE h."accountId" = l.account_id))
UNION ALL
 SELECT 'I15'::text AS invariant,
    h.id AS subject,
    'waiting money without a deadline'::text AS detail
   FROM "sellerHold" h
  WHERE h."remainingMinor" > 0 AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = h.id AND m.kind = 'T17'::text AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I15'::text AS invariant,
    h.id AS subject,
    'more waits or is frozen than was kept back'::text AS detail
   FROM "sellerHold" h
     JOIN ( SELECT hold."sellerHoldId",
            sum(hold."amountMinor") AS frozen
           FROM hold
          WHERE hold."liftedAt" IS NULL AND hold."sellerHoldId" IS NOT NULL
          GROUP BY hold."sellerHoldId") f ON f."sellerHoldId" = h.id
  WHERE (h."remainingMinor"::numeric + f.frozen) > h."amountMinor"::numeric;

create view invariant_of_record as
SELECT 'I7'::text AS invariant,
    b."clearingAccountId"::text AS subject,
    'book of another account or currency'::text AS detail
   FROM "pspBook" b
     JOIN ledger_account a ON a.id = b."clearingAccountId"
  WHERE a.kind <> 1 OR a.currency::text <> b.currency
UNION ALL
 SELECT 'I9'::text AS invariant,
    bad.bad::text AS subject,
    'chain broken at this block'::text AS detail
   FROM ledger_first_bad() bad(bad)
  WHERE bad.bad IS NOT NULL
UNION ALL
 SELECT 'I12'::text AS invariant,
    (idempotency.scope || ' '::text) || idempotency.key AS subject,
    'key without final answer'::text AS detail
   FROM idempotency
  WHERE idempotency.response IS NULL AND (idempotency."lockedUntil" IS NULL OR idempotency."lockedUntil" < (clock_timestamp() - '00:01:00'::interval));

create view invariant_of_refunds as
SELECT 'I60'::text AS invariant,
    r.id AS subject,
    'refund <> its lines'::text AS detail
   FROM refund r
     JOIN "refundLine" l ON l."refundId" = r.id
  GROUP BY r.id
 HAVING sum(l."amountMinor") <> r."amountMinor"::numeric
UNION ALL
 SELECT 'I61'::text AS invariant,
    e.id AS subject,
    'held for ever'::text AS detail
   FROM escrow e
  WHERE (e.state = ANY (ARRAY['HELD'::text, 'FROZEN'::text])) AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = e.id AND (m.kind = ANY (ARRAY['T15_ALARM'::text, 'T15'::text]))));

create view invariant_of_risk as
SELECT 'I40'::text AS invariant,
    r.id AS subject,
    'a review that nobody is reminded of'::text AS detail
   FROM "riskReview" r
  WHERE r.state = 'OPEN'::text AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = r.id AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I41'::text AS invariant,
    p.id AS subject,
    'authorized and never to be captured'::text AS detail
   FROM payment p
  WHERE p.state = 'AUTHORIZED'::text AND (EXISTS ( SELECT 1
           FROM tender t
             JOIN "pspOperation" o ON o.subject = t.id
          WHERE t."paymentId" = p.id AND (o.request ->> 'capture'::text) = 'MANUAL'::text)) AND NOT (EXISTS ( SELECT 1
           FROM "riskReview" r
          WHERE r.subject = p.id AND (r.state = ANY (ARRAY['OPEN'::text, 'APPROVED'::text]))))
UNION ALL
 SELECT 'I42'::text AS invariant,
    d.id AS subject,
    'to be looked at, but in no queue'::text AS detail
   FROM "riskDecision" d
  WHERE NOT d."isShadow" AND (d.outcome = ANY (ARRAY['REVIEW'::text, 'BLOCK_AND_REVIEW'::text])) AND NOT (EXISTS ( SELECT 1
           FROM "riskReview" r
          WHERE r.subject = d.subject AND r.point = d.point))
UNION ALL
 SELECT 'I43'::text AS invariant,
    n.id AS subject,
    'charged by an act that stands for nothing'::text AS detail
   FROM "tenderRenewal" n
     JOIN "pspOperation" o ON o.id = n."operationId" OR o.id = n."replacedId"
  WHERE o.subject <> n."tenderId" AND o.state = 'SUCCEEDED'::text
UNION ALL
 SELECT 'I43'::text AS invariant,
    n.id AS subject,
    'an authorization that nobody asks about'::text AS detail
   FROM "tenderRenewal" n
     JOIN "pspOperation" o ON o.id = n."operationId" OR o.id = n."replacedId"
  WHERE (o.state <> ALL (ARRAY['SUCCEEDED'::text, 'REJECTED'::text])) AND o."nextAt" IS NULL
UNION ALL
 SELECT 'I43'::text AS invariant,
    n.id AS subject,
    'replaced, and what replaced it stands for nothing'::text AS detail
   FROM "tenderRenewal" n
     JOIN "pspOperation" o ON o.id = n."operationId"
  WHERE n.state = 'DONE'::text AND o.subject <> n."tenderId" AND NOT (EXISTS ( SELECT 1
           FROM "tenderRenewal" later
          WHERE later."replacedId" = o.id));

create view invariant_of_seller_side as
SELECT 'I30'::text AS invariant,
    a.id AS subject,
    'a proposal without a deadline'::text AS detail
   FROM approval a
  WHERE a.state = 'PROPOSED'::text AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = a.id AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I31'::text AS invariant,
    p.id AS subject,
    'a payout under way without a deadline'::text AS detail
   FROM payout p
  WHERE (p.state = ANY (ARRAY['CREATED'::text, 'SUBMITTED'::text, 'IN_TRANSIT'::text, 'UNKNOWN'::text])) AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = p.id AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I31'::text AS invariant,
    (s."sellerId" || ' '::text) || s.currency AS subject,
    'a schedule without a deadline'::text AS detail
   FROM "payoutSchedule" s
  WHERE NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = ((s."sellerId" || ' '::text) || s.currency) AND m."fireAt" IS NOT NULL))
UNION ALL
 SELECT 'I32'::text AS invariant,
    b.id AS subject,
    'paid by a payout that paid nothing, or somebody else'::text AS detail
   FROM "balanceTransaction" b
     JOIN payout p ON p.id = b."payoutId"
  WHERE (p.state = ANY (ARRAY['FAILED'::text, 'RETURNED'::text, 'CANCELLED'::text])) OR p."sellerId" <> b."sellerId" OR p.currency <> b.currency
UNION ALL
 SELECT 'I32'::text AS invariant,
    (f."sellerId" || ' '::text) || f.currency AS subject,
    'what was paid <> its payouts and their lines'::text AS detail
   FROM "sellerFunds" f
  WHERE f."paidMinor"::numeric <> (( SELECT COALESCE(sum(p."amountMinor"), 0::numeric) AS "coalesce"
           FROM payout p
          WHERE p."sellerId" = f."sellerId" AND p.currency = f.currency AND (p.state <> ALL (ARRAY['FAILED'::text, 'RETURNED'::text, 'CANCELLED'::text])))) OR f."claimedMinor"::numeric <> (( SELECT COALESCE(sum(b."amountMinor"), 0::numeric) AS "coalesce"
           FROM "balanceTransaction" b
          WHERE b."sellerId" = f."sellerId" AND b.currency = f.currency AND b."payoutId" IS NOT NULL))
UNION ALL
 SELECT 'I33'::text AS invariant,
    g.id AS subject,
    'a grant <> what it has reserved'::text AS detail
   FROM "adGrant" g
     JOIN ledger_total l ON l.account_id = g."accountId"
  WHERE (g."amountMinor" - g."billedMinor" - g."returnedMinor")::numeric <> (l.cp - l.dp) OR g."billedMinor"::numeric <> (( SELECT COALESCE(sum(s."amountMinor"), 0::numeric) AS "coalesce"
           FROM "adSpend" s
          WHERE s."grantId" = g.id)) OR g.state = 'CLOSED'::text AND l.cp <> l.dp
UNION ALL
 SELECT 'I34'::text AS invariant,
    a.id AS subject,
    'an advance <> its account and remittances'::text AS detail
   FROM advance a
     JOIN ledger_total l ON l.account_id = a."accountId"
  WHERE (a."principalMinor" + a."feeMinor" - a."remittedMinor" - a."writtenOffMinor")::numeric <> (l.dp - l.cp) OR a."remittedMinor"::numeric <> (( SELECT COALESCE(sum(r."principalMinor" + r."feeMinor" - r."reversedMinor"), 0::numeric) AS "coalesce"
           FROM "advanceRemittance" r
          WHERE r."advanceId" = a.id));

create view invariant_of_stacked_holds as
SELECT 'I24'::text AS invariant,
    h.id AS subject,
    'lies under no hold of the same money'::text AS detail
   FROM hold h
  WHERE h."pendingId" IS NULL AND h."liftedAt" IS NULL AND NOT (EXISTS ( SELECT 1
           FROM hold c
          WHERE c."trancheId" = h."trancheId" AND c.source = 'TRANCHE'::text AND c."liftedAt" IS NULL AND c."pendingId" IS NOT NULL AND c."amountMinor" = h."amountMinor")) AND NOT (EXISTS ( SELECT 1
           FROM tranche t
          WHERE t.id = h."trancheId" AND t.state = 'FROZEN'::text AND t."frozenMinor" = 0 AND t."chargedBackMinor" = h."amountMinor"))
UNION ALL
 SELECT 'I24'::text AS invariant,
    h.id AS subject,
    'is part of a part'::text AS detail
   FROM hold h
     JOIN hold p ON p.id = h."partOf"
  WHERE p."partOf" IS NOT NULL;

create view invariant_of_tranche_plans as
SELECT 'I80'::text AS invariant,
    e.id AS subject,
    'milestones <> the order'::text AS detail
   FROM escrow e
     JOIN ( SELECT tranche."escrowId",
            sum(tranche."agreedMinor") AS agreed,
            sum(tranche."commissionMinor") AS commission,
            sum(tranche."taxMinor") AS tax
           FROM tranche
          WHERE tranche.kind = ANY (ARRAY['MILESTONE'::text, 'CLAIM'::text])
          GROUP BY tranche."escrowId"
         HAVING count(*) FILTER (WHERE tranche.kind = 'MILESTONE'::text) > 0) m ON m."escrowId" = e.id
  WHERE m.agreed <> e."totalMinor"::numeric OR m.commission <> e."commissionMinor"::numeric OR m.tax <> e."taxMinor"::numeric
UNION ALL
 SELECT 'I80'::text AS invariant,
    e.id AS subject,
    'came in <> what its payments brought'::text AS detail
   FROM escrow e
     JOIN ( SELECT tranche."escrowId",
            sum(tranche."capturedMinor") AS captured,
            bool_or(tranche.state = 'DEPOSITED'::text OR tranche."heldState" = 'DEPOSITED'::text) AS deposited
           FROM tranche
          GROUP BY tranche."escrowId") t ON t."escrowId" = e.id
  WHERE t.captured <> 0::numeric AND t.captured <> e."depositMinor"::numeric AND t.captured <> e."totalMinor"::numeric OR t.deposited AND t.captured <> e."depositMinor"::numeric
UNION ALL
 SELECT 'I80'::text AS invariant,
    t.id AS subject,
    'a deposit whose balance is never due'::text AS detail
   FROM tranche t
  WHERE t.state = 'DEPOSITED'::text AND t."availableMinor" > 0 AND NOT (EXISTS ( SELECT 1
           FROM timer m
          WHERE m.subject = t.id AND m.kind = 'T1_BALANCE'::text AND m."fireAt" IS NOT NULL));

create view invariant_violation as
SELECT invariant_of_money.invariant,
    invariant_of_money.subject,
    invariant_of_money.detail
   FROM invariant_of_money
UNION ALL
 SELECT invariant_of_record.invariant,
    invariant_of_record.subject,
    invariant_of_record.detail
   FROM invariant_of_record
UNION ALL
 SELECT invariant_of_holds.invariant,
    invariant_of_holds.subject,
    invariant_of_holds.detail
   FROM invariant_of_holds
UNION ALL
 SELECT invariant_of_refunds.invariant,
    invariant_of_refunds.subject,
    invariant_of_refunds.detail
   FROM invariant_of_refunds
UNION ALL
 SELECT invariant_of_evidence.invariant,
    invariant_of_evidence.subject,
    invariant_of_evidence.detail
   FROM invariant_of_evidence
UNION ALL
 SELECT invariant_of_disputes.invariant,
    invariant_of_disputes.subject,
    invariant_of_disputes.detail
   FROM invariant_of_disputes
UNION ALL
 SELECT invariant_of_stacked_holds.invariant,
    invariant_of_stacked_holds.subject,
    invariant_of_stacked_holds.detail
   FROM invariant_of_stacked_holds
UNION ALL
 SELECT invariant_of_tranche_plans.invariant,
    invariant_of_tranche_plans.subject,
    invariant_of_tranche_plans.detail
   FROM invariant_of_tranche_plans
UNION ALL
 SELECT invariant_of_risk.invariant,
    invariant_of_risk.subject,
    invariant_of_risk.detail
   FROM invariant_of_risk
UNION ALL
 SELECT invariant_of_chargebacks.invariant,
    invariant_of_chargebacks.subject,
    invariant_of_chargebacks.detail
   FROM invariant_of_chargebacks
UNION ALL
 SELECT invariant_of_seller_side.invariant,
    invariant_of_seller_side.subject,
    invariant_of_seller_side.detail
   FROM invariant_of_seller_side
UNION ALL
 SELECT invariant_of_buyers.invariant,
    invariant_of_buyers.subject,
    invariant_of_buyers.detail
   FROM invariant_of_buyers;

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

CREATE OR REPLACE FUNCTION payments.approval_fixed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'DELETE' or (new.id, new.kind, new.subject, new.input, new.reason, new."proposedBy",
        new."createdAt", new."expiresAt") is distinct from (old.id, old.kind, old.subject, old.input,
        old.reason, old."proposedBy", old."createdAt", old."expiresAt")
      or old.state <> 'PROPOSED'
    then raise exception 'what was proposed or decided never changes' using errcode = '23514'; end if;
    return new;
  end $function$;

CREATE OR REPLACE FUNCTION payments.claim_names_step()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    update tranche t set title = m.title, number = m.number, days = m.days
      from ledger_transfer x join tranche m on m."accountId" = x.debit
      where t.id = new.id and x.credit = new."accountId" and x.code = 12
        and m."escrowId" = new."escrowId" and m.number is not null;
    return null;
  end $function$;

CREATE OR REPLACE FUNCTION payments.decision_without_tie()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare
    d dispute;
    people text[] := array_remove(array[new."decidedBy", new."approvedBy"], null);
  begin
    select * into strict d from dispute where id = new."disputeId";
    if new."stakeMinor" <> d."stakeMinor" then
      raise exception 'a decision is about all that is at stake'
        using errcode = '23514', constraint = 'decision_about_the_stake';
    end if;
    if d."buyerId" = any (people)
      or exists (select 1 from "sellerMember" m
        where m."sellerId" = d."sellerId" and m."accountId" = any (people))
      or exists (select 1 from "disputeDecision" e where e."disputeId" = new."disputeId"
        and (e."decidedBy" = any (people) or e."approvedBy" = any (people)))
    then
      raise exception 'a party or an earlier decider may not decide'
        using errcode = '23514', constraint = 'decision_without_tie';
    end if;
    return new;
  end $function$;

CREATE OR REPLACE FUNCTION payments.dispute_said()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception 'what was said in a dispute never changes' using errcode = '23514'; end $function$;

CREATE OR REPLACE FUNCTION payments.evidence_chained()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  declare last record;
  begin
    select number, "entryHash" into last from evidence
      where "caseId" = new."caseId" order by number desc limit 1;
    if (new.number, new."prevHash")
      is distinct from (coalesce(last.number, 0) + 1, coalesce(last."entryHash", repeat('0', 64)))
    then
      raise exception 'evidence follows the entry before it'
        using errcode = '23514', constraint = 'evidence_chained';
    end if;
    return new;
  end $function$;

CREATE OR REPLACE FUNCTION payments.evidence_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ begin raise exception '% never changes', tg_table_name using errcode = '23514'; end $function$;

CREATE OR REPLACE FUNCTION payments.hold_names_root()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    new."partOf" := (select coalesce(h."partOf", h.id) from hold h where h.id = new."partOf");
    return new;
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_block_hash(_prev bytea, _from_epoch smallint, _from_xid xid8, _upto_epoch smallint, _upto_xid xid8)
 RETURNS TABLE(rows integer, hash bytea)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
AS $function$
  begin
    return query
      select count(*)::int, sha256(_prev || convert_to(coalesce(string_agg(concat_ws('|',
          t.id, t.group_id, t.kind, coalesce(t.pending_id::text, '-'),
          coalesce(t.corrects_id::text, '-'), t.debit, t.credit, t.currency, t.amount, t.code,
          coalesce(t.subject::text, '-'), (extract(epoch from t.event_at) * 1000000)::bigint,
          (extract(epoch from t.created_at) * 1000000)::bigint),
        E'\n' order by t.epoch, t.xid, t.seq), ''), 'UTF8'))
      from ledger_transfer t
      where (t.epoch, t.xid) >= (_from_epoch, _from_xid)
        and (t.epoch, t.xid) < (_upto_epoch, _upto_xid);
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_deferred_balance(_accounts bigint[])
 RETURNS TABLE(account_id bigint, debits bigint, credits bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_seqscan TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
AS $function$
  declare fe smallint; fx xid8;
  begin
    -- stable: all statements see what the caller's statement sees
    select s.upto_epoch, s.upto_xid into fe, fx from ledger_snapshot s
      order by s.upto_epoch desc, s.upto_xid desc limit 1;
    fe := coalesce(fe, 0::smallint);
    fx := coalesce(fx, '0');
    return query
      select a.id, coalesce(s.debits, 0) + coalesce(t.d, 0), coalesce(s.credits, 0) + coalesce(t.c, 0)
      from ledger_account a
      left join ledger_snapshot s on s.account_id = a.id
      cross join lateral (
        select sum(n.amount) filter (where n.debit = a.id)::bigint d,
          sum(n.amount) filter (where n.credit = a.id)::bigint c
        from ledger_transfer n where (n.epoch, n.xid) >= (fe, fx) and n.kind in (1, 3)) t
      where a.id = any (_accounts) and a.deferred;
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_epoch_holds()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'payments', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
  declare e smallint := (select max(epoch) from ledger_epoch); x xid8 := pg_current_xact_id();
  begin
    return not exists (select 1 from ledger_transfer t where (t.epoch, t.xid) >= (e, x));
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_first_bad()
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO 'payments', 'pg_temp'
AS $function$
    select c.block_no from ledger_chain c
    left join ledger_chain p on p.block_no = c.block_no - 1
    cross join lateral
      ledger_block_hash(c.prev_hash, c.from_epoch, c.from_xid, c.upto_epoch, c.upto_xid) h
    where h.hash <> c.hash or h.rows <> c.row_count
      or c.prev_hash <> coalesce(p.hash, '\x00')
      or (coalesce(p.upto_epoch, 0::smallint), coalesce(p.upto_xid, '0'))
        <> (c.from_epoch, c.from_xid)
    order by 1 limit 1 $function$;

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

CREATE OR REPLACE FUNCTION payments.ledger_raise_epoch()
 RETURNS smallint
 LANGUAGE plpgsql
 SET search_path TO 'payments', 'pg_temp'
AS $function$
  declare raised smallint := (select max(epoch) + 1 from ledger_epoch);
  begin
    execute format('alter table ledger_transfer alter column epoch set default %s', raised);
    insert into ledger_epoch (epoch) values (raised);
    update "outboxEpoch" set epoch = epoch + 1;
    return raised;
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_roll_up()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
AS $function$
  declare
    n int; fe smallint; fx xid8;
    e smallint := (select max(epoch) from ledger_epoch);
    x xid8;
  begin
    if not pg_try_advisory_xact_lock(7101) then return 0; end if;
    select upto_epoch, upto_xid into fe, fx from ledger_snapshot
      order by upto_epoch desc, upto_xid desc limit 1;
    fe := coalesce(fe, 0::smallint);
    fx := coalesce(fx, '0');
    -- older than the snapshot of the next statement, so everything before it is there to be read
    x := pg_snapshot_xmin(pg_current_snapshot());
    if (e, x) <= (fe, fx) then return 0; end if;
    with tail as materialized (
      select t.debit, t.credit, t.kind, t.amount from ledger_transfer t
      where (t.epoch, t.xid) >= (fe, fx) and (t.epoch, t.xid) < (e, x)),
    moved as (
      select s.account, sum(s.d)::bigint d, sum(s.c)::bigint c from tail
      cross join lateral (values (debit, amount, 0::bigint), (credit, 0, amount))
        s (account, d, c)
      where kind in (1, 3) group by s.account),
    upsert as (
      insert into ledger_snapshot as s (account_id, debits, credits, upto_epoch, upto_xid)
      select a.id, coalesce(m.d, 0), coalesce(m.c, 0), e, x
      from ledger_account a left join moved m on m.account = a.id
      where a.deferred and exists (select 1 from tail)
      on conflict (account_id) do update set
        (debits, credits, upto_epoch, upto_xid) =
        (s.debits + excluded.debits, s.credits + excluded.credits, excluded.upto_epoch,
          excluded.upto_xid))
    select count(*) into n from tail;
    return n;
  end $function$;

CREATE OR REPLACE FUNCTION payments.ledger_seal()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'payments', 'pg_temp'
 SET plan_cache_mode TO 'force_custom_plan'
 SET enable_seqscan TO 'off'
 SET max_parallel_workers_per_gather TO '0'
 SET jit TO 'off'
AS $function$
  declare
    last ledger_chain; fe smallint; fx xid8; ue smallint; ux xid8; n int; h bytea;
    e smallint := (select max(epoch) from ledger_epoch);
    x xid8;
  begin
    if not pg_try_advisory_xact_lock(7102) then return 0; end if;
    select * into last from ledger_chain order by block_no desc limit 1;
    fe := coalesce(last.upto_epoch, 0::smallint);
    fx := coalesce(last.upto_xid, '0');
    x := pg_snapshot_xmin(pg_current_snapshot());
    select t.epoch, (t.xid::text::numeric + 1)::text::xid8 into ue, ux from ledger_transfer t
      where (t.epoch, t.xid) >= (fe, fx) and (t.epoch, t.xid) < (e, x)
      order by t.epoch, t.xid, t.seq offset 99999 limit 1;
    if not found then
      ue := e;
      ux := x;
    end if;
    select b.rows, b.hash into n, h
      from ledger_block_hash(coalesce(last.hash, '\x00'), fe, fx, ue, ux) b;
    if n = 0 then return 0; end if;
    insert into ledger_chain values
      (coalesce(last.block_no, 0) + 1, fe, fx, ue, ux, n, coalesce(last.hash, '\x00'), h);
    return n;
  end $function$;

CREATE OR REPLACE FUNCTION payments.part_keeps_goods()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    new."goodsWere" := (select case when t."heldState" = 'SHIPPED' and t."lostAt" is not null
      then 'LOST' else t."heldState" end from tranche t where t.id = new."trancheId");
    return new;
  end $function$;

CREATE OR REPLACE FUNCTION payments.receipt_content(_payment text, _tender text, _brand text, _last4 text)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
    select jsonb_build_object(
      'tenders', (select jsonb_agg(jsonb_build_object('number', t.number,
          'amountMinor', t."amountMinor"::text, 'isCredit', t."creditAccountId" is not null,
          'brand', case t.id when _tender then coalesce(_brand, t.brand) else t.brand end,
          'last4', case t.id when _tender then coalesce(_last4, t.last4) else t.last4 end)
          order by t.number)
        from tender t where t."paymentId" = p.id),
      'orders', (select jsonb_agg(jsonb_build_object('orderId', e."orderId",
          'sellerId', e."sellerId", 'totalMinor', e."totalMinor"::text,
          'taxMinor', e."taxMinor"::text,
          'lines', coalesce((select jsonb_agg(jsonb_build_object('orderLineId', l."orderLineId",
                'quantity', l.quantity, 'amountMinor', l.amount::text) order by l."orderLineId")
              from (select l."orderLineId", sum(l.quantity)::int quantity,
                  sum(l."amountMinor")::bigint amount
                from "trancheLine" l join tranche r on r.id = l."trancheId"
                where r."escrowId" = e.id group by 1) l), '[]')) order by e."orderId")
        from escrow e where e."orderId" = any (p."orderIds")))
    from payment p where p.id = _payment $function$;

CREATE OR REPLACE FUNCTION payments.risk_no_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin raise exception 'what was judged never changes' using errcode = '23514'; end $function$;

CREATE OR REPLACE FUNCTION payments.risk_rules_fixed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
  begin
    if tg_op = 'DELETE' or (new.id, new.point, new.number, new.rules, new.note, new."createdBy",
        new."createdAt") is distinct from (old.id, old.point, old.number, old.rules, old.note,
        old."createdBy", old."createdAt")
      or (old.state, new.state) not in (('DRAFT', 'SHADOW'), ('DRAFT', 'RETIRED'),
        ('SHADOW', 'LIVE'), ('SHADOW', 'RETIRED'), ('LIVE', 'RETIRED'))
    then raise exception 'a set of rules never changes' using errcode = '23514'; end if;
    return new;
  end $function$;
