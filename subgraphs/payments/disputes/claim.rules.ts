import { DAY, after } from '#kernel/clock/clock';
import type { TrancheState } from '../escrow/tranche.machine';

/** How long after receipt or delivery a dispute can be opened (T6), and the same between businesses. */
const WINDOW_MS = 15 * DAY;
const BUSINESS_WINDOW_MS = 30 * DAY;

/** What is looked at of a tranche, minor units. */
export interface Claimable {
  readonly state: TrancheState;
  readonly availableMinor: bigint;
  readonly releasedMinor: bigint;
  readonly clawedBackMinor: bigint;
}

/** What a claim can still be about: held, or released and not taken back. */
export const claimable = (tranche: Claimable): bigint =>
  tranche.availableMinor + tranche.releasedMinor - tranche.clawedBackMinor;

/** What a dispute can be opened about: that, and what another case froze of what is held. */
export const disputable = (tranche: Claimable & { readonly frozenMinor: bigint }): bigint =>
  claimable(tranche) + tranche.frozenMinor;

/** Until when a dispute can be opened; undefined while the goods have neither arrived nor been taken as received. */
export function windowEnd(
  deliveredAt: Date | null,
  releasedAt: Date | undefined,
  business: boolean,
): Date | undefined {
  const since = deliveredAt ?? releasedAt;
  if (since === undefined) return undefined;
  return after(since, business ? BUSINESS_WINDOW_MS : WINDOW_MS);
}

/** Goods that a tranche pays for, or that a buyer complains about. */
export interface ClaimedLine {
  readonly orderLineId: string;
  readonly quantity: number;
}

/**
 * The money that some of a tranche's goods stand for: their share of what is left of it, rounded down, so that an
 * earlier refund is borne by all goods alike. Undefined when the tranche does not pay for such goods.
 */
export function claimOfLines(
  leftMinor: bigint,
  goods: readonly (ClaimedLine & { readonly amountMinor: bigint })[],
  lines: readonly ClaimedLine[],
): bigint | undefined {
  const all = goods.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const wanted = new Map<string, number>();
  for (const { orderLineId, quantity } of lines) {
    if (!Number.isInteger(quantity) || quantity <= 0) return undefined;
    wanted.set(orderLineId, (wanted.get(orderLineId) ?? 0) + quantity);
  }
  let part = 0n;
  for (const [orderLineId, quantity] of wanted) {
    const line = goods.find((one) => one.orderLineId === orderLineId);
    if (line === undefined || quantity > line.quantity) return undefined;
    part += (line.amountMinor * BigInt(quantity)) / BigInt(line.quantity);
  }
  return all === 0n || wanted.size === 0 ? undefined : (leftMinor * part) / all;
}
