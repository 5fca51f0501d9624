import { prefixOf, uuidOf } from '#kernel/ids/id';
import type { AccountSpec } from '../ledger/ledger.rules';
import { PLATFORM } from '../ledger/ledger.rules';
import { PSP_CONNECTION } from '../psp/connection.rules';

/**
 * Accounts that an adjustment may move, and whose they are. Money of orders, refunds and reservations is not among
 * them: rows of their own explain it, and it moves by its own use cases.
 */
export const ADJUSTABLE = {
  PSP_CLEARING: 'CONNECTION',
  BANK: 'PLATFORM',
  FEE_REVENUE: 'PLATFORM',
  TAX_PAYABLE: 'PLATFORM',
  PSP_FEE_EXPENSE: 'PLATFORM',
  SETTLEMENT_DIFFERENCE: 'PLATFORM',
  GOODWILL_EXPENSE: 'PLATFORM',
  DISPUTE_FEE_EXPENSE: 'PLATFORM',
  CHARGEBACK_LOSS: 'PLATFORM',
  ADVANCE_LOSS: 'PLATFORM',
  CARRIER_PAYABLE: 'PLATFORM',
  ADS_REVENUE: 'PLATFORM',
  FINANCING_FEE_REVENUE: 'PLATFORM',
  BUYER_CREDIT: 'acc',
  SELLER_AVAILABLE: 'sel',
  SELLER_RECEIVABLE: 'sel',
} as const;
export type AdjustableKind = keyof typeof ADJUSTABLE;

/** An account by what it is for. */
export interface AccountName {
  readonly kind: AdjustableKind;
  /** The buyer's or seller's id; null for the platform's own. */
  readonly ownerId: string | null;
}

/** One transfer of an adjustment. */
export interface AdjustmentLeg {
  readonly debit: AccountName;
  readonly credit: AccountName;
  readonly amountMinor: bigint;
}

const MOST_LEGS = 20;
// A ledger amount is a bigint of the database; twenty of them must fit too.
const MOST_MINOR = 10n ** 17n;

/** The account that a name stands for, or undefined when its kind belongs to somebody else. */
export function accountOf(
  { kind, ownerId }: AccountName,
  currency: string,
): AccountSpec | undefined {
  const of = ADJUSTABLE[kind];
  if (of === 'PLATFORM' || of === 'CONNECTION') {
    if (ownerId !== null) return undefined;
    return { kind, owner: of === 'PLATFORM' ? PLATFORM : PSP_CONNECTION, currency };
  }
  if (ownerId === null || prefixOf(ownerId) !== of) return undefined;
  return { kind, owner: uuidOf(ownerId), currency };
}

/** Whether these legs can be posted as an adjustment. Each moves from one account to another, so they always balance. */
export function isAdjustment(legs: readonly AdjustmentLeg[], currency: string): boolean {
  return (
    legs.length > 0 &&
    legs.length <= MOST_LEGS &&
    legs.every(({ debit, credit, amountMinor }) => {
      const [from, to] = [accountOf(debit, currency), accountOf(credit, currency)];
      if (from === undefined || to === undefined) return false;
      const same = from.kind === to.kind && from.owner === to.owner;
      return !same && amountMinor > 0n && amountMinor <= MOST_MINOR;
    })
  );
}

/** What the legs do to each seller's money (available less owed), sellers in the order of their ids. */
export function sellerEffects(
  legs: readonly AdjustmentLeg[],
): { readonly sellerId: string; readonly amountMinor: bigint }[] {
  const effects = new Map<string, bigint>();
  const add = ({ kind, ownerId }: AccountName, amount: bigint): void => {
    if (ownerId === null || ADJUSTABLE[kind] !== 'sel') return;
    effects.set(ownerId, (effects.get(ownerId) ?? 0n) + amount);
  };
  for (const { debit, credit, amountMinor } of legs) {
    add(debit, -amountMinor);
    add(credit, amountMinor);
  }
  return [...effects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sellerId, amountMinor]) => ({ sellerId, amountMinor }));
}
