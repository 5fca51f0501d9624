/** Means of payment that buyers keep, what they spend of their credit, and what they get in writing. */
const TABLES = `
  create table "methodSetup" (
    id text collate "C" primary key, -- the PSP's key and reference for it
    "buyerId" text collate "C" not null,
    state text not null check (state in ('CREATED', 'REQUIRES_ACTION', 'READY', 'FAILED', 'SAVED',
      'REMOVED')),
    "pspMethodId" text,
    "actionUrl" text,
    "createdAt" timestamptz not null,
    check (state in ('CREATED', 'FAILED') or "pspMethodId" is not null)
  );

  create table "savedPaymentMethod" (
    id text collate "C" primary key,
    "buyerId" text collate "C" not null,
    "setupId" text collate "C" not null unique references "methodSetup",
    "pspMethodId" text not null,
    brand text not null,
    last4 text not null check (length(last4) = 4),
    "expMonth" integer not null check ("expMonth" between 1 and 12),
    "expYear" integer not null,
    fingerprint text not null,
    "consentVersion" text not null,
    "consentAt" timestamptz not null,
    "createdAt" timestamptz not null,
    "removedAt" timestamptz
  );
  -- the same card is kept once
  create unique index saved_method_once on "savedPaymentMethod" ("buyerId", fingerprint)
    where "removedAt" is null;
  create index on "savedPaymentMethod" ("buyerId", id);

  alter table tender
    add "methodId" text collate "C" references "savedPaymentMethod",
    -- the credit that it spends; then no PSP is asked
    add "creditAccountId" bigint references ledger_account,
    add brand text,
    add last4 text,
    add constraint tender_one_means check ("creditAccountId" is null
      or ("methodId" is null and "pspPaymentId" is null));
  create index on tender ("creditAccountId") where "creditAccountId" is not null;

  alter table "pspOperation" drop constraint "pspOperation_kind_check",
    add constraint "pspOperation_kind_check" check (kind in ('PAYMENT', 'REFUND', 'PAYOUT',
      'EVIDENCE', 'ACCEPT_DISPUTE', 'DETACH'));

  create table receipt (
    "paymentId" text collate "C" primary key references payment,
    number bigint generated always as identity unique,
    "issuedAt" timestamptz not null,
    content jsonb not null
  );
  create trigger no_change before update or delete on receipt
    for each row execute function ledger_immutable();
  create trigger no_truncate before truncate on receipt
    for each statement execute function ledger_immutable();

  -- What is written down of a payment. What the news about its last tender says is not in its row yet.
  create function receipt_content(_payment text, _tender text, _brand text, _last4 text)
    returns jsonb language sql stable as $$
    select jsonb_build_object(
      'tenders', (select jsonb_agg(jsonb_build_object('number', t.number,
          'amountMinor', t."amountMinor"::text, 'isCredit', t."creditAccountId" is not null,
          'brand', case t.id when _tender then coalesce(_brand, t.brand) else t.brand end,
          'last4', case t.id when _tender then coalesce(_last4, t.last4) else t.last4 end)
          order by t.number)
        from tender t where t."paymentId" = p.id),
      'orders', (select jsonb_agg(jsonb_build_object('orderId', e."orderId",
          'sellerId', e."sellerId", 'totalMinor', e."totalMinor"::text,
          'taxMinor', e."taxMinor"::text,
          'lines', coalesce((select jsonb_agg(jsonb_build_object('orderLineId', l."orderLineId",
                'quantity', l.quantity, 'amountMinor', l.amount::text) order by l."orderLineId")
              from (select l."orderLineId", sum(l.quantity)::int quantity,
                  sum(l."amountMinor")::bigint amount
                from "trancheLine" l join tranche r on r.id = l."trancheId"
                where r."escrowId" = e.id group by 1) l), '[]')) order by e."orderId")
        from escrow e where e."orderId" = any (p."orderIds")))
    from payment p where p.id = _payment $$;
  insert into receipt ("paymentId", "issuedAt", content)
    select p.id, p."createdAt", receipt_content(p.id, null, null, null)
    from payment p where p.state = 'CAPTURED' order by p.id;

  -- auditors ask by time: for rows that come in the order of time this index costs next to nothing
  create index on ledger_transfer using brin (created_at);
`;

const INVARIANTS = `
  create view invariant_of_buyers (invariant, subject, detail) as
  select 'I70', l.account_id::text, 'credit reserved <> its tenders' from ledger_total l
    where l.kind = 5 and l.dh <> (select coalesce(sum(t."amountMinor"), 0) from tender t
      where t."creditAccountId" = l.account_id and t.state = 'AUTHORIZED')
  union all
  select 'I70', t.id, 'credit is not where its payment is' from tender t
    join payment p on p.id = t."paymentId"
    where t."creditAccountId" is not null and (
      (t.state = 'CAPTURED') <> (p.state = 'CAPTURED')
      or t.state = 'AUTHORIZED' and p.state in ('FAILED', 'EXPIRED')
      or t.state not in ('AUTHORIZED', 'CAPTURED', 'FAILED', 'EXPIRED'))
  union all
  select 'I70', o.id, 'credit was asked of the PSP' from "pspOperation" o
    where exists (select 1 from tender t where t.id = o.subject
        and t."creditAccountId" is not null)
      or exists (select 1 from "refundLeg" l join tender t on t.id = l."tenderId"
        where l.id = o.subject and t."creditAccountId" is not null)
  union all
  select 'I71', t.id, 'credit given back <> its refunds' from tender t
    where t."creditAccountId" is not null
      and (select coalesce(sum(x.amount), 0) from ledger_transfer x
          where x.subject = t."ledgerId" and x.code = 116 and x.credit = t."creditAccountId")
        <> (select coalesce(sum(l."amountMinor"), 0) from "refundLeg" l
          where l."tenderId" = t.id and l.state = 'SUCCEEDED')
  union all
  select 'I72', m.id, 'removed, and nobody tells the PSP' from "savedPaymentMethod" m
    where m."removedAt" is not null and not exists (select 1 from "pspOperation" o
      where o.subject = m."setupId" and o.kind = 'DETACH')
  union all
  select 'I72', m.id, 'kept, and the PSP was told to forget it' from "savedPaymentMethod" m
    where m."removedAt" is null and exists (select 1 from "pspOperation" o
      where o.subject = m."setupId" and o.kind = 'DETACH')
  union all
  select 'I73', p.id, 'paid and no receipt, or a receipt of what was not paid' from payment p
    left join receipt r on r."paymentId" = p.id
    where (p.state = 'CAPTURED') <> (r."paymentId" is not null);
  comment on view invariant_of_buyers is 'functions only';
`;

export const BUYER_MEANS = [TABLES, INVARIANTS].join('\n');
