/** What a bank's case took of money that was due back to the payer and that the PSP had not paid. */
const TABLES = `
  alter table refund
    drop constraint refund_state_check,
    add constraint refund_state_check check (state in ('CREATED', 'SENT', 'SUCCEEDED', 'UNKNOWN',
      'CREDITED', 'UNDONE', 'CHARGED_BACK'));
  -- where the money of a leg went that the PSP did not pay
  alter table "refundLeg"
    add fate text check (fate in ('CREDITED', 'CHARGED_BACK', 'DUE_AGAIN')),
    add constraint refund_leg_fate check (fate is null or state in ('REJECTED', 'RETURNED'));
  update "refundLeg" l set fate = 'CREDITED' from refund r
    where r.id = l."refundId" and r.state = 'CREDITED' and l.state in ('REJECTED', 'RETURNED');
  create index on "refundLeg" ("tenderId");

  create table "chargebackRefund" (
    id text collate "C" primary key,
    "chargebackId" text collate "C" not null references chargeback,
    "legId" text collate "C" not null references "refundLeg",
    "amountMinor" bigint not null check ("amountMinor" > 0),
    -- what it was taken out of: the refund's account, or the buyer's credit
    "accountId" bigint not null references ledger_account,
    "dueAgainAt" timestamptz,
    unique ("chargebackId", "legId")
  );
  create index on "chargebackRefund" ("legId");

  alter table "chargebackPart"
    add replaced boolean not null default false,
    add constraint chargeback_part_replaced check (not replaced or "reversedAt" is not null);
  -- what an advance had taken of it is outstanding again
  alter table "chargebackLeg"
    add "remittanceId" text collate "C" references "advanceRemittance",
    add constraint chargeback_leg_advance check (("remittanceId" is null) = (code <> 'ADVANCE_REVERSED'));
`;

/** Written anew: a case is paid out of refunds too, and what orders bore of it may be replaced by them. */
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
    join chargeback c on c.id = p."chargebackId"
    where not p.replaced and (p."reversedAt" is not null) <> (c.state = 'WON'
      or c.state in ('LOST', 'ACCEPTED') and c.liable = 'PLATFORM')
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
  comment on view invariant_of_chargebacks is 'functions only';
`;

/** A payment that was being refunded when the bank took it back. */
export const CHARGED_REFUNDS = [TABLES, INVARIANTS].join('\n');
