import type { SellerFunds } from './claw-back.rules';

/** Where money that a case freezes after its release lies. */
export interface Freeze {
  readonly pending: bigint;
  readonly available: bigint;
}

/**
 * What a case about released money can freeze: what a claw-back would take from the seller, less what other cases about
 * the same money have frozen already; of what waits first, because the seller misses that least, then of what is available.
 */
export function freezeOf(
  wanted: { readonly net: bigint; readonly netInAll: bigint; readonly frozen: bigint },
  funds: Pick<SellerFunds, 'pending' | 'available'>,
): Freeze {
  const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
  const room = wanted.netInAll - wanted.frozen;
  const amount = room <= 0n ? 0n : least(wanted.net, room);
  const pending = least(amount, funds.pending);
  return { pending, available: least(amount - pending, funds.available) };
}
