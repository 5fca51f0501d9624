import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { operatorsCalendar } from '../deadlines/business-calendar.service';
import { trancheOf } from '../escrow/tranche.service';
import { type DisputeMoney, isHeldByOthers } from './dispute-money.service';
import type { DisputeReturnService } from './dispute-return.service';
import type { DisputeVerdictService } from './dispute-verdict.service';
import type { DisputeEvent } from './dispute.machine';
import { disputeMachine } from './dispute.machine';
import {
  type Disputed,
  lockDispute,
  moveDispute,
  nextState,
  updated,
} from './dispute-move.service';
import { proposalsIn } from './dispute-proposal.service';
import { type DisputeTalkService, agreedIn, giveUpIn } from './dispute-talk.service';
import { type DisputeTimer, deadline } from './dispute-timer.rules';
import { standing } from './proposal.rules';

type Step = (tx: Tx, found: Disputed) => Promise<unknown>;

/** What time does to disputes: the same use cases that a person would call. */
export class DisputeDeadlineService {
  constructor(
    private readonly talk: DisputeTalkService,
    private readonly verdicts: DisputeVerdictService,
    private readonly returns: DisputeReturnService,
    private readonly money: Pick<DisputeMoney, 'hasRoom'>,
    private readonly log: Logger,
  ) {}

  timers(): TimerHandlers {
    const steps: Readonly<Record<DisputeTimer, Step>> = {
      T7: (tx, found) => this.sellerSilent(tx, found),
      T8: (tx, found) => this.lapse(tx, found),
      T9: (tx, found) => this.step(tx, found, 'escalate', 'TALKED_LONG_ENOUGH'),
      T10: (tx, found) => this.reviewOverdue(tx, found),
      T11: (tx, found) => this.step(tx, found, 'heard', 'EVIDENCE_ENDED'),
      T12: (tx, found) => this.returns.notSentBackIn(tx, found),
      T12_CONFIRM: (tx, found) => this.cameBackWell(tx, found),
      T13: (tx, found) => this.tooLong(tx, found),
      APPEAL_END: (tx, found) => this.verdicts.standIn(tx, found),
      OTHER_HOLD: (tx, found) => this.stillHeld(tx, found),
    };
    return Object.fromEntries(Object.entries(steps).map(([kind, step]) => [kind, onDispute(step)]));
  }

  /** Silence is consent to what the buyer asks for now. */
  private async sellerSilent(tx: Tx, found: Disputed): Promise<void> {
    const { dispute } = found;
    const proposals = await proposalsIn(tx, dispute);
    const demand = standing(proposals, 'BUYER', dispute.refusedVersion);
    if (demand === undefined) throw new Error(`${dispute.id} demands nothing`);
    if (await this.isPayable(tx, found, 'T7', demand.amountMinor)) {
      await this.talk.agreeIn(tx, found, demand);
    }
  }

  /** What was agreed is paid now; what was decided is a refund already, which only has to be sent. */
  private async cameBackWell(tx: Tx, found: Disputed): Promise<void> {
    const isBooked = found.dispute.state === 'RETURN_ORDERED';
    const amountMinor = isBooked ? 0n : agreedIn(found).amountMinor;
    if (await this.isPayable(tx, found, 'T12_CONFIRM', amountMinor)) {
      await this.returns.wellIn(tx, found);
    }
  }

  private lapse(tx: Tx, found: Disputed): Promise<unknown> {
    return giveUpIn(tx, found, nextState(found.dispute, 'lapse'));
  }

  private step(tx: Tx, found: Disputed, event: DisputeEvent, cause: string): Promise<unknown> {
    const state = nextState(found.dispute, event);
    return moveDispute(tx, found, { state }, updated(found.held, cause));
  }

  /** Calls operators, again and again; nobody decides by silence. */
  private async reviewOverdue(tx: Tx, found: Disputed): Promise<void> {
    const { dispute, held } = found;
    const { id: disputeId, state, orderId, reason, trancheId } = dispute;
    this.log.error(
      { alarm: 'REVIEW_OVERDUE', disputeId, orderId },
      'a dispute waits for a decision',
    );
    const now = await moveDispute(tx, found, { state }, updated(held, 'REVIEW_OVERDUE'));
    const timer = { subject: disputeId, kind: 'T10', version: now.version };
    const goods = trancheOf(held, trancheId).state;
    const operators = await operatorsCalendar(tx);
    await setTimer(tx, timer, deadline('T10', tx.now, { reason, goods }, operators));
  }

  /** What was agreed waits for another case: a person is called, each day, until that has let go. */
  private async stillHeld(tx: Tx, found: Disputed): Promise<void> {
    if (await isHeldByOthers(tx, found.dispute)) await this.waits(tx, found, 'OTHER_HOLD');
    else if (await this.isPayable(tx, found, 'OTHER_HOLD', agreedIn(found).amountMinor)) {
      await this.talk.thawedIn(tx, found);
    }
  }

  /** What another case has frozen cannot be divided: it is asked again the next day. */
  private async waits(tx: Tx, found: Disputed, kind: DisputeTimer): Promise<void> {
    const { id: disputeId, orderId } = found.dispute;
    this.log.error(
      { alarm: 'DISPUTE_WAITS_FOR_HOLD', disputeId, orderId },
      'a dispute waits until another case lets go of its money',
    );
    await again(tx, found, kind);
  }

  /**
   * False when time would refund what the buyer has from a bank already: a person is called, each day, until the parties
   * or an operator end it otherwise. While another case has the money nothing is paid yet.
   */
  private async isPayable(
    tx: Tx,
    found: Disputed,
    kind: DisputeTimer,
    amountMinor: bigint,
  ): Promise<boolean> {
    if (await isHeldByOthers(tx, found.dispute)) return true;
    if (await this.money.hasRoom(tx, found, amountMinor)) return true;
    const { id: disputeId, orderId } = found.dispute;
    this.log.error(
      { alarm: 'DISPUTE_WITHOUT_ROOM', disputeId, orderId },
      'the buyer has from a bank what this deadline would refund: a person has to end the dispute',
    );
    await again(tx, found, kind);
    return false;
  }

  private async tooLong(tx: Tx, found: Disputed): Promise<void> {
    const { id: disputeId, orderId } = found.dispute;
    this.log.error({ alarm: 'DISPUTE_TOO_LONG', disputeId, orderId }, 'the time limit decides');
    if (await isHeldByOthers(tx, found.dispute)) await this.waits(tx, found, 'T13');
    else if (found.dispute.state === 'APPEALED') await this.returns.undecidedIn(tx, found);
    else if (await this.isPayable(tx, found, 'T13', found.dispute.stakeMinor)) {
      await this.verdicts.timeLimitIn(tx, found);
    }
  }
}

const again = (tx: Tx, { dispute }: Disputed, kind: DisputeTimer): Promise<void> =>
  setTimer(tx, { subject: dispute.id, kind, version: dispute.version }, after(tx.now, DAY));

/** A deadline of a dispute that is over by then has no effect. */
const onDispute =
  (step: Step) =>
  async (tx: Tx, { subject }: Timer): Promise<void> => {
    const found = await lockDispute(tx, subject);
    if (found === undefined || disputeMachine.isFinal(found.dispute.state)) return;
    await step(tx, found);
  };
