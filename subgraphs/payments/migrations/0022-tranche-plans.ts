/** Orders that are paid in two parts, or released step by step; goods that bear fees of their own. */
export const TRANCHE_PLANS = `
  alter table payment
    drop constraint payment_part_check,
    add constraint payment_part_check check (part in ('WHOLE', 'DEPOSIT', 'BALANCE'));
  alter table escrow
    -- paid first, and for how long the rest may take
    add "depositMinor" bigint not null default 0,
    add "balanceDays" integer not null default 14 check ("balanceDays" between 1 and 180),
    add constraint escrow_deposit check ("depositMinor" >= 0 and "depositMinor" < "totalMinor");
  alter table tranche
    drop constraint tranche_kind_check,
    add constraint tranche_kind_check check (kind in ('WHOLE', 'SHIPMENT', 'CLAIM', 'MILESTONE')),
    drop constraint tranche_state_check,
    add constraint tranche_state_check check (state in ('AWAITING_FUNDS', 'DEPOSITED', 'FUNDED',
      'SHIPPED', 'DELIVERED', 'FROZEN', 'RELEASED', 'CLOSED', 'CANCELLED')),
    drop constraint "tranche_heldState_check",
    add constraint "tranche_heldState_check"
      check ("heldState" in ('DEPOSITED', 'FUNDED', 'SHIPPED', 'DELIVERED')),
    -- of a milestone: what it is called, its place, what is to come in, when it should be done
    add title text,
    add number integer,
    add "agreedMinor" bigint check ("agreedMinor" > 0),
    add days integer,
    -- what the buyer wants changed
    add "changesReason" text,
    add constraint tranche_milestone check (kind <> 'MILESTONE'
      or (title is not null and number is not null and "agreedMinor" is not null and days is not null));
  -- what goods bear of the fees; null where nobody said: then in proportion to their money
  alter table "trancheLine"
    add "commissionMinor" bigint check ("commissionMinor" >= 0),
    add "taxMinor" bigint check ("taxMinor" >= 0);
  -- once goods were refunded with their own fees: the place from which what is left is counted, and its fees;
  -- of what is held, and of what was released
  alter table tranche
    add "feeFromMinor" bigint, add "feeCommissionMinor" bigint, add "feeTaxMinor" bigint,
    add "backFromMinor" bigint, add "backCommissionMinor" bigint, add "backTaxMinor" bigint,
    add constraint tranche_fees_left check (least("feeFromMinor", "feeCommissionMinor",
      "feeTaxMinor", "backFromMinor", "backCommissionMinor", "backTaxMinor") >= 0);
  create unique index tranche_milestone_once on tranche ("escrowId", number)
    where kind = 'MILESTONE';

  create view invariant_of_tranche_plans (invariant, subject, detail) as
  select 'I80', e.id, 'milestones <> the order' from escrow e
    join (select "escrowId", sum("agreedMinor") agreed, sum("commissionMinor") commission,
        sum("taxMinor") tax from tranche where kind in ('MILESTONE', 'CLAIM') group by 1
        having count(*) filter (where kind = 'MILESTONE') > 0) m on m."escrowId" = e.id
    where (m.agreed, m.commission, m.tax) <> (e."totalMinor", e."commissionMinor", e."taxMinor")
  union all
  select 'I80', e.id, 'came in <> what its payments brought' from escrow e
    join (select "escrowId", sum("capturedMinor") captured,
        bool_or(state = 'DEPOSITED' or "heldState" = 'DEPOSITED') deposited
      from tranche group by 1) t on t."escrowId" = e.id
    where t.captured not in (0, e."depositMinor", e."totalMinor")
      or t.deposited and t.captured <> e."depositMinor"
  union all
  select 'I80', t.id, 'a deposit whose balance is never due' from tranche t
    where t.state = 'DEPOSITED' and t."availableMinor" > 0 and not exists (select 1 from timer m
      where m.subject = t.id and m.kind = 'T1_BALANCE' and m."fireAt" is not null);
  comment on view invariant_of_tranche_plans is 'functions only';
`;
