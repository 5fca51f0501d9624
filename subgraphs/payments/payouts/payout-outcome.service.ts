import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { BalanceTransactionKind } from '../balances/balance.rules';
import type { Leg } from '../ledger/ledger.rules';
import { legId, post, posting } from '../ledger/ledger.service';
import { balanceTransactionIds } from '../payments.ids';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';
import type { PayoutRow } from './payout.entity';
import { type PayoutEvent, payoutMachine } from './payout.machine';

const NEWS: Readonly<Record<string, PayoutEvent>> = {
  in_transit: 'transit',
  paid: 'pay',
  failed: 'fail',
  returned: 'return',
};

const OPERATION_EVENT = {
  submit: 'wait',
  transit: 'wait',
  pay: 'succeed',
  fail: 'reject',
  lose: 'lose',
  return: 'succeed',
} as const;

const FACT = {
  SUBMITTED: 'payout.submitted',
  IN_TRANSIT: 'payout.submitted',
  PAID: 'payout.paid',
  FAILED: 'payout.failed',
  RETURNED: 'payout.returned',
} as const;

/** What the PSP's word on a payout means for the seller's balance. */
export class PayoutOutcomeService implements OperationOwner {
  constructor(private readonly log: Logger) {}

  wanted(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    const event = payoutEvent(reply);
    if (event === undefined) return;
    const payout = await tx.first<PayoutRow>(
      'select * from payout where id = $1 for no key update',
      [operation.subject],
    );
    if (payout === undefined) throw new Error(`there is no payout ${operation.subject}`);
    const state = await lockState(tx, operation.id);
    const record = recordOf({ ...operation, state }, OPERATION_EVENT[event], reply, tx.now);
    if (record !== undefined) await recordIn(tx, operation.id, record);
    // A bank can return what we never heard was paid: both steps, in order.
    const steps: PayoutEvent[] =
      event === 'return' && payout.state !== 'PAID' ? ['pay', 'return'] : [event];
    let current = payout;
    for (const step of steps) current = await this.step(tx, current, step);
  }

  private async step(tx: Tx, payout: PayoutRow, event: PayoutEvent): Promise<PayoutRow> {
    const state = payoutMachine.next(payout.state, event);
    if (state === undefined || state === payout.state) return payout;
    const next = { ...payout, state, version: payout.version + 1 };
    await tx.query('update payout set state = $2, version = $3 where id = $1', [
      next.id,
      next.state,
      next.version,
    ]);
    if (event === 'pay') await this.paid(tx, payout);
    if (event === 'fail') await this.failed(tx, payout);
    if (event === 'return') await this.returned(tx, payout);
    tell(tx, next);
    return next;
  }

  private async paid(tx: Tx, { id, pendingId: pending, ...payout }: PayoutRow): Promise<void> {
    const { accountId, transitAccountId: transit, clearingAccountId, amountMinor: amount } = payout;
    const legs: Leg[] = [
      { code: 'PAYOUT', kind: 'POST', pending, debit: accountId, credit: transit, amount },
      { code: 'PAYOUT_PAID', debit: transit, credit: clearingAccountId, amount },
    ];
    await post(tx, posting(`${id}:paid`, payout.currency, tx.now, legs));
  }

  private async failed(tx: Tx, payout: PayoutRow): Promise<void> {
    const { id, pendingId: pending, accountId: debit, transitAccountId: credit } = payout;
    const amount = payout.amountMinor;
    await post(
      tx,
      posting(`${id}:failed`, payout.currency, tx.now, [
        { code: 'PAYOUT', kind: 'VOID', pending, debit, credit, amount },
      ]),
    );
    await addLine(tx, payout, 'PAYOUT_FAILED');
  }

  /** New transfers, never an undo: the money came back to the PSP and is available again. */
  private async returned(tx: Tx, payout: PayoutRow): Promise<void> {
    const { id, transitAccountId: transit, amountMinor: amount } = payout;
    await post(
      tx,
      posting(`${id}:returned`, payout.currency, tx.now, [
        {
          code: 'PAYOUT_BACK_AT_PSP',
          debit: payout.clearingAccountId,
          credit: transit,
          amount,
          corrects: legId(`${id}:paid`, 1),
        },
        {
          code: 'PAYOUT_RETURNED',
          debit: transit,
          credit: payout.accountId,
          amount,
          corrects: legId(`${id}:paid`, 0),
        },
      ]),
    );
    await addLine(tx, payout, 'PAYOUT_RETURNED');
    await tx.query(
      `update "payoutAccount" set verified = false, version = version + 1 where id = $1`,
      [payout.payoutAccountId],
    );
    this.log.warn({ payoutId: id }, 'payout returned by the bank; the account is unverified now');
  }
}

function payoutEvent(reply: PspReply): PayoutEvent | undefined {
  if (reply.kind === 'REFUSED') return 'fail';
  if (reply.kind === 'LOST') return 'lose';
  if (reply.kind === 'ABSENT') return undefined;
  return NEWS[reply.object.status] ?? 'submit';
}

function tell(tx: Tx, payout: PayoutRow): void {
  const { id, sellerId, state, version, amountMinor, currency } = payout;
  if (state === 'CREATED' || state === 'UNKNOWN') return;
  const about = { subject: id, version, topics: [topics.sellerBalance(sellerId)] };
  const data = { payoutId: id, sellerId, amountMinor: amountMinor.toString(), currency };
  tx.publish(fact(FACT[state], about, data));
}

async function addLine(tx: Tx, payout: PayoutRow, kind: BalanceTransactionKind): Promise<void> {
  await tx.query(
    `insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
       cause, "causeId", "occurredAt") values ($1, $2, $3, $4, $5, $6, $5, $7, $8)`,
    [
      balanceTransactionIds.create(),
      payout.accountId,
      payout.sellerId,
      payout.currency,
      kind,
      payout.amountMinor,
      payout.id,
      tx.now,
    ],
  );
}
