/** Reads that looked at every payment, chargeback or dispute. */
const INDEXES = `
  create index chargeback_contested on chargeback ("paymentId")
    where state in ('OPENED', 'SUBMITTED', 'UNDER_REVIEW');
  create index chargeback_by_state on chargeback (state, id);
  create index dispute_by_state on dispute (state, id);
  create index tender_at_psp on tender ("pspPaymentId") where "pspPaymentId" is not null;
  -- disputes that no payment of ours is found for
  create index psp_event_of_dispute on "pspEvent" ("pspId")
    where about = 'DISPUTE' and "handledAt" is null;
`;

/** What a hold was parted into names the first one, however often it was parted. */
const ROOTS = `
  with recursive up as (
    select id, "partOf" as root from hold where "partOf" is not null
    union all
    select up.id, h."partOf" from up join hold h on h.id = up.root where h."partOf" is not null)
  update hold set "partOf" = up.root
    from up join hold first on first.id = up.root and first."partOf" is null
    where hold.id = up.id and hold."partOf" <> up.root;
`;

/**
 * Written anew. Lost by the platform, an order that had not left does not get its money back: the buyer has it. And a hold
 * on money that a bank took lies under the bank's case. Goods that have left and were not lost are never the platform's
 * loss and the seller's too.
 */
const INVARIANTS = `
  create or replace view invariant_of_chargebacks (invariant, subject, detail) as
  select 'I17', c.id, 'its case holds what is decided' from chargeback c
    left join ledger_total l on l.account_id = c."caseAccountId"
    where coalesce(l.dp - l.cp, 0) <> case when c.state in ('OPENED', 'SUBMITTED', 'UNDER_REVIEW')
      then c."uncoveredMinor" else 0 end
  union all
  select 'I17', c.id, 'amount <> its parts' from chargeback c
    where c."openedAt" is not null and c."amountMinor" <> c."uncoveredMinor"
      + (select coalesce(sum(p."amountMinor"), 0) from "chargebackPart" p
        where p."chargebackId" = c.id and not p.replaced)
      + (select coalesce(sum(r."amountMinor"), 0) from "chargebackRefund" r
        where r."chargebackId" = c.id)
  union all
  select 'I17', p.id, 'part <> its legs' from "chargebackPart" p
    where p."amountMinor" <> (select coalesce(sum(l."amountMinor"), 0) from "chargebackLeg" l
      where l."partId" = p.id)
  union all
  select 'I17', l.id::text, 'leg <> its transfers' from "chargebackLeg" l
    join "chargebackPart" p on p.id = l."partId" join chargeback c on c.id = p."chargebackId"
    left join ledger_transfer x on x.id = l.id
    where (x.debit, x.credit, x.amount) is distinct from
        (l."accountId", c."caseAccountId", l."amountMinor")
      or (select coalesce(sum(r.amount), 0) from ledger_transfer r where r.corrects_id = l.id)
        <> case when p."reversedAt" is null then 0 else l."amountMinor" end
  union all
  select 'I17', p.id, 'reversed <> how it ended' from "chargebackPart" p
    join chargeback c on c.id = p."chargebackId" join tranche t on t.id = p."trancheId"
    where not p.replaced and case
      when c.state = 'WON' then p."reversedAt" is null
      when c.state in ('LOST', 'ACCEPTED') and c.liable = 'PLATFORM' then p."reversedAt" is null
        and not (p.source = 'HELD' and t.state = 'CLOSED'
          and t."chargedBackMinor" >= p."amountMinor"
          and (t."shipmentId" is null or t."lostAt" is not null or t.kind = 'MILESTONE'))
      else p."reversedAt" is not null end
  union all
  select 'I17', c.id, 'nobody answers in time' from chargeback c
    where c.state = 'OPENED' and not exists (select 1 from timer m
      where m.subject = c.id and m.kind = 'T16' and m."fireAt" is not null)
  union all
  select 'I17', t.id, 'tender charged back <> its chargebacks' from tender t
    where t."chargedBackMinor" <> (select coalesce(sum(c."amountMinor" - c."uncoveredMinor"), 0)
      from chargeback c where c."tenderId" = t.id and c."openedAt" is not null and c.state <> 'WON')
  union all
  select 'I18', r.id, 'what is due again <> how it ended' from "chargebackRefund" r
    join chargeback c on c.id = r."chargebackId"
    where (r."dueAgainAt" is not null) <> (c.state = 'WON')
  union all
  select 'I18', c.id, 'what it took of refunds <> its transfers' from chargeback c
    join lateral (
      select coalesce(sum(r."amountMinor"), 0) taken,
        coalesce(sum(r."amountMinor") filter (where r."dueAgainAt" is not null), 0) due
      from "chargebackRefund" r where r."chargebackId" = c.id) s on true
    where s.taken <> (select coalesce(sum(x.amount), 0) from ledger_transfer x
        where x.code = 110 and x.credit = c."caseAccountId")
      or s.due <> (select coalesce(sum(x.amount), 0) from ledger_transfer x
        where x.code = 111 and x.debit = c."caseAccountId")
  union all
  select 'I18', l.id, 'the money of a refund that was not paid is nowhere' from "refundLeg" l
    join refund r on r.id = l."refundId"
    where r.state <> 'UNDONE' and (l.state in ('REJECTED', 'RETURNED')) <> (l.fate is not null)
  union all
  select 'I18', l.id, 'paid by the bank and by us' from "refundLeg" l
    where l.fate is distinct from 'CHARGED_BACK' and exists (select 1 from "chargebackRefund" r
      where r."legId" = l.id and r."dueAgainAt" is null);

  create or replace view invariant_of_stacked_holds (invariant, subject, detail) as
  select 'I24', h.id, 'lies under no hold of the same money' from hold h
    where h."pendingId" is null and h."liftedAt" is null and not exists (select 1 from hold c
      where c."trancheId" = h."trancheId" and c.source = 'TRANCHE' and c."liftedAt" is null
        and c."pendingId" is not null and c."amountMinor" = h."amountMinor")
      and not exists (select 1 from tranche t where t.id = h."trancheId" and t.state = 'FROZEN'
        and t."frozenMinor" = 0 and t."chargedBackMinor" = h."amountMinor")
  union all
  select 'I24', h.id, 'is part of a part' from hold h join hold p on p.id = h."partOf"
    where p."partOf" is not null;
`;

/** Chargebacks of orders that have not left, on money that others froze, and how all of them are found. */
export const CHARGEBACK_CASES = [INDEXES, ROOTS, INVARIANTS].join('\n');
