import { fact } from '#contracts/fact';
import { type AccountId, type OrderLineId, topics } from '#contracts/ids';
import type { Queries, Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import { fateIn } from '../chargebacks/charged-refund.service';
import {
  type LockedClaims,
  claimIn,
  isStillDue,
  lockClaimsOn,
} from '../chargebacks/refund-claim.service';
import { type Held, heldMinor, lockHeld, partiesOf } from '../escrow/tranche.service';
import { legId, post, posting } from '../ledger/ledger.service';
import type { OperationEvent } from '../psp/operation.machine';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';
import { creditLegsOf, toCredit } from './credit-leg.service';
import type { RefundLegRow } from './refund-leg.entity';
import type { RefundRow } from './refund.entity';
import { type LegEvent, legMachine } from './refund.machine';
import { creditIn, foldIn } from './refund-state.service';

interface Subject {
  readonly refund: RefundRow;
  readonly leg: RefundLegRow;
  readonly held: Held | undefined;
}

const NO_CLAIMS: LockedClaims = { cases: [], orders: [] };

const NEWS: Readonly<Partial<Record<string, LegEvent>>> = {
  succeeded: 'succeed',
  failed: 'reject',
};

const OPERATION_EVENT: Readonly<Record<LegEvent, OperationEvent>> = {
  send: 'wait',
  succeed: 'succeed',
  reject: 'reject',
  lose: 'lose',
  return: 'succeed',
};

/**
 * What the PSP's word on a refund means: paid back, or (when it cannot be) part of a chargeback, or the buyer's credit.
 */
export class RefundOutcomeService implements OperationOwner {
  constructor(private readonly log: Logger) {}

  /** What is due is due: a refund is given up only when the payer's bank has taken the money for them. */
  wanted(db: Queries, { subject }: PspOperationRow): Promise<boolean> {
    return isStillDue(db, subject);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    const said = legEvent(reply);
    if (said === undefined) return;
    // what could not be paid may be a bank's by now: its cases are locked before the escrow
    const claims = said === 'reject' ? await lockClaimsOn(tx, operation.subject) : NO_CLAIMS;
    const subject = await lockSubject(tx, operation.subject);
    const isLate = subject.leg.state === 'SUCCEEDED' && reply.kind === 'OBJECT';
    const event = isLate && said === 'reject' ? 'return' : said;
    const state = await lockState(tx, operation.id);
    const record = recordOf({ ...operation, state }, OPERATION_EVENT[event], reply, tx.now);
    if (record !== undefined) await recordIn(tx, operation.id, record);
    const next = legMachine.next(subject.leg.state, event);
    if (next === undefined) return;
    await this.move(tx, { ...subject, claims }, next);
  }

  /** What is due to a buyer's credit is there at once: no PSP is asked. */
  async payCreditIn(tx: Tx, refundId: string): Promise<void> {
    for (const id of await creditLegsOf(tx, refundId)) {
      await this.move(tx, { ...(await lockSubject(tx, id)), claims: NO_CLAIMS }, 'SUCCEEDED');
    }
  }

  private async move(
    tx: Tx,
    subject: Subject & { readonly claims: LockedClaims },
    next: RefundLegRow['state'],
  ): Promise<void> {
    const { refund, leg, claims } = subject;
    await tx.query('update "refundLeg" set state = $2 where id = $1', [leg.id, next]);
    if (next === 'SUCCEEDED') await this.paidBack(tx, subject);
    if (next === 'RETURNED') await this.returned(tx, subject);
    if (next === 'REJECTED' || next === 'RETURNED') await this.unpaid(tx, subject, claims);
    const state = await foldIn(tx, refund.id);
    if (state === 'SUCCEEDED' || state === 'CREDITED') await this.tell(tx, subject, state);
  }

  private async paidBack(tx: Tx, { refund, leg }: Subject): Promise<void> {
    const { clearing: credit } = await paymentOf(tx, refund);
    const { currency, dueAccountId: debit } = refund;
    const { amountMinor: amount } = leg;
    const back =
      (await toCredit(tx, leg, debit)) ??
      ({ code: 'PSP_REFUNDED', debit, credit, amount } as const);
    await post(tx, posting(`${leg.id}:paid back`, currency, tx.now, [back]));
  }

  /** The payer's bank sent it back: it is due again. A new transfer, never an undo. */
  private async returned(tx: Tx, { refund, leg }: Subject): Promise<void> {
    const { clearing: debit } = await paymentOf(tx, refund);
    const { currency, dueAccountId: credit } = refund;
    const corrects = legId(`${leg.id}:paid back`, 0);
    await post(
      tx,
      posting(`${leg.id}:returned`, currency, tx.now, [
        { code: 'REFUND_RETURNED', debit, credit, amount: leg.amountMinor, corrects },
      ]),
    );
  }

  /** The payer's bank pays it if it took the money meanwhile; else it is the buyer's credit. */
  private async unpaid(tx: Tx, { refund, leg }: Subject, claims: LockedClaims): Promise<void> {
    await tx.query(`update tender set "refundedMinor" = "refundedMinor" - $2 where id = $1`, [
      leg.tenderId,
      leg.amountMinor,
    ]);
    const credit = await claimIn(tx, claims, refund, leg);
    await fateIn(tx, leg.id, credit === leg.amountMinor ? 'CREDITED' : 'CHARGED_BACK');
    if (credit === 0n) return;
    const { buyerId } = await paymentOf(tx, refund);
    const { currency, dueAccountId } = refund;
    await creditIn(tx, { id: leg.id, currency, dueAccountId, buyerId }, credit);
    this.log.error({ alarm: 'REFUND_REFUSED', refundId: refund.id }, 'now the buyer’s credit');
  }

  private async tell(
    tx: Tx,
    { refund, held }: Subject,
    state: 'SUCCEEDED' | 'CREDITED',
  ): Promise<void> {
    if (held === undefined) return; // a failed payment's money: no order ever had it
    const { escrow } = held;
    const about = {
      subject: refund.id,
      version: refund.version + 1,
      topics: [topics.order(escrow.orderId), topics.escrow(escrow.id)],
    };
    const { currency } = refund;
    const data = {
      ...partiesOf(escrow),
      refundId: refund.id,
      amountMinor: refund.amountMinor.toString(),
      currency,
    };
    const remainingMinor = heldMinor(held).toString();
    const lines = await tx.query<{ orderLineId: OrderLineId; quantity: number }>(
      `select "orderLineId", sum(quantity)::int as quantity from "refundLine"
       where "refundId" = $1 group by 1 order by 1`,
      [refund.id],
    );
    const { cause, fault } = refund;
    tx.publish(
      state === 'SUCCEEDED'
        ? fact('refund.succeeded', about, { ...data, remainingMinor, cause, fault, lines })
        : fact('refund.failed', about, data),
    );
  }
}

async function paymentOf(tx: Tx, { id, paymentId }: RefundRow) {
  const payment = await tx.first<{ clearing: bigint; buyerId: AccountId }>(
    'select "clearingAccountId" as clearing, "buyerId" from payment where id = $1',
    [paymentId],
  );
  if (payment === undefined) throw new Error(`refund ${id} has no payment`);
  return payment;
}

function legEvent(reply: PspReply): LegEvent | undefined {
  if (reply.kind === 'REFUSED') return 'reject';
  if (reply.kind === 'LOST') return 'lose';
  if (reply.kind === 'ABSENT') return undefined;
  return NEWS[reply.object.status] ?? 'send';
}

/** Locks the escrow (when there is one), then the refund; the leg goes with it. */
async function lockSubject(tx: Tx, legId: string): Promise<Subject> {
  const found = await tx.first<{ refundId: string; escrowId: string | null }>(
    `select r.id as "refundId", r."escrowId" from "refundLeg" l join refund r on r.id = l."refundId"
     where l.id = $1`,
    [legId],
  );
  if (found === undefined) throw new Error(`there is no refund leg ${legId}`);
  const held =
    found.escrowId === null ? undefined : await lockHeld(tx, { escrowId: found.escrowId });
  const refund = await tx.first<RefundRow>('select * from refund where id = $1 for no key update', [
    found.refundId,
  ]);
  const leg = await tx.first<RefundLegRow>('select * from "refundLeg" where id = $1', [legId]);
  if (refund === undefined || leg === undefined) throw new Error(`refund of ${legId} is gone`);
  return { refund, leg, held };
}
