/**
 * `invariant_violation`: no row = everything about money holds. Codes of transfers: 10 funding, 11 allocation,
 * 20–29 legs of a release, 30 refund from a tranche. Account kinds: 1 psp_clearing, 2 tranche, 6 seller_available.
 */
export const INVARIANTS = `
  create view ledger_effect as
    select t.debit, t.credit, case when t.kind in (1, 3) then t.amount else 0 end posted,
      case when t.kind = 2 and r.id is null then t.amount else 0 end held
    from ledger_transfer t
    left join ledger_transfer r on r.pending_id = t.id and r.kind in (3, 4);
  create view ledger_total as
    select a.id account_id, a.kind, a.owner_id, a.currency, a.guard, a.deferred,
      coalesce(d.p, 0) dp, coalesce(c.p, 0) cp, coalesce(d.h, 0) dh, coalesce(c.h, 0) ch
    from ledger_account a
    left join (select debit, sum(posted) p, sum(held) h from ledger_effect group by 1) d
      on d.debit = a.id
    left join (select credit, sum(posted) p, sum(held) h from ledger_effect group by 1) c
      on c.credit = a.id;
  comment on view ledger_effect is 'functions only';
  comment on view ledger_total is 'functions only';

  create view invariant_violation (invariant, subject, detail) as
  select 'I1', currency::text, 'off by ' || sum(dp - cp) from ledger_total
    group by currency having sum(dp - cp) <> 0 or sum(dh - ch) <> 0
  union all
  select 'I2', l.account_id::text, 'balance row <> transfers' from ledger_total l
    left join ledger_balance b using (account_id)
    where not l.deferred
      and (b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending)
        is distinct from (l.dp, l.cp, l.dh, l.ch)
  union all
  select 'I3', account_id::text, 'limit broken' from ledger_total
    where case guard when 1 then cp - dp - dh < 0 when 2 then dp - cp - ch < 0 else false end
  union all
  select 'I4', t.id, 'tranche <> its transfers' from tranche t
    cross join lateral (
      select
        coalesce(sum(x.amount) filter (where x.code = 11 and x.credit = t."accountId"), 0) captured,
        coalesce(sum(x.amount) filter (where x.code between 20 and 29
          and x.debit = t."accountId"), 0) released,
        coalesce(sum(x.amount) filter (where x.code = 30 and x.debit = t."accountId"), 0) refunded
      from ledger_transfer x where x.kind in (1, 3) and t."accountId" in (x.debit, x.credit)) s
    where (t."capturedMinor", t."releasedMinor", t."refundedMinor", t."chargedBackMinor")
      <> (s.captured, s.released, s.refunded, 0)
  union all
  select 'I5', t.id, 'available <> ledger' from tranche t
    join ledger_total l on l.account_id = t."accountId"
    where t."availableMinor" <> l.cp - l.dp - l.dh or t."frozenMinor" <> l.dh
  union all
  select 'I6', t.id, 'tender funded <> once' from tender t
    left join ledger_transfer x on x.subject = t."ledgerId" and x.code = 10 and x.kind = 1
    group by t.id having coalesce(sum(x.amount), 0) <> t."capturedMinor" or count(x.id) > 1
  union all
  select 'I6', pending_id::text, 'resolved twice' from ledger_transfer where kind in (3, 4)
    group by pending_id having count(*) > 1
  union all
  select 'I7', b.currency, format('ours %s, theirs %s', l.dp - l.cp, b."balanceMinor")
    from "pspBook" b left join ledger_total l on l.account_id = b."clearingAccountId"
    where l.dp - l.cp is distinct from b."balanceMinor"
  union all
  select 'I8', e.id, format('version %s, %s facts', e.version, count(o.seq))
    from escrow e left join outbox o on o.subject = e.id
    group by e.id
    having count(o.seq) <> e.version
      or max(o."subjectVersion") is distinct from nullif(e.version, 0)
  union all
  select 'I10', t.id, 'orphan money' from tranche t
    where t."availableMinor" + t."frozenMinor" > 0
      and not exists (select 1 from timer m where m.subject = t.id and m."fireAt" is not null)
  union all
  select 'I11', l.account_id::text, 'payouts <> reserved' from ledger_total l
    where l.kind = 6 and l.dh <> (select coalesce(sum(p."amountMinor"), 0) from payout p
      where p."accountId" = l.account_id
        and p.state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN'))
  union all
  select 'I13', l.account_id::text, 'seller balance <> its lines' from ledger_total l
    where l.kind = 6 and l.cp - l.dp - l.dh <> (select coalesce(sum(b."amountMinor"), 0)
      from "balanceTransaction" b where b."accountId" = l.account_id)
  union all
  select 'I14', t.id, 'tender refunded <> its refunds' from tender t
    where t."refundedMinor" <> (select coalesce(sum(l."amountMinor"), 0) from "refundLeg" l
      where l."tenderId" = t.id and l.state <> 'REJECTED');
  comment on view invariant_violation is 'functions only';
`;
