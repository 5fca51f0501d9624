import type { ChargebackLegRow } from './chargeback-leg.entity';

/** A leg that a part stored. */
export type StoredLeg = Pick<
  ChargebackLegRow,
  'id' | 'code' | 'accountId' | 'amountMinor' | 'remittanceId'
>;

/** How things stand when what was taken is put back. */
export interface StandsNow {
  /** The seller's accounts. */
  readonly available: bigint;
  readonly receivable: bigint;
  /** What the seller owes now. */
  readonly debt: bigint;
  /** What is outstanding of advances now, by their account. */
  readonly outstanding: ReadonlyMap<bigint, bigint>;
}

/** Money that goes back on account of a stored leg. */
export interface PutBack {
  readonly leg: StoredLeg;
  /** Where it goes: where it was taken from, or to the seller when nothing is owed there any more. */
  readonly to: bigint;
  readonly amount: bigint;
}

/**
 * Puts back every stored leg, to the unit. What the seller was made to owe, and what of an advance is outstanding again,
 * is forgiven as far as it is still owed; what was paid of that meanwhile is the seller's.
 */
export function putBack(legs: readonly StoredLeg[], now: StandsNow): PutBack[] {
  const owed = new Map([...now.outstanding, [now.receivable, now.debt]]);
  return legs.flatMap((leg): PutBack[] => {
    const { accountId, amountMinor } = leg;
    const most = owed.get(accountId) ?? amountMinor;
    const there = amountMinor < most ? amountMinor : most;
    if (owed.has(accountId)) owed.set(accountId, most - there);
    return [
      { leg, to: accountId, amount: there },
      { leg, to: now.available, amount: amountMinor - there },
    ].filter(({ amount }) => amount > 0n);
  });
}
