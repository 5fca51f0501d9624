/**
 * What the deadlines of held money depend on: what kind of goods it is, how they travel, what the parties agreed to.
 * Money that was taken is not held for ever: T15 counts from the funding of the escrow. Refunds know whose fault they
 * are and which goods they are about; a bank can return one after it succeeded.
 */
export const DEADLINES = `
  alter table escrow
    add goods text not null default 'PHYSICAL' check (goods in ('PHYSICAL', 'DIGITAL', 'VIRTUAL')),
    add business boolean not null default false,
    add "handlingDays" integer not null default 3 check ("handlingDays" between 0 and 365);
  alter table tranche
    add service text not null default 'STANDARD' check (service in ('STANDARD', 'EXPRESS', 'SEA')),
    add "extendedByBuyer" boolean not null default false,
    add "grantedDays" integer not null default 0 check ("grantedDays" between 0 and 30),
    add "lostAt" timestamptz;

  insert into timer (subject, kind, "fireAt")
    select id, 'T15_ALARM', "fundedAt" + interval '72 days' from escrow
    where state in ('HELD', 'FROZEN');

  alter table "refundLeg"
    drop constraint "refundLeg_state_check",
    add constraint "refundLeg_state_check" check (state in ('CREATED', 'SENT', 'SUCCEEDED',
      'REJECTED', 'UNKNOWN', 'RETURNED'));
  alter table refund add fault text not null default 'NOBODY'
    check (fault in ('BUYER', 'SELLER', 'PLATFORM', 'NOBODY'));
  create table "refundLine" (
    "refundId" text collate "C" not null references refund,
    "trancheId" text collate "C" not null references tranche,
    "orderLineId" text collate "C" not null,
    quantity integer not null check (quantity > 0),
    "amountMinor" bigint not null check ("amountMinor" >= 0),
    primary key ("refundId", "trancheId", "orderLineId")
  );

  create view invariant_of_refunds (invariant, subject, detail) as
  select 'I60', r.id, 'refund <> its lines' from refund r
    join "refundLine" l on l."refundId" = r.id
    group by r.id having sum(l."amountMinor") <> r."amountMinor"
  union all
  select 'I61', e.id, 'held for ever' from escrow e
    where e.state in ('HELD', 'FROZEN') and not exists (select 1 from timer m
      where m.subject = e.id and m.kind in ('T15_ALARM', 'T15'));
  comment on view invariant_of_refunds is 'functions only';
`;
