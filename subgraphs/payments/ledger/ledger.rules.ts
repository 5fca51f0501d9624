/** Kinds of accounts. The number is stored. */
export const AccountKind = {
  /** What the PSP owes us: captured, less refunded and paid out. Belongs to a PSP connection. */
  PSP_CLEARING: 1,
  TRANCHE: 2,
  PAYMENT_FUNDS: 3,
  REFUND_DUE: 4,
  BUYER_CREDIT: 5,
  SELLER_AVAILABLE: 6,
  /** Released, and not available before its time has come. */
  SELLER_PENDING: 7,
  FEE_REVENUE: 8,
  TAX_PAYABLE: 9,
  PAYOUT_IN_TRANSIT: 10,
  /** The part of releases that is kept back longer, for refunds to come. */
  SELLER_RESERVE: 11,
  /** What a seller owes us: an asset. */
  SELLER_RECEIVABLE: 12,
  /** The other side of reservations by holds; nothing is ever posted to it by them. */
  HOLD: 13,
  /** What a bank took for a chargeback and nobody bears yet: an asset. */
  CHARGEBACK_CASE: 14,
  /** Our money at our own bank. */
  BANK: 20,
  PSP_FEE_EXPENSE: 21,
  DISPUTE_FEE_EXPENSE: 23,
  CHARGEBACK_LOSS: 24,
  /** What reconciliation had to write off, in either direction. */
  SETTLEMENT_DIFFERENCE: 22,
  /** What the platform gave away in disputes. */
  GOODWILL_EXPENSE: 25,
  /** What carriers get for labels that sellers paid. */
  CARRIER_PAYABLE: 30,
  /** What a seller has set aside for advertising. */
  SELLER_ADS_WALLET: 31,
  /** Part of it that ads may spend on their own: one account a grant. */
  ADS_RESERVED: 32,
  ADS_REVENUE: 33,
  /** What a seller has to pay back of an advance: an asset. */
  ADVANCE_RECEIVABLE: 34,
  FINANCING_FEE_REVENUE: 35,
  ADVANCE_LOSS: 36,
} as const;
export type AccountKindName = keyof typeof AccountKind;

/** 1: a liability that may not go below zero; 2: an asset. 0 with deferred: shared by all, summed when asked, never locked. */
const NATURE: Readonly<Record<AccountKindName, { guard: 0 | 1 | 2; deferred: boolean }>> = {
  PSP_CLEARING: { guard: 0, deferred: true },
  TRANCHE: { guard: 1, deferred: false },
  PAYMENT_FUNDS: { guard: 1, deferred: false },
  REFUND_DUE: { guard: 1, deferred: false },
  BUYER_CREDIT: { guard: 1, deferred: false },
  SELLER_AVAILABLE: { guard: 1, deferred: false },
  SELLER_PENDING: { guard: 1, deferred: false },
  FEE_REVENUE: { guard: 0, deferred: true },
  TAX_PAYABLE: { guard: 0, deferred: true },
  PAYOUT_IN_TRANSIT: { guard: 0, deferred: true },
  SELLER_RESERVE: { guard: 1, deferred: false },
  SELLER_RECEIVABLE: { guard: 2, deferred: false },
  HOLD: { guard: 0, deferred: true },
  CHARGEBACK_CASE: { guard: 2, deferred: false },
  DISPUTE_FEE_EXPENSE: { guard: 0, deferred: true },
  CHARGEBACK_LOSS: { guard: 0, deferred: true },
  BANK: { guard: 0, deferred: true },
  PSP_FEE_EXPENSE: { guard: 0, deferred: true },
  SETTLEMENT_DIFFERENCE: { guard: 0, deferred: true },
  GOODWILL_EXPENSE: { guard: 0, deferred: true },
  CARRIER_PAYABLE: { guard: 0, deferred: true },
  SELLER_ADS_WALLET: { guard: 1, deferred: false },
  ADS_RESERVED: { guard: 1, deferred: false },
  ADS_REVENUE: { guard: 0, deferred: true },
  ADVANCE_RECEIVABLE: { guard: 2, deferred: false },
  FINANCING_FEE_REVENUE: { guard: 0, deferred: true },
  ADVANCE_LOSS: { guard: 0, deferred: true },
};

/** Why money moves. The number is stored; invariant_violation reads 10, 11, 20–29, 30 and 31. */
export const TransferCode = {
  FUNDING: 10,
  ALLOCATION: 11,
  /** Part of a tranche becomes another one's. */
  SPLIT: 12,
  RELEASE_COMMISSION: 20,
  RELEASE_TAX: 21,
  RELEASE_SELLER: 22,
  /** Pays what the seller owes. */
  RELEASE_DEBT: 23,
  RELEASE_RESERVE: 24,
  /** Pays back an advance, fills the ads wallet. */
  RELEASE_ADVANCE: 25,
  RELEASE_ADS: 26,
  REFUND_HELD: 30,
  /** What was due to a buyer and not sent goes back to where it was taken from. */
  REFUND_UNDONE: 31,
  REFUND_CLAW_BACK: 32,
  REFUND_COMMISSION: 33,
  REFUND_TAX: 34,
  REFUND_LATE_MONEY: 35,
  PSP_REFUNDED: 36,
  REFUND_CREDITED: 37,
  /** The payer's bank sent it back after it had succeeded. */
  REFUND_RETURNED: 38,
  /** The platform's own money for a buyer. */
  GOODWILL: 39,
  /** A case freezes money, and lets go of it. */
  FREEZE: 44,
  /** A hold or a reserve is over. */
  MATURED: 45,
  /** Money that became available pays what the seller owes. */
  DEBT_PAID: 46,
  PAYOUT: 50,
  PAYOUT_PAID: 51,
  PAYOUT_BACK_AT_PSP: 52,
  PAYOUT_RETURNED: 53,
  PAYOUT_FEE: 54,
  /** What the PSP kept of what it reported, and what it sent to our bank. */
  PSP_FEE: 60,
  PSP_TO_BANK: 61,
  SETTLEMENT_WRITTEN_OFF: 62,
  /** A bank takes a payment back, and its fee; then out of what is held, out of what the seller has, and our fees. */
  CHARGEBACK_TAKEN: 80,
  CHARGEBACK_FEE: 81,
  CHARGEBACK_HELD: 82,
  CHARGEBACK_CLAW_BACK: 83,
  CHARGEBACK_COMMISSION: 84,
  CHARGEBACK_TAX: 85,
  CHARGEBACK_WON: 86,
  CHARGEBACK_LOST: 87,
  /** What was due back and not paid is what the bank took; won, it is due again; lost before it was known, the loss shrinks. */
  CHARGEBACK_REFUND: 110,
  CHARGEBACK_REFUND_DUE: 111,
  CHARGEBACK_LOSS_COVERED: 112,
  /** Puts an earlier transfer right; two people agreed. */
  ADJUSTED: 70,
  /** A payment that is not complete yet keeps a buyer's credit for itself. */
  CREDIT_RESERVED: 115,
  /** Back to the credit that was spent. */
  CREDIT_REFUNDED: 116,
  LABEL_CHARGED: 100,
  LABEL_REFUNDED: 101,
  ADS_TOP_UP: 104,
  ADS_WITHDRAWN: 105,
  ADS_GRANTED: 106,
  ADS_RETURNED: 107,
  ADS_BILLED: 108,
  ADS_CREDITED: 109,
  ADVANCE: 90,
  ADVANCE_FEE: 91,
  ADVANCE_PAID_OFF: 92,
  ADVANCE_WRITTEN_OFF: 93,
  /** What an advance took of a release goes back with it. */
  ADVANCE_REVERSED: 94,
} as const;
export type TransferCodeName = keyof typeof TransferCode;

/** Owner of the platform's own accounts. */
export const PLATFORM = '00000000-0000-0000-0000-000000000000';

/** An account to open: of whom (a UUID), in which currency. */
export interface AccountSpec {
  readonly kind: AccountKindName;
  readonly owner: string;
  readonly currency: string;
}

/** Arguments of `ledger_open`. */
export const openArguments = (specs: readonly AccountSpec[]): unknown[] => [
  specs.map(({ kind }) => AccountKind[kind]),
  specs.map(({ owner }) => owner),
  specs.map(({ currency }) => currency),
  specs.map(({ kind }) => NATURE[kind].guard),
  specs.map(({ kind }) => NATURE[kind].deferred),
];

/** How a transfer counts. PENDING reserves; POST and VOID resolve a reservation. */
const TransferKind = { POSTED: 1, PENDING: 2, POST: 3, VOID: 4 } as const;

/** One leg: `amount` minor units from the debited to the credited account. */
export interface Leg {
  readonly code: TransferCodeName;
  readonly debit: bigint;
  readonly credit: bigint;
  readonly amount: bigint;
  /** The UUID of what the leg is about: a tender, a payout. */
  readonly subject?: string;
  readonly kind?: keyof typeof TransferKind;
  /** The reservation that POST or VOID resolves. */
  readonly pending?: string;
  /** The transfer that this one puts right. */
  readonly corrects?: string;
}

/** The legs of one use case: all or nothing, and doing it again has no effect. */
export interface Posting {
  /** UUID of the use case. */
  readonly group: string;
  readonly currency: string;
  readonly at: Date;
  /** Legs with the UUID of each; zero amounts are left out. */
  readonly legs: readonly (Leg & { readonly id: string })[];
}

/** Arguments of `ledger_post`. */
export function postArguments({ group, currency, at, legs }: Posting): unknown[] {
  const moving = legs.filter(({ amount }) => amount !== 0n);
  return [
    moving.map(() => group),
    moving.map(({ id }) => id),
    moving.map(({ kind }) => TransferKind[kind ?? 'POSTED']),
    moving.map(({ pending }) => pending ?? null),
    moving.map(({ corrects }) => corrects ?? null),
    moving.map(({ debit }) => debit),
    moving.map(({ credit }) => credit),
    moving.map(() => currency),
    moving.map(({ amount }) => amount),
    moving.map(({ code }) => TransferCode[code]),
    moving.map(({ subject }) => subject ?? null),
    moving.map(() => at),
  ];
}

/** The call of `ledger_post` inside a bigger statement, its arguments starting at a parameter's number. */
export function postCall(first: number): string {
  const types = [
    'uuid',
    'uuid',
    'smallint',
    'uuid',
    'uuid',
    'bigint',
    'bigint',
    'text',
    'bigint',
    'smallint',
    'uuid',
    'timestamptz',
  ];
  return `ledger_post(${types.map((type, i) => `$${first + i}::${type}[]`).join(', ')})`;
}
