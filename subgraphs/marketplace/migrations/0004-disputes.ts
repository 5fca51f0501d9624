/** Whether buyer and seller disagree about an order, as payments tells it. */
export const ORDER_DISPUTES = `
  alter table "order" add "disputeStatus" text not null default 'NONE'
    check ("disputeStatus" in ('NONE', 'OPEN', 'DECIDED', 'CLOSED'));
`;
