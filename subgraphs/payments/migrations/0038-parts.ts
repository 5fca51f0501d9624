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

/** What a case split off knows what it is part of. */
export const PARTS = STEPS;
