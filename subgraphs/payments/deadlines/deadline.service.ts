import { fact } from '#contracts/fact';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import type { RefundService } from '../refunds/refund.service';
import type { ReleaseService } from '../releases/release.service';
import { ANSWER_MS, T15_MS, type TimerKind } from './timer.rules';
import type { TrancheRow } from '../escrow/tranche.entity';
import { type HeldState, trancheMachine } from '../escrow/tranche.machine';
import {
  type Held,
  aboutEscrow,
  heldMinor,
  lockHeld,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';

/** What time does to held money: each deadline calls what a person would call. */
export class DeadlineService {
  constructor(
    private readonly releases: ReleaseService,
    private readonly refunds: RefundService,
    private readonly log: Logger,
  ) {}

  /** Handlers of T2 (late to ship), T3 (transit ends), T4 (inspection ends), their reminders, and T15 (held too long). */
  timers(): TimerHandlers {
    return {
      T2: (tx, timer) => this.shipOverdue(tx, timer),
      T2_REMIND: (tx, timer) => remind(tx, timer, { of: 'T2', state: 'FUNDED', kind: 'SHIP' }),
      T2_ANSWER: (tx, timer) => this.stillUnshipped(tx, timer),
      T3: (tx, timer) => this.transitEnds(tx, timer),
      T4: (tx, timer) => this.inspectionEnds(tx, timer),
      T4_REMIND: (tx, timer) =>
        remind(tx, timer, { of: 'T4', state: 'DELIVERED', kind: 'INSPECT' }),
      T15_ALARM: (tx, timer) => this.heldForLong(tx, timer),
      T15: (tx, timer) => this.heldTooLong(tx, timer),
    };
  }

  /** Payments never refunds an unshipped order on its own: marketplace asks, and a carrier scan can still win. */
  private async shipOverdue(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await heldAt(tx, subject, 'FUNDED');
    if (held === undefined) return;
    await moveTranche(tx, held, { id: subject }, ({ escrow }) =>
      fact('escrow.ship_overdue', aboutEscrow(escrow), partiesOf(escrow)),
    );
    await setTimer(tx, { subject, kind: 'T2_ANSWER', version }, after(tx.now, ANSWER_MS));
  }

  private async stillUnshipped(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await heldAt(tx, subject, 'FUNDED');
    if (held === undefined) return;
    const { orderId } = held.escrow;
    this.log.error({ alarm: 'SHIP_OVERDUE', orderId }, 'overdue and neither shipped nor cancelled');
    await setTimer(tx, { subject, kind: 'T2_ANSWER', version }, after(tx.now, ANSWER_MS));
  }

  /** A parcel that its carrier has lost is not taken for one that arrived: a person is called, each day. */
  private async transitEnds(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await heldAt(tx, subject, 'SHIPPED');
    if (held === undefined) return;
    if (trancheOf(held, subject).lostAt !== null) {
      const { orderId } = held.escrow;
      this.log.error(
        { alarm: 'LOST_UNANSWERED', orderId },
        'lost, and nobody claims or refunds it',
      );
      await setTimer(tx, { subject, kind: 'T3', version }, after(tx.now, ANSWER_MS));
      return;
    }
    const release = { trancheId: subject, event: 'transitEnd', cause: 'TRANSIT_ENDED' } as const;
    await this.releases.releaseIn(tx, held, release);
  }

  private async inspectionEnds(tx: Tx, { subject: trancheId }: Timer): Promise<void> {
    const held = await heldAt(tx, trancheId, 'DELIVERED');
    if (held === undefined) return;
    const release = { trancheId, event: 'inspectionEnd', cause: 'INSPECTION_ENDED' } as const;
    await this.releases.releaseIn(tx, held, release);
  }

  private async heldForLong(tx: Tx, { subject, version }: Timer): Promise<void> {
    const held = await lockHeld(tx, { escrowId: subject });
    if (held === undefined || (heldMinor(held) === 0n && held.escrow.state !== 'FROZEN')) return;
    const { orderId, fundedAt } = held.escrow;
    this.log.error({ alarm: 'HELD_FOR_LONG', orderId }, 'this money cannot be held much longer');
    // from the funding, not from now: the clock may have jumped
    await setTimer(tx, { subject, kind: 'T15', version }, after(fundedAt ?? tx.now, T15_MS));
  }

  /**
   * What has left is released, what has not, or was lost, is refunded; a case must end, and a person is called until it
   * has.
   */
  private async heldTooLong(tx: Tx, { subject, version }: Timer): Promise<void> {
    let held = await lockHeld(tx, { escrowId: subject });
    if (held === undefined) return;
    const event = 'ageEnd';
    for (const { id: trancheId, state, lostAt } of held.tranches) {
      if (lostAt !== null || trancheMachine.next(state, event) === undefined) continue;
      const release = { trancheId, event, cause: 'HELD_TOO_LONG' } as const;
      held = await this.releases.releaseIn(tx, held, release);
    }
    for (const tranche of held.tranches) {
      const { id: trancheId, availableMinor: amountMinor } = tranche;
      if (!neverCame(tranche) || amountMinor === 0n) continue;
      if (!(await this.refunds.mayRefund(tx, held))) continue;
      if (!(await this.refunds.hasRoom(tx, held, amountMinor))) continue;
      const why = { cause: 'HELD_TOO_LONG', fault: 'SELLER', mayOwe: true } as const;
      await this.refunds.refundIn(tx, held, { ...why, amountMinor, trancheId });
      held = (await lockHeld(tx, { escrowId: subject })) ?? held;
    }
    if (heldMinor(held) === 0n && held.escrow.state !== 'FROZEN') return;
    const { orderId } = held.escrow;
    this.log.error({ alarm: 'HELD_TOO_LONG', orderId }, 'an open case holds money for too long');
    await setTimer(tx, { subject, kind: 'T15', version }, after(tx.now, ANSWER_MS));
  }
}

/** True for goods that the buyer cannot have: they have not left, or the carrier lost them. */
const neverCame = ({ state, lostAt }: TrancheRow): boolean =>
  state === 'FUNDED' || state === 'DEPOSITED' || (state === 'SHIPPED' && lostAt !== null);

/** The locked escrow of a tranche that is still in a state; a timer that comes too late finds none. */
async function heldAt(tx: Tx, trancheId: string, state: HeldState): Promise<Held | undefined> {
  const held = await lockHeld(tx, { trancheId });
  return held !== undefined && trancheOf(held, trancheId).state === state ? held : undefined;
}

interface Reminder {
  /** The deadline that it reminds of. */
  readonly of: TimerKind;
  readonly state: HeldState;
  readonly kind: 'SHIP' | 'INSPECT';
}

async function remind(tx: Tx, { subject }: Timer, { of, state, kind }: Reminder): Promise<void> {
  const held = await heldAt(tx, subject, state);
  const due = await tx.first<{ fireAt: Date | null }>(
    'select "fireAt" from timer where subject = $1 and kind = $2',
    [subject, of],
  );
  const dueAt = due?.fireAt;
  if (held === undefined || dueAt == null) return;
  await moveTranche(tx, held, { id: subject }, ({ escrow }) =>
    fact('escrow.reminder', aboutEscrow(escrow), {
      ...partiesOf(escrow),
      trancheId: subject,
      kind,
      dueAt: dueAt.toISOString(),
    }),
  );
}
