/**
 * A seller's money by how free it is: what waits for the time of its tier, what is kept back, what is owed. The tier
 * is frozen on the escrow when it is funded.
 */
export const SELLER_MONEY = `
  create table "sellerTier" (
    "sellerId" text collate "C" primary key,
    tier text not null check (tier in ('NEW', 'STANDARD', 'TRUSTED', 'RESTRICTED')),
    version integer not null
  );

  -- one row to lock before anything is taken out of a seller's accounts
  create table "sellerFunds" (
    "sellerId" text collate "C" not null,
    currency text not null,
    primary key ("sellerId", currency)
  );

  create table "sellerHold" (
    id text collate "C" primary key,
    kind text not null check (kind in ('HOLD', 'RESERVE')),
    "sellerId" text collate "C" not null,
    currency text not null,
    "orderId" text collate "C" not null,
    "accountId" bigint not null references ledger_account,
    "amountMinor" bigint not null check ("amountMinor" > 0),
    "remainingMinor" bigint not null check ("remainingMinor" between 0 and "amountMinor"),
    "availableAt" timestamptz not null
  );
  create index on "sellerHold" ("sellerId", currency) where "remainingMinor" > 0;
  create index on "sellerHold" ("accountId") where "remainingMinor" > 0;

  alter table escrow
    add "tier" text check (tier in ('NEW', 'STANDARD', 'TRUSTED', 'RESTRICTED')),
    add "fundedAt" timestamptz;
  update escrow e set tier = 'STANDARD', "fundedAt" = "createdAt" where state <> 'NONE';
  alter table tranche
    add "deliveredAt" timestamptz,
    add tracked boolean not null default true;

  alter table "balanceTransaction" add "availableAt" timestamptz;
  update "balanceTransaction" set "availableAt" = "occurredAt";
  alter table "balanceTransaction" alter "availableAt" set not null;

  alter table "payoutAccount" add "changedAt" timestamptz;

  drop view invariant_violation, invariant_of_money;
  create view invariant_of_money (invariant, subject, detail) as
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
  select 'I13', s."sellerId" || ' ' || s.currency, 'seller money <> its lines' from (
      select b."sellerId", b.currency, sum(b."amountMinor") lines, (array_agg(a.owner_id))[1] owner
      from "balanceTransaction" b join ledger_account a on a.id = b."accountId" group by 1, 2) s
    left join ( -- all sellers at once: a sum for each would read the ledger as often as there are sellers
      select l.owner_id, l.currency,
        sum(case l.kind when 12 then l.cp - l.dp else l.cp - l.dp - l.dh end) held
      from ledger_total l where l.kind in (6, 7, 11, 12) group by 1, 2) l
      on l.owner_id = s.owner and l.currency = s.currency
    where s.lines <> coalesce(l.held, 0)
  union all
  select 'I14', t.id, 'tender refunded <> its refunds' from tender t
    where t."refundedMinor" <> (select coalesce(sum(l."amountMinor"), 0) from "refundLeg" l
      where l."tenderId" = t.id and l.state <> 'REJECTED')
  union all
  select 'I15', l.account_id::text, 'waiting money <> its rows' from ledger_total l
    where l.kind in (7, 11) and l.cp - l.dp - l.dh <> (select coalesce(sum(h."remainingMinor"), 0)
      from "sellerHold" h where h."accountId" = l.account_id)
  union all
  select 'I15', h.id, 'waiting money without a deadline' from "sellerHold" h
    where h."remainingMinor" > 0 and not exists (select 1 from timer m
      where m.subject = h.id and m.kind = 'T17' and m."fireAt" is not null);
  create view invariant_violation as
    select * from invariant_of_money union all select * from invariant_of_record;
  comment on view invariant_of_money is 'functions only';
`;
