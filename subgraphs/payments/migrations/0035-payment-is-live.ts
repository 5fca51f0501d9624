/**
 * Whether a payment counts does not change when it is captured. With its state in the index's condition each capture
 * wrote a new entry into every index of the row.
 */
export const PAYMENT_IS_LIVE = `
  alter table payment add "isLive" boolean not null
    generated always as (state not in ('FAILED', 'EXPIRED')) stored;
  alter table payment set (fillfactor = 80);
  drop index payment_one_live;
  create unique index payment_one_live on payment ("orderGroupId", part) where "isLive";
`;
