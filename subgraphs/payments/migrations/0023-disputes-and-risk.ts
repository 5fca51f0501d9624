import { DEFAULT_RULES } from '../risk/current-rules';

/**
 * A dispute may be opened about money that risk or an authority has frozen, and the other way round. One hold reserves
 * the money; another lies under it (no reservation of its own) and takes it over when the first ends.
 */
const STACKED_HOLDS = `
  alter table hold
    alter "pendingId" drop not null,
    add "partOf" text collate "C" references hold,
    add constraint hold_under_another check ("pendingId" is not null or source = 'TRANCHE');
  drop index hold_one_live;
  create unique index hold_one_live on hold ("trancheId")
    where "liftedAt" is null and source = 'TRANCHE' and "pendingId" is not null;
  create index hold_of_tranche on hold ("trancheId") where "liftedAt" is null;
  create index hold_parts on hold ("partOf") where "partOf" is not null;
  create or replace view hold_live as
    select h."trancheId", h."amountMinor", h."accountId" from hold h
    where h."liftedAt" is null and h."pendingId" is not null;
`;

/** Agreed while another hold is on the money; decided that the goods come back first. */
const STATES = `
  alter table dispute
    drop constraint dispute_state_check,
    add constraint dispute_state_check check (state in ('WAIT_SELLER', 'WAIT_BUYER', 'WAIT_RETURN',
      'WAIT_HOLD', 'EVIDENCE', 'UNDER_REVIEW', 'DECIDED', 'APPEALED', 'RETURN_ORDERED', 'RESOLVED',
      'WITHDRAWN', 'CLOSED', 'SUPERSEDED')),
    drop constraint "dispute_agreedKind_check",
    add constraint "dispute_agreedKind_check"
      check ("agreedKind" in ('REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE')),
    drop constraint dispute_return_agreed,
    add constraint dispute_agreed check (state not in ('WAIT_RETURN', 'WAIT_HOLD')
      or ("agreedMinor" is not null and "agreedKind" is not null));
  alter table "disputeDecision"
    drop constraint "disputeDecision_round_check",
    add constraint "disputeDecision_round_check" check (round between 1 and 3);
`;

/** Written anew with the new states, and with what lies under another hold. */
const INVARIANTS = `
  create or replace view invariant_of_disputes (invariant, subject, detail) as
  select 'I20', d.id, 'open, and its money is not frozen' from dispute d
    where d.state in ('WAIT_SELLER', 'WAIT_BUYER', 'WAIT_RETURN', 'WAIT_HOLD', 'EVIDENCE',
        'UNDER_REVIEW')
      and not d.released and not exists (select 1 from hold h where h."caseId" = d.id
        and h."trancheId" = d."trancheId" and h.source = 'TRANCHE' and h."liftedAt" is null
        and h."amountMinor" = d."stakeMinor")
  union all
  select 'I20', h.id, 'freezes money for a dispute that is over' from hold h
    left join dispute d on d.id = h."caseId"
    where h.cause = 'DISPUTE' and h."liftedAt" is null and (d.id is null or d."closedAt" is not null)
  union all
  select 'I21', c."disputeId", 'a decision that does not divide what is at stake, or cites nothing'
    from "disputeDecision" c join dispute d on d.id = c."disputeId"
    where c."refundMinor" + c."releaseMinor" <> d."stakeMinor" or cardinality(c.clauses) = 0
      or c."decidedBy" = d."buyerId" or c."approvedBy" = c."decidedBy"
  union all
  select 'I21', d.id, 'decided by nobody' from dispute d
    where d.state in ('DECIDED', 'APPEALED', 'RETURN_ORDERED')
      and not exists (select 1 from "disputeDecision" c where c."disputeId" = d.id)
  union all
  select 'I22', d.id, format('version %s, %s facts', d.version, count(o.seq))
    from dispute d left join outbox o on o.subject = d.id
    group by d.id
    having count(o.seq) <> d.version or max(o."subjectVersion") is distinct from d.version
  union all
  select 'I22', d.id, 'an open dispute without a deadline' from dispute d
    where d."closedAt" is null and not exists (select 1 from timer m
      where m.subject = d.id and m."fireAt" is not null)
  union all
  select 'I23', o.id, 'a refund that nobody will send' from "pspOperation" o
    join "refundLeg" l on l.id = o.subject
    where o.state = 'READY' and o."nextAt" is null and not exists (select 1 from dispute d
      where d."refundId" = l."refundId" and d.state in ('DECIDED', 'APPEALED', 'RETURN_ORDERED'));

  create view invariant_of_stacked_holds (invariant, subject, detail) as
  select 'I24', h.id, 'lies under no hold of the same money' from hold h
    where h."pendingId" is null and h."liftedAt" is null and not exists (select 1 from hold c
      where c."trancheId" = h."trancheId" and c.source = 'TRANCHE' and c."liftedAt" is null
        and c."pendingId" is not null and c."amountMinor" = h."amountMinor");
  comment on view invariant_of_stacked_holds is 'functions only';
`;

/** A point more, and what more is known of sellers. */
const RISK_TABLES = `
  alter table "riskRuleSet" drop constraint "riskRuleSet_point_check",
    add constraint "riskRuleSet_point_check" check (point in ('CHECKOUT', 'CAPTURE', 'RELEASE',
      'PAYOUT', 'CLAIM', 'ONBOARDING'));
  alter table "riskDecision" drop constraint "riskDecision_point_check",
    add constraint "riskDecision_point_check" check (point in ('CHECKOUT', 'CAPTURE', 'RELEASE',
      'PAYOUT', 'CLAIM', 'ONBOARDING'));
  alter table "payoutGate" add level integer;
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** New first rules, where the first ones still are: what an operator published since stays. Their ids are fixed. */
const RULES = (['RELEASE', 'PAYOUT', 'ONBOARDING'] as const)
  .map((point, n) => {
    const rules = quoted(JSON.stringify(DEFAULT_RULES[point]));
    return `
  update "riskRuleSet" set state = 'RETIRED', "changedAt" = '2026-11-30T00:00:00Z', version = version + 1
    where point = '${point}' and state = 'LIVE' and number = 1 and "createdBy" = 'system';
  insert into "riskRuleSet" (id, point, number, state, rules, note, "createdBy", "createdAt",
      "changedBy", "changedAt")
    select 'rrs_0000000000000000000000000${n + 6}', '${point}', coalesce(max(number), 0) + 1,
      case when bool_or(state = 'LIVE') then 'DRAFT' else 'LIVE' end, ${rules}::jsonb,
      'More signals of sellers.', 'system', '2026-11-30T00:00:00Z', 'system', '2026-11-30T00:00:00Z'
    from "riskRuleSet" where point = '${point}';`;
  })
  .join('\n');

/** What disputes and risk gained after they landed. */
export const DISPUTES_AND_RISK = [STACKED_HOLDS, STATES, INVARIANTS, RISK_TABLES, RULES].join('\n');
