/**
 * When an act was first sent: the life of its key counts from there. Of those that are not over, what was sent before has
 * no other mark than when it was made. And what reports and payouts are compared by.
 */
export const SENT_AT = `
  alter table "pspOperation" add "sentAt" timestamptz;
  update "pspOperation" set "sentAt" = "createdAt" where state in ('SENT', 'PENDING', 'UNKNOWN');
  -- acts come in the order of their time, so that a few pages hold a period; it costs next to nothing to write
  create index on "pspOperation" using brin ("createdAt", "sentAt") with (autosummarize = on);
  create index on chargeback ("openedAt") where "openedAt" is not null;
  create index on payout ("sellerId", currency, "createdAt");
`;
