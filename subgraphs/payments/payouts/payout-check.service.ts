import type { SellerId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Money } from '#kernel/money/money';
import type { RiskService } from '../risk/risk.service';

/** A payout that somebody, or the schedule, wants. */
interface Wanted {
  readonly sellerId: SellerId;
  readonly currency: string;
  /** Undefined: all there is. */
  readonly amount: Money | undefined;
}

/**
 * True when a person has to look at the seller before anything is paid out, or nothing may be. Remembers from where it
 * was asked for. Once an operator has approved with a snooze, it is asked for again and passes.
 */
export async function isPayoutStopped(
  tx: Tx,
  risk: RiskService,
  { sellerId, currency, amount }: Wanted,
): Promise<boolean> {
  const amountMinor = amount?.minor ?? 0n;
  await risk.payoutAskedIn(tx, sellerId, amountMinor);
  const move = { subject: sellerId, sellerId, currency, amountMinor };
  const { outcome } = await risk.moveIn(tx, 'PAYOUT', move);
  return outcome === 'BLOCK_AND_REVIEW' || outcome === 'DECLINE';
}
