import { fact } from '#contracts/fact';
import { type AccountId, topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import { type Held, lockHeld, partiesOf } from '../escrow/tranche.service';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';
import type { RefundLegRow } from './refund-leg.entity';
import type { RefundRow } from './refund.entity';
import { type LegEvent, legMachine, refundState } from './refund.machine';

interface Subject {
  readonly refund: RefundRow;
  readonly leg: RefundLegRow;
  readonly held: Held | undefined;
}

const NEWS: Readonly<Partial<Record<string, LegEvent>>> = {
  succeeded: 'succeed',
  failed: 'reject',
};

/** What the PSP's word on a refund means: paid back, or (when it cannot be) kept as the buyer's credit. */
export class RefundOutcomeService implements OperationOwner {
  constructor(private readonly log: Logger) {}

  /** What is due is due: a refund is never given up. */
  wanted(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    const event = legEvent(reply);
    if (event === undefined) return;
    const subject = await lockSubject(tx, operation.subject);
    const state = await lockState(tx, operation.id);
    const record = recordOf(
      { ...operation, state },
      event === 'send' ? 'wait' : event,
      reply,
      tx.now,
    );
    if (record !== undefined) await recordIn(tx, operation.id, record);
    const next = legMachine.next(subject.leg.state, event);
    if (next === undefined) return;
    await this.move(tx, subject, next);
  }

  private async move(tx: Tx, subject: Subject, next: RefundLegRow['state']): Promise<void> {
    const { refund, leg } = subject;
    await tx.query('update "refundLeg" set state = $2 where id = $1', [leg.id, next]);
    const legs = await tx.query<{ state: RefundLegRow['state'] }>(
      'select state from "refundLeg" where "refundId" = $1',
      [refund.id],
    );
    const state = refundState(legs.map((one) => one.state));
    await tx.query('update refund set state = $2, version = version + 1 where id = $1', [
      refund.id,
      state,
    ]);
    if (next === 'SUCCEEDED') await this.paidBack(tx, subject);
    if (next === 'REJECTED') await this.credited(tx, subject);
    if (state === 'SUCCEEDED' || state === 'CREDITED') this.tell(tx, subject, state);
  }

  private async paidBack(tx: Tx, { refund, leg }: Subject): Promise<void> {
    const payment = await tx.first<{ clearing: bigint }>(
      'select "clearingAccountId" as clearing from payment where id = $1',
      [refund.paymentId],
    );
    if (payment === undefined) throw new Error(`refund ${refund.id} has no payment`);
    await post(
      tx,
      posting(`${leg.id}:paid back`, refund.currency, tx.now, [
        {
          code: 'PSP_REFUNDED',
          debit: refund.dueAccountId,
          credit: payment.clearing,
          amount: leg.amountMinor,
        },
      ]),
    );
  }

  private async credited(tx: Tx, { refund, leg }: Subject): Promise<void> {
    const { currency } = refund;
    const payment = await tx.first<{ buyerId: AccountId }>(
      'select "buyerId" from payment where id = $1',
      [refund.paymentId],
    );
    if (payment === undefined) throw new Error(`refund ${refund.id} has no payment`);
    const [credit = 0n] = await openAccounts(tx, [
      { kind: 'BUYER_CREDIT', owner: uuidOf(payment.buyerId), currency },
    ]);
    const debit = refund.dueAccountId;
    await post(
      tx,
      posting(`${leg.id}:credited`, currency, tx.now, [
        { code: 'REFUND_CREDITED', debit, credit, amount: leg.amountMinor },
      ]),
    );
    await tx.query(`update tender set "refundedMinor" = "refundedMinor" - $2 where id = $1`, [
      leg.tenderId,
      leg.amountMinor,
    ]);
    this.log.error({ alarm: 'REFUND_REFUSED', refundId: refund.id }, 'now the buyer’s credit');
  }

  private tell(tx: Tx, { refund, held }: Subject, state: 'SUCCEEDED' | 'CREDITED'): void {
    if (held === undefined) return; // a failed payment's money: no order ever had it
    const { escrow, tranche } = held;
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
    const remainingMinor = (tranche.availableMinor + tranche.frozenMinor).toString();
    tx.publish(
      state === 'SUCCEEDED'
        ? fact('refund.succeeded', about, { ...data, remainingMinor, cause: refund.cause })
        : fact('refund.failed', about, data),
    );
  }
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
