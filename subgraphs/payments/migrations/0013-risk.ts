import { FIRST_RULES } from '../risk/default-rules';

/** What is judged, by which rules, and what waits for a person. */
const TABLES = `
  create table "riskRuleSet" (
    id text collate "C" primary key,
    point text not null check (point in ('CHECKOUT', 'CAPTURE', 'RELEASE', 'PAYOUT', 'CLAIM')),
    number integer not null,
    state text not null check (state in ('DRAFT', 'SHADOW', 'LIVE', 'RETIRED')),
    rules jsonb not null,
    note text not null,
    "createdBy" text collate "C" not null,
    "createdAt" timestamptz not null,
    "changedBy" text collate "C" not null,
    "changedAt" timestamptz not null,
    version integer not null default 0,
    unique (point, number)
  );
  create unique index "riskRuleSet_live" on "riskRuleSet" (point) where state = 'LIVE';
  create unique index "riskRuleSet_shadow" on "riskRuleSet" (point) where state = 'SHADOW';

  -- what was seen at a payment or a payout request; hashes only
  create table "riskSignal" (
    seq bigint generated always as identity primary key,
    kind text not null check (kind in ('PAYMENT', 'PAYOUT')),
    subject text collate "C" not null,
    "buyerId" text collate "C",
    "sellerId" text collate "C",
    network text,
    device text,
    card text,
    token text,
    "amountMinor" bigint not null,
    at timestamptz not null
  );
  create index on "riskSignal" ("buyerId", at) where "buyerId" is not null;
  create index on "riskSignal" ("sellerId", at) where "sellerId" is not null;
  create index on "riskSignal" (network, at) where network is not null;
  create index on "riskSignal" (device, at) where device is not null;
  create index on "riskSignal" (card, at) where card is not null;
  create index on "riskSignal" (subject);

  create table "riskDecision" (
    id text collate "C" primary key,
    point text not null check (point in ('CHECKOUT', 'CAPTURE', 'RELEASE', 'PAYOUT', 'CLAIM')),
    subject text collate "C" not null,
    "ruleSetId" text collate "C" not null references "riskRuleSet",
    "isShadow" boolean not null,
    features jsonb not null,
    snoozes jsonb not null,
    outcome text not null check (outcome in ('APPROVE', 'REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE')),
    score integer not null,
    fired jsonb not null,
    "createdAt" timestamptz not null
  );
  create index on "riskDecision" (subject);
  create index on "riskDecision" (point, id);

  create table "riskReview" (
    id text collate "C" primary key references "riskDecision",
    point text not null,
    subject text collate "C" not null,
    state text not null check (state in ('OPEN', 'APPROVED', 'DECLINED', 'EXPIRED')),
    -- what goes on when it is approved
    act jsonb not null,
    "openedAt" timestamptz not null,
    "dueAt" timestamptz,
    "decidedBy" text collate "C",
    "decidedAt" timestamptz,
    note text,
    version integer not null default 1,
    check ((state = 'OPEN') = ("decidedAt" is null)),
    check ((state in ('APPROVED', 'DECLINED')) = ("decidedBy" is not null))
  );
  create unique index "riskReview_one_open" on "riskReview" (point, subject) where state = 'OPEN';
  create index on "riskReview" (state, id);
  create index on "riskReview" (subject);

  create table "riskSnooze" (
    id text collate "C" primary key,
    point text not null,
    rule text not null,
    value text not null,
    until timestamptz not null,
    "reviewId" text collate "C" not null references "riskReview"
  );
  create index on "riskSnooze" (value, point);

  -- the orders of a seller and of a buyer, newest first
  create index escrow_of_seller on escrow ("sellerId", "createdAt");
  create index escrow_of_buyer on escrow ("buyerId", "createdAt");
  create index "payoutAccount_destination" on "payoutAccount" (destination);
`;

/** Who could change what was seen or judged could make any decision look right. */
const RECORD = `
  create function risk_no_change() returns trigger language plpgsql as $$
  begin raise exception 'what was judged never changes' using errcode = '23514'; end $$;
  create trigger no_change before update or delete on "riskDecision"
    for each row execute function risk_no_change();
  create trigger no_truncate before truncate on "riskDecision"
    for each statement execute function risk_no_change();
  create trigger no_change before update or delete on "riskSignal"
    for each row execute function risk_no_change();
  create trigger no_truncate before truncate on "riskSignal"
    for each statement execute function risk_no_change();

  -- a set is written as a draft; from then on only its state moves, and only forwards
  create function risk_rules_fixed() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' or (new.id, new.point, new.number, new.rules, new.note, new."createdBy",
        new."createdAt") is distinct from (old.id, old.point, old.number, old.rules, old.note,
        old."createdBy", old."createdAt")
      or (old.state, new.state) not in (('DRAFT', 'SHADOW'), ('DRAFT', 'RETIRED'),
        ('SHADOW', 'LIVE'), ('SHADOW', 'RETIRED'), ('LIVE', 'RETIRED'))
    then raise exception 'a set of rules never changes' using errcode = '23514'; end if;
    return new;
  end $$;
  create trigger risk_rules_fixed before update or delete on "riskRuleSet"
    for each row execute function risk_rules_fixed();
`;

/** A payment that is only authorized while it is looked at. */
const AUTHORIZED = `
  alter table payment drop constraint payment_state_check,
    add constraint payment_state_check check (state in ('CREATED', 'REQUIRES_ACTION', 'PENDING',
      'AUTHORIZED', 'CAPTURED', 'FAILED', 'EXPIRED', 'UNKNOWN'));
  alter table tender drop constraint tender_state_check,
    add constraint tender_state_check check (state in ('CREATED', 'REQUIRES_ACTION', 'PENDING',
      'AUTHORIZED', 'CAPTURED', 'FAILED', 'EXPIRED', 'UNKNOWN'));
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The first live rules of each point. Their ids are fixed, so that every installation names them alike. */
const SEED = Object.entries(FIRST_RULES)
  .map(([point, first], n) => {
    const id = quoted(`rrs_0000000000000000000000000${n + 1}`);
    const rules = quoted(JSON.stringify(first));
    return `insert into "riskRuleSet" (id, point, number, state, rules, note, "createdBy", "createdAt",
      "changedBy", "changedAt")
    values (${id}, '${point}', 1, 'LIVE', ${rules}, 'The first rules.', 'system',
      '2026-11-30T00:00:00Z', 'system', '2026-11-30T00:00:00Z');`;
  })
  .join('\n');

const INVARIANTS = `
  create view invariant_of_risk (invariant, subject, detail) as
  select 'I40', r.id, 'a review that nobody is reminded of' from "riskReview" r
    where r.state = 'OPEN' and not exists (select 1 from timer m
      where m.subject = r.id and m."fireAt" is not null)
  union all
  select 'I41', p.id, 'authorized and never to be captured' from payment p
    where p.state = 'AUTHORIZED'
      and exists (select 1 from tender t join "pspOperation" o on o.subject = t.id
        where t."paymentId" = p.id and o.request->>'capture' = 'MANUAL')
      and not exists (select 1 from "riskReview" r
        where r.subject = p.id and r.state in ('OPEN', 'APPROVED'))
  union all
  select 'I42', d.id, 'to be looked at, but in no queue' from "riskDecision" d
    where not d."isShadow" and d.outcome in ('REVIEW', 'BLOCK_AND_REVIEW')
      and not exists (select 1 from "riskReview" r
        where r.subject = d.subject and r.point = d.point);
  comment on view invariant_of_risk is 'functions only';
`;

/** Risk: rules as data, what was decided by them, and what waits for a person. */
export const RISK = [TABLES, RECORD, AUTHORIZED, SEED, INVARIANTS].join('\n');
