/** Kinds of accounts. The number is stored. */
export const AccountKind = {
  /** What the PSP owes us: captured, less refunded and paid out. Belongs to a PSP connection. */
  PSP_CLEARING: 1,
  TRANCHE: 2,
  PAYMENT_FUNDS: 3,
  REFUND_DUE: 4,
  BUYER_CREDIT: 5,
  SELLER_AVAILABLE: 6,
  FEE_REVENUE: 8,
  TAX_PAYABLE: 9,
  PAYOUT_IN_TRANSIT: 10,
} as const;
export type AccountKindName = keyof typeof AccountKind;

/** 1: a liability that may not go below zero. 0 with deferred: shared by all, summed when asked, never locked. */
const NATURE: Readonly<Record<AccountKindName, { guard: 0 | 1 | 2; deferred: boolean }>> = {
  PSP_CLEARING: { guard: 0, deferred: true },
  TRANCHE: { guard: 1, deferred: false },
  PAYMENT_FUNDS: { guard: 1, deferred: false },
  REFUND_DUE: { guard: 1, deferred: false },
  BUYER_CREDIT: { guard: 1, deferred: false },
  SELLER_AVAILABLE: { guard: 1, deferred: false },
  FEE_REVENUE: { guard: 0, deferred: true },
  TAX_PAYABLE: { guard: 0, deferred: true },
  PAYOUT_IN_TRANSIT: { guard: 0, deferred: true },
};

/** Why money moves. The number is stored; invariant_violation reads 10, 11, 20–29 and 30. */
export const TransferCode = {
  FUNDING: 10,
  ALLOCATION: 11,
  RELEASE_COMMISSION: 20,
  RELEASE_TAX: 21,
  RELEASE_SELLER: 22,
  REFUND_HELD: 30,
  REFUND_CLAW_BACK: 32,
  REFUND_COMMISSION: 33,
  REFUND_TAX: 34,
  REFUND_LATE_MONEY: 35,
  PSP_REFUNDED: 36,
  REFUND_CREDITED: 37,
  PAYOUT: 50,
  PAYOUT_PAID: 51,
  PAYOUT_BACK_AT_PSP: 52,
  PAYOUT_RETURNED: 53,
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
