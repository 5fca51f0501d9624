import type { DisputeId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Money } from '#kernel/money/money';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import type { DisputeRow } from './dispute.entity';
import type { DisputeMoney } from './dispute-money.service';
import {
  type Disputed,
  closed,
  lockAsParty,
  moveDispute,
  nextState,
  updated,
} from './dispute-move.service';
import { isHeldByOthers, unfreezeIn } from './dispute-money.service';
import { proposalsIn, proposeIn } from './dispute-proposal.service';
import type { DisputeVerdictService } from './dispute-verdict.service';
import { ESCALATE_FROM_MS } from './dispute-timer.rules';
import {
  type DisputeKind,
  type DisputeSide,
  type Terms,
  fits,
  needsReturn,
  otherSide,
  sameTerms,
  standing,
} from './proposal.rules';

/** Something one side does with a dispute. */
export interface DisputeAct {
  readonly key: string;
  readonly disputeId: DisputeId;
}

/** Terms that one side puts forward, knowing the latest proposal. */
export interface CounterInput extends DisputeAct {
  readonly proposalVersion: number;
  readonly kind: DisputeKind;
  readonly amount: Money;
  readonly text: string;
}

type SideStep = (tx: Tx, found: Disputed, side: DisputeSide) => Promise<unknown>;

/** What the two sides do until they agree, one gives up, or somebody else has to decide. */
export class DisputeTalkService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly money: DisputeMoney,
    private readonly verdicts: Pick<DisputeVerdictService, 'returnedIn'>,
  ) {}

  /**
   * Agrees to what the other side offers, which must be this version (PROPOSAL_STALE). While goods are on their way
   * back, the seller says by it that they have come back well.
   */
  accept(
    viewer: Viewer,
    { proposalVersion, ...act }: DisputeAct & { readonly proposalVersion: number | undefined },
  ): Promise<DisputeId> {
    const input = { proposalVersion: proposalVersion ?? null };
    return this.act(viewer, 'disputeAccept', act, input, async (tx, found, side) => {
      const { dispute } = found;
      if (dispute.state === 'WAIT_RETURN' && side === 'SELLER') {
        await this.receivedBackIn(tx, found);
        return;
      }
      if (dispute.state === 'RETURN_ORDERED' && side === 'SELLER') {
        await this.verdicts.returnedIn(tx, found);
        return;
      }
      const proposals = await proposalsIn(tx, dispute);
      const offer = standing(proposals, otherSide(side), dispute.refusedVersion);
      if (offer === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
      if (offer.version !== proposalVersion) {
        throw refuse('PROPOSAL_STALE', { field: ['input', 'proposalVersion'] });
      }
      await this.agreeIn(tx, found, offer);
    });
  }

  /** Puts other terms forward; equal to the other side's, they end the dispute. */
  counter(viewer: Viewer, { key, disputeId, ...wanted }: CounterInput): Promise<DisputeId> {
    const act = { key, disputeId };
    return this.act(viewer, 'disputeCounter', act, wanted, async (tx, found, side) => {
      const { dispute } = found;
      const state = nextState(dispute, side === 'BUYER' ? 'demand' : 'answer');
      if (wanted.proposalVersion !== dispute.proposalVersion) {
        throw refuse('PROPOSAL_STALE', { field: ['input', 'proposalVersion'] });
      }
      const terms = termsOf(dispute, wanted);
      const version = dispute.proposalVersion + 1;
      const proposals = await proposalsIn(tx, dispute);
      await proposeIn(tx, dispute, { ...terms, side, version, text: wanted.text });
      const theirs = standing(proposals, otherSide(side), dispute.refusedVersion);
      if (theirs !== undefined && sameTerms(theirs, terms)) {
        await this.agreeIn(
          tx,
          { ...found, dispute: { ...dispute, proposalVersion: version } },
          terms,
        );
        return;
      }
      const change = { state, proposalVersion: version };
      await moveDispute(tx, found, change, updated(found.held, `${side}_PROPOSED`));
    });
  }

  /** The seller says no and takes back what was offered; or the goods did not come back as agreed. */
  refuse(viewer: Viewer, act: DisputeAct & { readonly reason: string }): Promise<DisputeId> {
    const { reason, ...which } = act;
    return this.act(viewer, 'disputeRefuse', which, { reason }, async (tx, found, side) => {
      if (side !== 'SELLER') throw refuse('TRANSITION_NOT_ALLOWED');
      if (found.dispute.state === 'RETURN_ORDERED') {
        await contestIn(tx, found);
        return;
      }
      const state = nextState(found.dispute, 'refuse');
      const refusedVersion = found.dispute.proposalVersion;
      const cause = state === 'EVIDENCE' ? 'RETURN_CONTESTED' : 'SELLER_REFUSED';
      await moveDispute(tx, found, { state, refusedVersion }, updated(found.held, cause));
    });
  }

  /** Asks for a decision, from three days on; afterwards: this side has nothing to add. */
  escalate(viewer: Viewer, act: DisputeAct): Promise<DisputeId> {
    return this.act(viewer, 'disputeEscalate', act, {}, async (tx, found, side) => {
      if (found.dispute.state === 'EVIDENCE') {
        await doneIn(tx, found, side);
        return;
      }
      const state = nextState(found.dispute, 'escalate');
      if (tx.now < after(found.dispute.openedAt, ESCALATE_FROM_MS)) {
        throw refuse('TRANSITION_NOT_ALLOWED', { message: 'Not before three days have passed.' });
      }
      await moveDispute(tx, found, { state }, updated(found.held, `${side}_ESCALATED`));
    });
  }

  /** The buyer gives up: the money goes on by its deadlines. */
  withdraw(viewer: Viewer, act: DisputeAct): Promise<DisputeId> {
    return this.act(viewer, 'disputeWithdraw', act, {}, async (tx, found, side) => {
      if (side !== 'BUYER') throw refuse('TRANSITION_NOT_ALLOWED');
      const state = nextState(found.dispute, 'withdraw');
      await giveUpIn(tx, found, state);
    });
  }

  /** Both want the same: the money moves now, or when the goods are back. */
  async agreeIn(tx: Tx, found: Disputed, terms: Terms): Promise<void> {
    const { dispute, held } = found;
    if (needsReturn(terms)) {
      const state = nextState(dispute, 'agreeReturn');
      const { kind: agreedKind, amountMinor: agreedMinor } = terms;
      const change = { state, agreedKind, agreedMinor, proposalVersion: dispute.proposalVersion };
      await moveDispute(tx, found, change, updated(held, 'RETURN_AGREED'));
      return;
    }
    await this.payIn(tx, found, nextState(dispute, 'agree'), terms);
  }

  /** What was sent back has come back well: the agreed amount is paid. */
  async receivedBackIn(tx: Tx, found: Disputed): Promise<void> {
    await this.payIn(tx, found, nextState(found.dispute, 'received'), agreedIn(found));
  }

  /** What was agreed waited for another case, which has let go: it is paid. */
  async thawedIn(tx: Tx, found: Disputed): Promise<void> {
    await this.payIn(tx, found, nextState(found.dispute, 'thawed'), agreedIn(found));
  }

  private async payIn(
    tx: Tx,
    { dispute, held }: Disputed,
    state: DisputeRow['state'],
    terms: Terms,
  ): Promise<void> {
    if (await isHeldByOthers(tx, dispute)) {
      const { kind: agreedKind, amountMinor: agreedMinor } = terms;
      const agreed = { agreedKind, agreedMinor, proposalVersion: dispute.proposalVersion };
      const change = { ...agreed, state: nextState(dispute, 'waitHold') };
      await moveDispute(tx, { dispute, held }, change, updated(held, 'OTHER_HOLD'));
      return;
    }
    const moved = await this.money.settleIn(tx, held, dispute, terms);
    const { proposalVersion } = dispute;
    await moveDispute(
      tx,
      { dispute, held: moved.held },
      { state, proposalVersion, refundId: moved.refundId },
      closed(moved.held, terms.amountMinor),
    );
  }

  /** One side's act: once per key, under the escrow's lock, by a party only. */
  private act(
    viewer: Viewer,
    mutation: string,
    { key, disputeId }: DisputeAct,
    input: object,
    step: SideStep,
  ): Promise<DisputeId> {
    const intent = { scope: `${actorOf(viewer)}:${mutation}`, key, input: { ...input, disputeId } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const { side, ...found } = await lockAsParty(tx, this.sellers, viewer, disputeId);
        await step(tx, found, side);
        return disputeId;
      }),
    );
  }
}

/** What the parties agreed on and is not paid yet. */
export function agreedIn({ dispute }: Disputed): Terms {
  const { id, agreedKind: kind, agreedMinor: amountMinor } = dispute;
  if (kind === null || amountMinor === null) throw new Error(`nothing was agreed in ${id}`);
  return { kind, amountMinor };
}

/** Ends a dispute without a decision for the buyer: what was frozen goes on by its deadlines. */
export async function giveUpIn(
  tx: Tx,
  { dispute, held }: Disputed,
  state: DisputeRow['state'],
): Promise<DisputeRow> {
  const freed = await unfreezeIn(tx, held, dispute);
  return moveDispute(tx, { dispute, held: freed }, { state }, closed(freed, 0n));
}

/** What a decision sent back did not come back well: another operator looks at it. Not before it is back. */
async function contestIn(tx: Tx, found: Disputed): Promise<void> {
  const { dispute, held } = found;
  if (dispute.returnedAt === null) throw refuse('TRANSITION_NOT_ALLOWED');
  const state = nextState(dispute, 'contest');
  await moveDispute(tx, found, { state }, updated(held, 'RETURN_CONTESTED'));
}

/** One side has nothing to add; when both have not, it is judged. */
async function doneIn(tx: Tx, found: Disputed, side: DisputeSide): Promise<void> {
  const { dispute, held } = found;
  const buyerDone = dispute.buyerDone || side === 'BUYER';
  const sellerDone = dispute.sellerDone || side === 'SELLER';
  const state = buyerDone && sellerDone ? nextState(dispute, 'heard') : dispute.state;
  await moveDispute(tx, found, { state, buyerDone, sellerDone }, updated(held, `${side}_DONE`));
}

function termsOf({ currency, stakeMinor }: DisputeRow, wanted: CounterTerms): Terms {
  const terms = { kind: wanted.kind, amountMinor: wanted.amount.minor };
  if (wanted.amount.currency !== currency || !fits(terms, stakeMinor)) {
    throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
  }
  return terms;
}
type CounterTerms = Pick<CounterInput, 'kind' | 'amount'>;
