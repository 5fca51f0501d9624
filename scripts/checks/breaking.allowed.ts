/** A breaking change of the API that was decided. */
export interface AllowedBreak {
  /** The path that the check names, e.g. `Order.status`. */
  readonly path: string;
  /** When it was decided, YYYY-MM-DD. */
  readonly decided: string;
  readonly reason: string;
}

export const allowedBreaks: readonly AllowedBreak[] = [
  {
    path: 'BuyerCredit.transactions',
    decided: '2026-11-30',
    reason:
      'Never released: Relay can page lists of nodes only, so it is Account.buyerCreditTransactions.',
  },
];

/** Versions of the API committed before this moment were drafts: nobody was promised them. */
export const PROMISED_SINCE = '2026-11-25T09:11:51Z';
