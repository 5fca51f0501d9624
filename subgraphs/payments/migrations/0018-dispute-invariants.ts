/** What may never be true of disputes. Written after everything that it looks at. */
export const DISPUTE_INVARIANTS = `
  create view invariant_of_disputes (invariant, subject, detail) as
  select 'I20', d.id, 'open, and its money is not frozen' from dispute d
    where d.state in ('WAIT_SELLER', 'WAIT_BUYER', 'WAIT_RETURN', 'EVIDENCE', 'UNDER_REVIEW')
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
    where d.state in ('DECIDED', 'APPEALED')
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
      where d."refundId" = l."refundId" and d.state in ('DECIDED', 'APPEALED'));
  comment on view invariant_of_disputes is 'functions only';
`;
