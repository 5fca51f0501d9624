import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { HoldRow } from '../holds/hold.entity';
import { liftIn } from '../holds/hold.service';
import type { ReleaseService } from '../releases/release.service';
import { liveHoldsOf } from '../holds/stacked-hold.service';
import { RISK_DECLINED_AGAIN_MS, RISK_DECLINED_MS } from '../deadlines/timer.rules';
import { trancheMachine } from '../escrow/tranche.machine';
import { lockHeld, trancheOf } from '../escrow/tranche.service';
import type { HoldId } from '../payments.ids';
import type { RefundService } from '../refunds/refund.service';
import type { HeldRelease, RiskReviewRow } from './risk-review.entity';

/** What a review means for money whose release was stopped. */
export class HeldReleaseService {
  constructor(
    private readonly releases: ReleaseService,
    private readonly refunds: RefundService,
    private readonly log: Logger,
  ) {}

  /**
   * Approved: the hold ends and the release that was stopped goes on, also of parts that others were about meanwhile, if
   * the goods still are where it is possible.
   * Declined: the money goes back to the buyer after some days, unless an operator lifts the hold or an authority takes
   * its place. A review that stopped nothing has no hold.
   */
  async reviewedIn(tx: Tx, { subject, act }: RiskReviewRow, isApproved: boolean): Promise<boolean> {
    if (!isHeld(act)) return isApproved;
    const held = await lockHeld(tx, { trancheId: subject });
    if (held === undefined) return isApproved;
    if (!isApproved) {
      const due = after(tx.now, RISK_DECLINED_MS);
      for (const hold of await partsOf(tx, act.holdId)) await refundAt(tx, hold.id, due);
      return false;
    }
    const parts = await partsOf(tx, act.holdId);
    let now = held;
    for (const { id } of parts) now = await liftIn(tx, now, id);
    const { event, cause } = act;
    for (const trancheId of new Set([subject, ...parts.map((part) => part.trancheId)])) {
      if (trancheMachine.next(trancheOf(now, trancheId).state, event) === undefined) continue;
      now = await this.releases.releaseIn(tx, now, { trancheId, event, cause, isReviewed: true });
    }
    return true;
  }

  /** Handler of what was declined and nobody found another way for. */
  timers(): TimerHandlers {
    return { RISK_DECLINED: (tx, timer) => this.refundDeclined(tx, timer) };
  }

  /** The buyer gets it back; while a dispute or a bank is about it too a person is called, each day. */
  private async refundDeclined(tx: Tx, { subject }: Timer): Promise<void> {
    const hold = await tx.first<HoldRow>('select * from hold where id = $1', [subject]);
    const held = hold && (await lockHeld(tx, { escrowId: hold.escrowId }));
    if (hold === undefined || held === undefined) return;
    const { trancheId } = hold;
    if (!(await partsOf(tx, subject)).some(({ id }) => id === subject)) return;
    // none of them has the money while a bank has it
    const live = await liveHoldsOf(tx, trancheId);
    const [{ amountMinor } = hold] = live;
    const isFree = live.length === 1 && (await this.refunds.mayRefund(tx, held));
    if (!isFree || !(await this.refunds.hasRoom(tx, held, amountMinor))) {
      const alarm = { alarm: 'RISK_DECLINED_WAITS', holdId: subject, escrowId: hold.escrowId };
      this.log.error(alarm, 'declined, and another case keeps it from going back, or sent it back');
      await refundAt(tx, hold.id, after(tx.now, RISK_DECLINED_AGAIN_MS));
      return;
    }
    const thawed = await liftIn(tx, held, hold.id);
    const { availableMinor } = trancheOf(thawed, trancheId);
    const why = { cause: 'RISK_DECLINED', mayOwe: true } as const;
    await this.refunds.refundIn(tx, thawed, { ...why, amountMinor: availableMinor, trancheId });
  }
}

const refundAt = (tx: Tx, subject: HoldId, due: Date): Promise<void> =>
  setTimer(tx, { subject, kind: 'RISK_DECLINED', version: 0 }, due);

/** A hold, or what it was parted into (each names the first one), as far as it lasts. */
const partsOf = (tx: Tx, holdId: string): Promise<HoldRow[]> =>
  tx.query(
    'select * from hold where (id = $1 or "partOf" = $1) and "liftedAt" is null order by id',
    [holdId],
  );

const isHeld = (act: RiskReviewRow['act']): act is HeldRelease => 'holdId' in act;
