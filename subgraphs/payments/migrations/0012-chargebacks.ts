/** A case about money that was released freezes the seller's: first what waits, then what is available. */
const RELEASED_HOLDS = `
  alter table hold
    add source text not null default 'TRANCHE' check (source in ('TRANCHE', 'RELEASED')),
    add "sellerHoldId" text collate "C" references "sellerHold",
    add "caseId" text collate "C",
    add constraint hold_source check (source = 'RELEASED' or "sellerHoldId" is null);
  drop index hold_one_live;
  create unique index hold_one_live on hold ("trancheId")
    where "liftedAt" is null and source = 'TRANCHE';
  create index on hold ("accountId") where "liftedAt" is null;
  create index on hold ("caseId") where "caseId" is not null;
  alter table "sellerHold" add version integer not null default 0;
`;

/** A payer's complaint at the bank, what it took on account of which tranche, and out of which account. */
const TABLES = `
  create table chargeback (
    id text collate "C" primary key,
    "pspDisputeId" text collate "C" not null unique,
    "tenderId" text collate "C" not null references tender,
    "paymentId" text collate "C" not null references payment,
    currency text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "feeMinor" bigint not null check ("feeMinor" >= 0),
    "uncoveredMinor" bigint not null check ("uncoveredMinor" between 0 and "amountMinor"),
    reason text not null,
    liable text not null check (liable in ('SELLER', 'PLATFORM')),
    state text not null check (state in ('WARNING', 'PREVENTED', 'OPENED', 'SUBMITTED',
      'UNDER_REVIEW', 'WON', 'LOST', 'ACCEPTED')),
    "caseAccountId" bigint not null references ledger_account,
    "clearingAccountId" bigint not null references ledger_account,
    "dueAt" timestamptz not null,
    "createdAt" timestamptz not null,
    "openedAt" timestamptz,
    "closedAt" timestamptz,
    "nextAt" timestamptz,
    version integer not null default 0,
    check ((state in ('WARNING', 'PREVENTED')) = ("openedAt" is null)),
    check ((state in ('PREVENTED', 'WON', 'LOST', 'ACCEPTED')) = ("closedAt" is not null)),
    check (("closedAt" is null) = ("nextAt" is not null))
  );
  create index on chargeback ("paymentId");
  create index on chargeback ("tenderId");
  create index on chargeback ("nextAt") where "nextAt" is not null;

  create table "chargebackPart" (
    id text collate "C" primary key,
    "chargebackId" text collate "C" not null references chargeback,
    "escrowId" text collate "C" not null references escrow,
    "trancheId" text collate "C" not null references tranche,
    source text not null check (source in ('HELD', 'RELEASED')),
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "commissionMinor" bigint not null check ("commissionMinor" >= 0),
    "taxMinor" bigint not null check ("taxMinor" >= 0),
    "reversedAt" timestamptz,
    check ("commissionMinor" + "taxMinor" <= "amountMinor"),
    check (source = 'RELEASED' or "commissionMinor" + "taxMinor" = 0)
  );
  create index on "chargebackPart" ("chargebackId");
  create index on "chargebackPart" ("escrowId");

  create table "chargebackLeg" (
    id uuid primary key references ledger_transfer,
    "partId" text collate "C" not null references "chargebackPart",
    code text not null,
    "accountId" bigint not null references ledger_account,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "sellerHoldId" text collate "C" references "sellerHold"
  );
  create index on "chargebackLeg" ("partId");
  create trigger no_change before update or delete on "chargebackLeg"
    for each row execute function ledger_immutable();
  create trigger no_truncate before truncate on "chargebackLeg"
    for each statement execute function ledger_immutable();

  alter table tender
    add "chargedBackMinor" bigint not null default 0 check ("chargedBackMinor" >= 0);
  alter table "pspOperation" drop constraint "pspOperation_kind_check",
    add constraint "pspOperation_kind_check"
      check (kind in ('PAYMENT', 'REFUND', 'PAYOUT', 'EVIDENCE', 'ACCEPT_DISPUTE'));
  alter table "pspEvent" add about text not null default 'OPERATION'
    check (about in ('OPERATION', 'DISPUTE'));
`;

/** Written anew: frozen money is the seller's still, and a hold on it is no deadline of what is held. */
const INVARIANTS = `
  create or replace view invariant_of_money (invariant, subject, detail) as
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
        coalesce(sum(x.amount) filter (where x.code in (11, 12) and x.credit = t."accountId"), 0)
          - coalesce(sum(x.amount) filter (where x.code = 12 and x.debit = t."accountId"), 0) captured,
        coalesce(sum(x.amount) filter (where x.code between 20 and 29
          and x.debit = t."accountId"), 0) released,
        coalesce(sum(x.amount) filter (where x.code = 30 and x.debit = t."accountId"), 0)
          - coalesce(sum(x.amount) filter (where x.code = 31 and x.credit = t."accountId"), 0) refunded,
        coalesce(sum(case t."accountId" when x.debit then x.amount else -x.amount end)
          filter (where x.code = 82), 0) charged_back
      from ledger_transfer x where x.kind in (1, 3) and t."accountId" in (x.debit, x.credit)) s
    where (t."capturedMinor", t."releasedMinor", t."refundedMinor", t."chargedBackMinor")
      <> (s.captured, s.released, s.refunded, s.charged_back)
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
  select 'I13', s."sellerId" || ' ' || s.currency, 'seller money <> its lines' from (
      select b."sellerId", b.currency, sum(b."amountMinor") lines, (array_agg(a.owner_id))[1] owner
      from "balanceTransaction" b join ledger_account a on a.id = b."accountId" group by 1, 2) s
    left join ( -- all sellers at once: a sum for each would read the ledger as often as there are sellers
      select l.owner_id, l.currency,
        sum(case l.kind when 12 then l.cp - l.dp else l.cp - l.dp - l.dh end) held
      from ledger_total l where l.kind in (6, 7, 11, 12) group by 1, 2) l
      on l.owner_id = s.owner and l.currency = s.currency
    left join ( -- what a case froze is still the seller's: a hold is no line
      select a.owner_id, a.currency, sum(h."amountMinor") frozen
      from hold_live h join ledger_account a on a.id = h."accountId"
      where a.kind in (6, 7) group by 1, 2) f
      on f.owner_id = s.owner and f.currency = s.currency
    where s.lines <> coalesce(l.held, 0) + coalesce(f.frozen, 0)
  union all
  select 'I14', t.id, 'tender refunded <> its refunds' from tender t
    where t."refundedMinor" <> (select coalesce(sum(l."amountMinor"), 0) from "refundLeg" l
      where l."tenderId" = t.id and l.state not in ('REJECTED', 'RETURNED'))
  union all
  select 'I15', l.account_id::text, 'waiting money <> its rows' from ledger_total l
    where l.kind in (7, 11) and l.cp - l.dp - l.dh <> (select coalesce(sum(h."remainingMinor"), 0)
      from "sellerHold" h where h."accountId" = l.account_id)
  union all
  select 'I15', h.id, 'waiting money without a deadline' from "sellerHold" h
    where h."remainingMinor" > 0 and not exists (select 1 from timer m
      where m.subject = h.id and m.kind = 'T17' and m."fireAt" is not null)
  union all
  select 'I15', h.id, 'more waits or is frozen than was kept back' from "sellerHold" h
    join (select "sellerHoldId", sum("amountMinor") frozen from hold
      where "liftedAt" is null and "sellerHoldId" is not null group by 1) f
      on f."sellerHoldId" = h.id
    where h."remainingMinor" + f.frozen > h."amountMinor";

  create or replace view invariant_of_holds (invariant, subject, detail) as
  select 'I4', t.id, 'frozen <> its holds' from tranche t
    where t."frozenMinor" <> (select coalesce(sum(h."amountMinor"), 0) from hold_live h
      where h."trancheId" = t.id and h."accountId" = t."accountId")
  union all
  select 'I10', t.id, 'orphan money' from tranche t
    where t."availableMinor" + t."frozenMinor" > 0
      and not exists (select 1 from timer m where m.subject = t.id and m."fireAt" is not null
        and m.kind not like '%\\_REMIND') -- a reminder ends nothing
      and not exists (select 1 from hold_live h
        where h."trancheId" = t.id and h."accountId" = t."accountId")
  union all
  select 'I11', l.account_id::text, 'payouts and holds <> reserved' from ledger_total l
    where l.kind in (6, 7) and l.dh <> (select coalesce(sum(p."amountMinor"), 0) from payout p
        where p."accountId" = l.account_id
          and p.state in ('CREATED', 'SUBMITTED', 'IN_TRANSIT', 'UNKNOWN'))
      + (select coalesce(sum(h."amountMinor"), 0) from hold_live h
        where h."accountId" = l.account_id)
  union all
  select 'I16', h.id, 'hold without its reservation' from hold h
    join ledger_transfer x on x.id = h."pendingId"
    where x.kind <> 2 or x.debit <> h."accountId" or x.amount <> h."amountMinor"
      or (h."liftedAt" is null) = exists (select 1 from ledger_transfer r
        where r.pending_id = x.id and r.kind in (3, 4));

  create view invariant_of_chargebacks (invariant, subject, detail) as
  select 'I17', c.id, 'its case holds what is decided' from chargeback c
    left join ledger_total l on l.account_id = c."caseAccountId"
    where coalesce(l.dp - l.cp, 0) <> case when c.state in ('OPENED', 'SUBMITTED', 'UNDER_REVIEW')
      then c."uncoveredMinor" else 0 end
  union all
  select 'I17', c.id, 'amount <> its parts' from chargeback c
    where c."openedAt" is not null and c."amountMinor" <> c."uncoveredMinor"
      + (select coalesce(sum(p."amountMinor"), 0) from "chargebackPart" p
        where p."chargebackId" = c.id)
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
    where (p."reversedAt" is not null) <> (c.state = 'WON'
      or c.state in ('LOST', 'ACCEPTED') and c.liable = 'PLATFORM')
  union all
  select 'I17', c.id, 'nobody answers in time' from chargeback c
    where c.state = 'OPENED' and not exists (select 1 from timer m
      where m.subject = c.id and m.kind = 'T16' and m."fireAt" is not null)
  union all
  select 'I17', t.id, 'tender charged back <> its chargebacks' from tender t
    where t."chargedBackMinor" <> (select coalesce(sum(c."amountMinor" - c."uncoveredMinor"), 0)
      from chargeback c where c."tenderId" = t.id and c."openedAt" is not null and c.state <> 'WON');
  comment on view invariant_of_chargebacks is 'functions only';
`;

/** Holds on money after release, and chargebacks. */
export const CHARGEBACKS = [RELEASED_HOLDS, TABLES, INVARIANTS].join('\n');
