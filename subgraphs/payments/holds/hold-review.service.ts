import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { HoldId } from '../payments.ids';
import type { HoldRow } from './hold.entity';
import { HOLD_REVIEW_AGAIN_MS, HOLD_REVIEW_MS } from '../deadlines/timer.rules';

/** What a person has frozen is looked at again: no authority's order and no suspicion lasts unseen. */
export const reviewHoldIn = (tx: Tx, subject: HoldId): Promise<void> =>
  setTimer(tx, { subject, kind: 'HOLD_REVIEW', version: 0 }, after(tx.now, HOLD_REVIEW_MS));

/** Handler of those reviews: a person is called, each week, for as long as the hold lasts. It never moves money. */
export const holdReviewTimers = (log: Logger): TimerHandlers => ({
  HOLD_REVIEW: async (tx: Tx, { subject, kind, version }: Timer) => {
    const hold = await tx.first<HoldRow>(
      'select * from hold where id = $1 and "liftedAt" is null',
      [subject],
    );
    if (hold === undefined) return;
    const { cause, escrowId, placedAt } = hold;
    const days = Math.floor((tx.now.getTime() - placedAt.getTime()) / DAY);
    log.error(
      { alarm: 'HOLD_LASTS', holdId: subject, escrowId, cause, days },
      'is this money still to be frozen?',
    );
    await setTimer(tx, { subject, kind, version }, after(tx.now, HOLD_REVIEW_AGAIN_MS));
  },
});
