/** Where a refund takes its money: what is still held, what was released already, or money that came too late. */
export type RefundSource = 'TRANCHE' | 'CLAW_BACK' | 'LATE_MONEY';

/** A tender that money can go back to. */
export interface Refundable {
  readonly id: string;
  readonly number: number;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
}

/** Spreads a refund over tenders, newest first, each at most what it has left. Undefined when that is not enough. */
export function spread<T extends Refundable>(
  amountMinor: bigint,
  tenders: readonly T[],
): { tender: T; amountMinor: bigint }[] | undefined {
  const legs: { tender: T; amountMinor: bigint }[] = [];
  let left = amountMinor;
  for (const tender of [...tenders].sort((a, b) => b.number - a.number)) {
    const room = tender.capturedMinor - tender.refundedMinor;
    const part = room < left ? room : left;
    if (part <= 0n) continue;
    legs.push({ tender, amountMinor: part });
    left -= part;
  }
  return left === 0n ? legs : undefined;
}
