/** What the parties say to each other: who disputes which money, and what each side would agree to. */
const DISPUTES = `
  create table dispute (
    id text collate "C" primary key,
    "escrowId" text collate "C" not null references escrow,
    "trancheId" text collate "C" not null references tranche,
    "orderId" text collate "C" not null,
    "buyerId" text collate "C" not null,
    "sellerId" text collate "C" not null,
    currency text not null,
    kind text not null check (kind in ('REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE')),
    reason text not null check (reason in ('NOT_RECEIVED', 'NOT_AS_DESCRIBED', 'DAMAGED',
      'COUNTERFEIT', 'SHORT', 'LATE', 'CHANGED_MIND')),
    text text not null,
    lines jsonb not null,
    "stakeMinor" bigint not null check ("stakeMinor" > 0),
    released boolean not null,
    state text not null check (state in ('WAIT_SELLER', 'WAIT_BUYER', 'WAIT_RETURN', 'EVIDENCE',
      'UNDER_REVIEW', 'DECIDED', 'APPEALED', 'RESOLVED', 'WITHDRAWN', 'CLOSED', 'SUPERSEDED')),
    "proposalVersion" integer not null,
    "refusedVersion" integer not null default 0,
    "agreedKind" text check ("agreedKind" in ('RETURN_AND_REFUND', 'EXCHANGE')),
    "agreedMinor" bigint check ("agreedMinor" between 0 and "stakeMinor"),
    "buyerDone" boolean not null default false,
    "sellerDone" boolean not null default false,
    "refundId" text collate "C" references refund,
    "openedAt" timestamptz not null,
    "returnedAt" timestamptz,
    "closedAt" timestamptz,
    version integer not null,
    constraint dispute_over check ((state in ('RESOLVED', 'WITHDRAWN', 'CLOSED', 'SUPERSEDED'))
      = ("closedAt" is not null)),
    constraint dispute_return_agreed check (state <> 'WAIT_RETURN'
      or ("agreedMinor" is not null and "agreedKind" is not null))
  );
  create unique index dispute_one_open on dispute ("trancheId") where "closedAt" is null;
  create index on dispute ("orderId", id);
  create index on dispute ("escrowId") where "closedAt" is null;
  create index on dispute ("buyerId", id);
  create index on dispute ("sellerId", id);
  create index on dispute (state, id) where "closedAt" is null;

  create table "disputeProposal" (
    "disputeId" text collate "C" not null references dispute,
    version integer not null,
    side text not null check (side in ('BUYER', 'SELLER')),
    kind text not null check (kind in ('REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE')),
    "amountMinor" bigint not null check ("amountMinor" >= 0),
    text text not null,
    at timestamptz not null,
    primary key ("disputeId", version),
    check (kind = 'EXCHANGE' or "amountMinor" > 0)
  );
`;

/** What was decided: never changed, and never by somebody whose own matter it is. */
const DECISIONS = `
  create table "disputeDecision" (
    "disputeId" text collate "C" not null references dispute,
    round integer not null check (round in (1, 2)),
    "decidedBy" text collate "C" not null,
    "approvedBy" text collate "C",
    fault text not null check (fault in ('BUYER', 'SELLER', 'PLATFORM', 'NOBODY')),
    "stakeMinor" bigint not null,
    "refundMinor" bigint not null check ("refundMinor" >= 0),
    "releaseMinor" bigint not null check ("releaseMinor" >= 0),
    "goodwillMinor" bigint not null check ("goodwillMinor" >= 0),
    "returnRequired" boolean not null,
    "policyVersion" text not null,
    clauses text[] not null,
    "evidenceIds" text[] not null,
    reason text not null,
    at timestamptz not null,
    primary key ("disputeId", round),
    constraint decision_divides_all check ("refundMinor" + "releaseMinor" = "stakeMinor"),
    constraint decision_cites_a_clause check (cardinality(clauses) >= 1),
    constraint decision_four_eyes check ("approvedBy" <> "decidedBy")
  );

  create table "disputeAppeal" (
    "disputeId" text collate "C" primary key references dispute,
    side text not null check (side in ('BUYER', 'SELLER')),
    "by" text collate "C" not null,
    reason text not null,
    at timestamptz not null
  );

  create function decision_without_tie() returns trigger language plpgsql as $$
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
  end $$;
  create trigger decision_without_tie before insert on "disputeDecision"
    for each row execute function decision_without_tie();

  create function dispute_said() returns trigger language plpgsql as
    $$ begin raise exception 'what was said in a dispute never changes' using errcode = '23514'; end $$;
  create trigger said before update or delete on "disputeProposal"
    for each row execute function dispute_said();
  create trigger said before update or delete on "disputeDecision"
    for each row execute function dispute_said();
  create trigger said before update or delete on "disputeAppeal"
    for each row execute function dispute_said();
  create trigger said_all before truncate on "disputeProposal"
    for each statement execute function dispute_said();
  create trigger said_all before truncate on "disputeDecision"
    for each statement execute function dispute_said();
  create trigger said_all before truncate on "disputeAppeal"
    for each statement execute function dispute_said();
`;

/** A refund whose decision was changed before it left us. */
const UNDONE_REFUNDS = `
  alter table refund
    drop constraint refund_state_check,
    add constraint refund_state_check check (state in ('CREATED', 'SENT', 'SUCCEEDED', 'UNKNOWN',
      'CREDITED', 'UNDONE'));
`;

/** Disputes of buyer and seller about held or released money. */
export const DISPUTES_STEP = [DISPUTES, DECISIONS, UNDONE_REFUNDS].join('\n');
