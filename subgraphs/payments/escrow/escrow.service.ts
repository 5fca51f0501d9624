import { fact } from '#contracts/fact';
import type { OrderGroupId, OrderId } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, clearTimers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { RefundService } from '../refunds/refund.service';
import type { ReleaseService } from './release.service';
import { TIMER_MS } from './timer.rules';
import { type TrancheEvent, trancheMachine } from './tranche.machine';
import { type Held, aboutEscrow, lockHeld, moveHeld, partiesOf } from './tranche.service';

/** What shipping, time and cancellation do to held money. */
export class EscrowService {
  constructor(
    private readonly releases: ReleaseService,
    private readonly refunds: RefundService,
    private readonly log: Logger,
  ) {}

  /**
   * Fulfilment reports on the whole order: shipped, delivered, or a delivery that was not one. Heard out of order or
   * again, it changes nothing; after release it is an alarm only.
   */
  async progressIn(tx: Tx, orderId: OrderId, event: 'ship' | 'deliver' | 'retract'): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || held.tranche.state === 'AWAITING_FUNDS') {
      throw new Error(`${orderId} moves before its money is known`);
    }
    const state = trancheMachine.next(held.tranche.state, event);
    if (state === undefined) {
      const level = event === 'retract' ? 'warn' : 'info';
      this.log[level]({ orderId, event, state: held.tranche.state }, 'changes nothing');
      return;
    }
    await moveHeld(tx, held, { state }, ({ escrow }) =>
      fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: state }),
    );
  }

  /** The order was cancelled or expired: money that is held goes back whole; nothing more is taken in. */
  async cancelledIn(tx: Tx, orderId: OrderId, cause: string): Promise<void> {
    const group = await tx.first<{ id: OrderGroupId }>(
      `select id from "orderGroup"
       where id = (select "orderGroupId" from escrow where "orderId" = $1) for no key update`,
      [orderId],
    );
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || group === undefined) {
      throw new Error(`${orderId} was cancelled before it is known`);
    }
    const { state, availableMinor } = held.tranche;
    if (state === 'AWAITING_FUNDS') {
      await this.cancelUnfunded(tx, held);
      await this.endGroupIfEmpty(tx, group.id);
    } else if (availableMinor > 0n && state !== 'FROZEN') {
      await this.refunds.refundIn(tx, held, availableMinor, cause);
    } else if (state !== 'CANCELLED' && state !== 'CLOSED') {
      this.log.error({ alarm: 'CANCELLED_TOO_LATE', orderId, state }, 'nothing left to refund');
    }
  }

  /** Handlers of T2 (late to ship), T3 (transit ends) and T4 (inspection ends). */
  timers(): TimerHandlers {
    return {
      T2: (tx, timer) => this.shipOverdue(tx, timer),
      T2_ANSWER: (tx, timer) => this.stillUnshipped(tx, timer),
      T3: (tx, timer) => this.deadline(tx, timer, 'transitEnd'),
      T4: (tx, timer) => this.deadline(tx, timer, 'inspectionEnd'),
    };
  }

  async cancelUnfunded(tx: Tx, held: Held): Promise<void> {
    await moveHeld(tx, held, { state: 'CANCELLED' }, ({ escrow }) =>
      fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: 'CANCELLED' }),
    );
  }

  private async endGroupIfEmpty(tx: Tx, groupId: OrderGroupId): Promise<void> {
    const ended = await tx.query(
      `update "orderGroup" g set state = 'CANCELLED', version = version + 1
       where id = $1 and state = 'AWAITING' and not exists (
         select 1 from escrow e join tranche t on t."escrowId" = e.id
         where e."orderGroupId" = g.id and t.state <> 'CANCELLED')
       returning 1 as one`,
      [groupId],
    );
    if (ended.length > 0) await clearTimers(tx, groupId);
  }

  private async deadline(
    tx: Tx,
    { subject }: Timer,
    event: TrancheEvent & ('transitEnd' | 'inspectionEnd'),
  ): Promise<void> {
    const held = await lockHeld(tx, { trancheId: subject });
    if (held === undefined || trancheMachine.next(held.tranche.state, event) === undefined) return;
    const cause = event === 'transitEnd' ? 'TRANSIT_ENDED' : 'INSPECTION_ENDED';
    await this.releases.releaseIn(tx, held, event, cause);
  }

  /** Payments never refunds an unshipped order on its own: marketplace asks, and a carrier scan can still win. */
  private async shipOverdue(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await lockHeld(tx, { trancheId: subject });
    if (held?.tranche.state !== 'FUNDED') return;
    await moveHeld(tx, held, {}, ({ escrow }) =>
      fact('escrow.ship_overdue', aboutEscrow(escrow), partiesOf(escrow)),
    );
    const answer = { subject, kind: 'T2_ANSWER', version };
    await setTimer(tx, answer, after(tx.now, TIMER_MS.T2_ANSWER));
  }

  private async stillUnshipped(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await lockHeld(tx, { trancheId: subject });
    if (held?.tranche.state !== 'FUNDED') return;
    const { orderId } = held.escrow;
    this.log.error({ alarm: 'SHIP_OVERDUE', orderId }, 'overdue and neither shipped nor cancelled');
    const again = { subject, kind: 'T2_ANSWER', version };
    await setTimer(tx, again, after(tx.now, TIMER_MS.T2_ANSWER));
  }
}
