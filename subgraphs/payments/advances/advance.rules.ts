/** What an advance is made of, minor units. */
export interface AdvanceSums {
  readonly principalMinor: bigint;
  readonly feeMinor: bigint;
  readonly remittedMinor: bigint;
  readonly writtenOffMinor: bigint;
}

/** What still has to come back. */
export const outstandingOf = (advance: AdvanceSums): bigint =>
  advance.principalMinor + advance.feeMinor - advance.remittedMinor - advance.writtenOffMinor;

/**
 * How a remittance divides into principal and fee: pro rata over the life of the advance, each rounded to the nearest
 * unit, so that all remittances together pay both exactly.
 */
export function splitRemittance(
  advance: AdvanceSums,
  amount: bigint,
): { readonly principal: bigint; readonly fee: bigint } {
  const { principalMinor, feeMinor, remittedMinor: before } = advance;
  const whole = principalMinor + feeMinor;
  const feeUpTo = (paid: bigint): bigint => (2n * feeMinor * paid + whole) / (2n * whole);
  const fee = feeUpTo(before + amount) - feeUpTo(before);
  return { principal: amount - fee, fee };
}

/**
 * What of a tranche's remittances goes back when part of what was released is taken back: at the rate at which they
 * were taken, rounded down over the tranche's life, so that the whole returns the whole.
 */
export function reversalOf(
  remitted: bigint,
  reversed: bigint,
  tranche: { readonly released: bigint; readonly clawedBack: bigint },
): bigint {
  if (tranche.released === 0n) return 0n;
  const due = (remitted * tranche.clawedBack) / tranche.released - reversed;
  return due > 0n ? due : 0n;
}
