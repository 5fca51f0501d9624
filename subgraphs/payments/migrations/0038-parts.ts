/**
 * What a case split off a milestone is part of the same step of work. The version before does not say so when it splits:
 * the transfer that split it does.
 */
const STEPS = `
  with recursive part as (
    select t.id, m.title, m.number, m.days from tranche m
      join ledger_transfer x on x.debit = m."accountId" and x.code = 12 -- SPLIT
      join tranche t on t."escrowId" = m."escrowId" and t."accountId" = x.credit
      where m.kind = 'MILESTONE'
    union all
    select t.id, p.title, p.number, p.days from part p join tranche f on f.id = p.id
      join ledger_transfer x on x.debit = f."accountId" and x.code = 12
      join tranche t on t."escrowId" = f."escrowId" and t."accountId" = x.credit)
  update tranche t set title = p.title, number = p.number, days = p.days from part p where t.id = p.id;

  create function claim_names_step() returns trigger language plpgsql as $$
  begin
    update tranche t set title = m.title, number = m.number, days = m.days
      from ledger_transfer x join tranche m on m."accountId" = x.debit
      where t.id = new.id and x.credit = new."accountId" and x.code = 12
        and m."escrowId" = new."escrowId" and m.number is not null;
    return null;
  end $$;
  -- at the end, because the split is posted after its rows
  create constraint trigger names_step after insert on tranche deferrable initially deferred
    for each row when (new.kind = 'CLAIM' and new.number is null) execute function claim_names_step();
`;

/**
 * Where the goods of held money are when a bank's case gives it back is not to be seen later: the part keeps it, whichever
 * version writes. Null on parts of before: what is not known of them is no alarm.
 */
const GOODS = `
  alter table "chargebackPart" add "goodsWere" text
    check ("goodsWere" in ('DEPOSITED', 'FUNDED', 'SHIPPED', 'LOST', 'DELIVERED'));
  create function part_keeps_goods() returns trigger language plpgsql as $$
  begin
    new."goodsWere" := (select case when t."heldState" = 'SHIPPED' and t."lostAt" is not null
      then 'LOST' else t."heldState" end from tranche t where t.id = new."trancheId");
    return new;
  end $$;
  create trigger keeps_goods before update of "reversedAt" on "chargebackPart" for each row
    when (old."reversedAt" is null and new."reversedAt" is not null and new.source = 'HELD')
    execute function part_keeps_goods();
`;

/** Written anew: lost by the platform, nothing comes back of goods that never left or were lost. */
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
  select 'I17', p.id, 'came back of goods that never left' from "chargebackPart" p
    join chargeback c on c.id = p."chargebackId"
    where not p.replaced and c.state in ('LOST', 'ACCEPTED') and c.liable = 'PLATFORM'
      and p."goodsWere" in ('DEPOSITED', 'FUNDED', 'LOST')
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
`;

/** Parts of steps of work, and of what a bank took, know what they are parts of. */
export const PARTS = [STEPS, GOODS, INVARIANTS].join('\n');
