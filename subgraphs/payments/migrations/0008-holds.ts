/**
 * Holds: money that nobody gets before a case is over. A hold covers a whole tranche (a claim of part of one becomes a
 * tranche of its own first), or a seller's money after release.
 */
export const HOLDS = `
  alter table tranche
    drop constraint tranche_kind_check,
    add constraint tranche_kind_check check (kind in ('WHOLE', 'SHIPMENT', 'CLAIM')),
    drop constraint tranche_shipment,
    add constraint tranche_shipment check (kind <> 'SHIPMENT' or "shipmentId" is not null),
    drop constraint "tranche_shipmentId_key",
    add "heldState" text check ("heldState" in ('FUNDED', 'SHIPPED', 'DELIVERED')),
    add constraint tranche_held_state check ((state = 'FROZEN') = ("heldState" is not null));
  create unique index tranche_shipment_once on tranche ("shipmentId") where kind <> 'CLAIM';

  create table hold (
    id text collate "C" primary key,
    "escrowId" text collate "C" not null references escrow,
    "trancheId" text collate "C" not null references tranche,
    cause text not null check (cause in ('DISPUTE', 'CHARGEBACK', 'RISK', 'LEGAL')),
    reason text not null,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "accountId" bigint not null references ledger_account,
    "holdAccountId" bigint not null references ledger_account,
    "pendingId" uuid not null unique references ledger_transfer,
    "placedAt" timestamptz not null,
    "liftedAt" timestamptz
  );
  create index on hold ("escrowId");
  create unique index hold_one_live on hold ("trancheId") where "liftedAt" is null;

  create view hold_live as
    select h."trancheId", h."amountMinor", h."accountId" from hold h where h."liftedAt" is null;
  comment on view hold_live is 'functions only';

  create view invariant_of_holds (invariant, subject, detail) as
  select 'I4', t.id, 'frozen <> its holds' from tranche t
    where t."frozenMinor" <> (select coalesce(sum(h."amountMinor"), 0) from hold_live h
      where h."trancheId" = t.id and h."accountId" = t."accountId")
  union all
  select 'I10', t.id, 'orphan money' from tranche t
    where t."availableMinor" + t."frozenMinor" > 0
      and not exists (select 1 from timer m where m.subject = t.id and m."fireAt" is not null)
      and not exists (select 1 from hold_live h where h."trancheId" = t.id)
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
  comment on view invariant_of_holds is 'functions only';
  create or replace view invariant_violation as
    select * from invariant_of_money union all select * from invariant_of_record
    union all select * from invariant_of_holds;
`;
