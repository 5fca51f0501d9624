import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { PayoutRow } from './payout.entity';
import { isUnderWay } from './payout.machine';

/** Calls a person about payouts that take too long, each day again. Nothing is ever voided blindly. */
export class PayoutWatchService {
  constructor(private readonly log: Logger) {}

  /** Handlers of T18 (sent, and not paid in 5 working days) and T19 (7 days without a word of the PSP). */
  timers(): TimerHandlers {
    return {
      T18: (tx, timer) => this.alarm(tx, timer, 'PAYOUT_LATE'),
      T19: (tx, timer) => this.alarm(tx, timer, 'PAYOUT_UNANSWERED'),
    };
  }

  /** Looks under the payout's lock: news that is just coming in must not leave it with a deadline behind its end. */
  private async alarm(tx: Tx, timer: Timer, alarm: string): Promise<void> {
    const { subject: payoutId } = timer;
    const payout = await tx.first<Pick<PayoutRow, 'state'>>(
      'select state from payout where id = $1 for no key update',
      [payoutId],
    );
    if (payout === undefined || !isUnderWay(payout.state)) return;
    this.log.error({ alarm, payoutId }, 'a payout takes too long');
    await tx.query(
      `update "pspOperation" set "nextAt" = $2 where subject = $1 and "nextAt" is not null`,
      [payoutId, tx.now],
    );
    await setTimer(tx, timer, after(tx.now, DAY));
  }
}
