/** Acts that two people make. */
const APPROVALS = `
  create table approval (
    id text collate "C" primary key,
    kind text not null,
    subject text collate "C" not null,
    input jsonb not null,
    reason text not null,
    state text not null check (state in ('PROPOSED', 'GRANTED', 'REJECTED', 'EXPIRED')),
    "proposedBy" text collate "C" not null,
    "decidedBy" text collate "C",
    "decisionReason" text,
    refusal text,
    "createdAt" timestamptz not null,
    "expiresAt" timestamptz not null,
    "decidedAt" timestamptz,
    version integer not null default 0,
    check ((state in ('GRANTED', 'REJECTED')) = ("decidedBy" is not null)),
    check (("decidedBy" is null) = ("decidedAt" is null)),
    constraint approval_four_eyes check (state <> 'GRANTED' or "decidedBy" <> "proposedBy")
  );
  create unique index approval_one_waits on approval (kind, subject) where state = 'PROPOSED';
  create index on approval (state, id);

  -- what a second person reads is what runs
  create function approval_fixed() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' or (new.id, new.kind, new.subject, new.input, new.reason, new."proposedBy",
        new."createdAt", new."expiresAt") is distinct from (old.id, old.kind, old.subject, old.input,
        old.reason, old."proposedBy", old."createdAt", old."expiresAt")
      or old.state <> 'PROPOSED'
    then raise exception 'what was proposed or decided never changes' using errcode = '23514'; end if;
    return new;
  end $$;
  create trigger approval_fixed before update or delete on approval
    for each row execute function approval_fixed();
`;

/** Lines of a seller's money that came later, and which payout paid them. */
const LINES = `
  alter table "balanceTransaction" drop constraint "balanceTransaction_kind_check",
    add constraint "balanceTransaction_kind_check" check (kind in ('RELEASE', 'CLAW_BACK', 'PAYOUT',
      'PAYOUT_FAILED', 'PAYOUT_RETURNED', 'ADJUSTMENT', 'PAYOUT_FEE', 'LABEL', 'LABEL_REFUND',
      'ADS_TOP_UP', 'ADS_WITHDRAWAL', 'ADVANCE', 'ADVANCE_REMITTANCE', 'ADVANCE_PAYOFF',
      'CHARGEBACK', 'CHARGEBACK_REVERSED')),
    add "payoutId" text collate "C" references payout;
  create index on "balanceTransaction" ("sellerId", currency, id) where "payoutId" is null;
  create index on "balanceTransaction" ("payoutId") where "payoutId" is not null;
  alter table "sellerFunds" add "paidMinor" bigint not null default 0,
    add "claimedMinor" bigint not null default 0;
  update "sellerFunds" f set "paidMinor" = coalesce((select sum(p."amountMinor") from payout p
    where p."sellerId" = f."sellerId" and p.currency = f.currency
      and p.state not in ('FAILED', 'RETURNED')), 0);
`;

/** Payouts by schedule, what stops them, and those that cost a fee. */
const PAYOUTS = `
  alter table payout drop constraint payout_state_check,
    add constraint payout_state_check check (state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT',
      'UNKNOWN', 'PAID', 'FAILED', 'RETURNED', 'CANCELLED')),
    add speed text not null default 'STANDARD' check (speed in ('STANDARD', 'INSTANT')),
    add "feeMinor" bigint not null default 0 check ("feeMinor" >= 0),
    add constraint payout_fee check (speed = 'INSTANT' or "feeMinor" = 0);
  alter table "payoutAccount" add "removedAt" timestamptz;
  insert into timer (subject, kind, "fireAt", version)
    select id, 'T19', "createdAt" + interval '7 days', version from payout
    where state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN');

  create table "payoutSchedule" (
    "sellerId" text collate "C" not null,
    currency text not null,
    chosen text check (chosen in ('DAILY', 'WEEKLY', 'MANUAL')),
    "dueAt" timestamptz,
    version integer not null default 0,
    primary key ("sellerId", currency)
  );
  create index on "payoutSchedule" ("dueAt") where "dueAt" is not null;
  with known as (
    insert into "payoutSchedule" ("sellerId", currency)
    select distinct "sellerId", currency from "balanceTransaction" returning *)
  insert into timer (subject, kind, "fireAt", version)
    select "sellerId" || ' ' || currency, 'PAYOUT_SWEEP', now() + interval '7 days', 0 from known;

  create table "sellerRestriction" (
    "statementId" text collate "C" primary key,
    "sellerId" text collate "C" not null,
    kind text not null,
    lifted boolean not null
  );
  create index on "sellerRestriction" ("sellerId") where not lifted;
`;

/** What sellers pay for besides fees, and what is lent to them. Ids of what others own are as they name it. */
const SPENDING = `
  create table "sellerLabel" (
    "labelId" text collate "C" primary key,
    "sellerId" text collate "C" not null,
    currency text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    refunded boolean not null
  );

  create table "adsWallet" (
    "sellerId" text collate "C" not null,
    currency text not null,
    "accountId" bigint not null references ledger_account,
    "fillToMinor" bigint check ("fillToMinor" > 0),
    primary key ("sellerId", currency)
  );
  create table "adGrant" (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null,
    currency text not null,
    state text not null check (state in ('FUNDED', 'REFUSED', 'CLOSED')),
    "amountMinor" bigint not null,
    "billedMinor" bigint not null default 0,
    "returnedMinor" bigint not null default 0,
    "accountId" bigint references ledger_account,
    version integer not null,
    check (least("amountMinor", "billedMinor", "returnedMinor") >= 0),
    check ("billedMinor" + "returnedMinor" <= "amountMinor"),
    check ((state = 'REFUSED') = ("accountId" is null))
  );
  create table "adSpend" (
    id text collate "C" primary key,
    "grantId" text collate "C" not null references "adGrant",
    "amountMinor" bigint not null check ("amountMinor" >= 0),
    "creditedMinor" bigint not null default 0,
    check ("creditedMinor" between 0 and "amountMinor")
  );
  create table "adCredit" (
    id text collate "C" primary key,
    "spendId" text collate "C" not null references "adSpend",
    "amountMinor" bigint not null check ("amountMinor" >= 0)
  );

  create table advance (
    id text collate "C" primary key,
    "sellerId" text collate "C" not null,
    currency text not null,
    state text not null check (state in ('OPEN', 'REFUSED', 'CLOSED')),
    "principalMinor" bigint not null,
    "feeMinor" bigint not null,
    "rateBps" integer not null check ("rateBps" between 1 and 10000),
    "termsVersion" integer not null,
    "remittedMinor" bigint not null default 0,
    "writtenOffMinor" bigint not null default 0,
    "accountId" bigint references ledger_account,
    version integer not null,
    check (least("remittedMinor", "writtenOffMinor") >= 0),
    check (state = 'REFUSED'
      or "principalMinor" > 0 and "remittedMinor" + "writtenOffMinor" <= "principalMinor" + "feeMinor"),
    check ((state = 'REFUSED') = ("accountId" is null))
  );
  create index on advance ("sellerId", currency) where state = 'OPEN';
  create table "advanceRemittance" (
    id text collate "C" primary key,
    "advanceId" text collate "C" not null references advance,
    "trancheId" text collate "C" references tranche,
    "principalMinor" bigint not null,
    "feeMinor" bigint not null,
    "reversedMinor" bigint not null default 0,
    check (least("principalMinor", "feeMinor") >= 0),
    check ("reversedMinor" between 0 and "principalMinor" + "feeMinor")
  );
  create index on "advanceRemittance" ("trancheId") where "trancheId" is not null;
  create index on "advanceRemittance" ("advanceId");
`;

const INVARIANTS = `
  create view invariant_of_seller_side (invariant, subject, detail) as
  select 'I30', a.id, 'a proposal without a deadline' from approval a
    where a.state = 'PROPOSED' and not exists (select 1 from timer m
      where m.subject = a.id and m."fireAt" is not null)
  union all
  select 'I31', p.id, 'a payout under way without a deadline' from payout p
    where p.state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN')
      and not exists (select 1 from timer m where m.subject = p.id and m."fireAt" is not null)
  union all
  select 'I31', s."sellerId" || ' ' || s.currency, 'a schedule without a deadline'
    from "payoutSchedule" s where not exists (select 1 from timer m
      where m.subject = s."sellerId" || ' ' || s.currency and m."fireAt" is not null)
  union all
  select 'I32', b.id, 'paid by a payout that paid nothing, or somebody else' from
    "balanceTransaction" b join payout p on p.id = b."payoutId"
    where p.state in ('FAILED', 'RETURNED', 'CANCELLED')
      or (p."sellerId", p.currency) <> (b."sellerId", b.currency)
  union all
  select 'I32', f."sellerId" || ' ' || f.currency, 'what was paid <> its payouts and their lines'
    from "sellerFunds" f
    where f."paidMinor" <> (select coalesce(sum(p."amountMinor"), 0) from payout p
        where p."sellerId" = f."sellerId" and p.currency = f.currency
          and p.state not in ('FAILED', 'RETURNED', 'CANCELLED'))
      or f."claimedMinor" <> (select coalesce(sum(b."amountMinor"), 0) from "balanceTransaction" b
        where b."sellerId" = f."sellerId" and b.currency = f.currency
          and b."payoutId" is not null)
  union all
  select 'I33', g.id, 'a grant <> what it has reserved' from "adGrant" g
    join ledger_total l on l.account_id = g."accountId"
    where g."amountMinor" - g."billedMinor" - g."returnedMinor" <> l.cp - l.dp
      or g."billedMinor" <> (select coalesce(sum(s."amountMinor"), 0) from "adSpend" s
        where s."grantId" = g.id)
      or g.state = 'CLOSED' and l.cp <> l.dp
  union all
  select 'I34', a.id, 'an advance <> its account and remittances' from advance a
    join ledger_total l on l.account_id = a."accountId"
    where a."principalMinor" + a."feeMinor" - a."remittedMinor" - a."writtenOffMinor"
        <> l.dp - l.cp
      or a."remittedMinor" <> (select
          coalesce(sum(r."principalMinor" + r."feeMinor" - r."reversedMinor"), 0)
        from "advanceRemittance" r where r."advanceId" = a.id);
  comment on view invariant_of_seller_side is 'functions only';
`;

/** The seller's side of money: approvals, payouts by schedule, labels, saved methods, ads and advances. */
export const SELLER_SIDE = [APPROVALS, LINES, PAYOUTS, SPENDING, INVARIANTS].join('\n');
