/** What may never be true of money, all of it: the view that `check:money` reads. */
export const INVARIANT_UNION = `
  create or replace view invariant_violation as
    select * from invariant_of_money union all select * from invariant_of_record
    union all select * from invariant_of_holds
    union all select * from invariant_of_refunds
    union all select * from invariant_of_evidence
    union all select * from invariant_of_disputes
    union all select * from invariant_of_risk
    union all select * from invariant_of_chargebacks
    union all select * from invariant_of_seller_side;
`;
