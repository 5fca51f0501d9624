import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import { afterWorkingDays } from '#kernel/clock/working-days';
import type { Tx } from '#kernel/db/database';
import { clearTimers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { type NewLine, writeLine } from '../balances/balance-line.service';
import { debtLegs, lockFunds } from '../balances/seller-funds.service';
import { bankCalendar } from '../deadlines/business-calendar.service';

import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, posting } from '../ledger/ledger.service';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';
import { tellChanged } from './payout-account.service';
import { releaseLines } from './payout-lines.service';
import type { PayoutRow } from './payout.entity';
import { type PayoutEvent, type PayoutState, payoutMachine } from './payout.machine';

type News = Exclude<PayoutEvent, 'cancel'>;
const NEWS: Readonly<Record<string, News>> = {
  in_transit: 'transit',
  paid: 'pay',
  failed: 'fail',
  // somebody took it back at the PSP: the money never left
  canceled: 'fail',
  returned: 'return',
};

/** What each does to the act at the PSP; a payout is only cancelled before it is sent. */
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
  CANCELLED: 'payout.failed',
  RETURNED: 'payout.returned',
} as const;

/** A payout that was sent and is not paid after this many working days of its bank: a person is called (T18). */
const LATE_DAYS = 5;

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

  /** A payout that nothing was sent of; it is locked. */
  async cancelIn(tx: Tx, payout: PayoutRow): Promise<void> {
    await this.step(tx, payout, 'cancel');
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
    await watch(tx, next);
    if (event === 'pay') await this.paid(tx, payout);
    if (event === 'fail' || event === 'cancel') await this.failed(tx, payout, next.state);
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

  /** The amount is available again, and the fee too: nothing was done for it. */
  private async failed(tx: Tx, payout: PayoutRow, state: PayoutState): Promise<void> {
    const { id, pendingId: pending, accountId: debit, transitAccountId: credit } = payout;
    const { amountMinor: amount, feeMinor: fee, currency } = payout;
    const funds = await lockFunds(tx, payout.sellerId, currency);
    const [fees = 0n] = await openAccounts(tx, [
      { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
    ]);
    const corrects = legId(id, 1);
    await post(
      tx,
      posting(`${id}:failed`, currency, tx.now, [
        { code: 'PAYOUT', kind: 'VOID', pending, debit, credit, amount },
        {
          code: 'PAYOUT_FEE',
          debit: fees,
          credit: debit,
          amount: fee,
          ...(fee > 0n && { corrects }),
        },
        ...debtLegs(funds, amount + fee),
      ]),
    );
    await lineOf(tx, payout, { kind: 'PAYOUT_FAILED', cause: `PAYOUT_${state}` });
    if (fee > 0n) {
      const back = { kind: 'PAYOUT_FEE', cause: `PAYOUT_${state}`, amountMinor: fee } as const;
      await lineOf(tx, payout, { ...back, causeId: `${id}:back` });
    }
    await releaseLines(tx, payout);
  }

  /** New transfers, never an undo: the money came back to the PSP and is available again. */
  private async returned(tx: Tx, payout: PayoutRow): Promise<void> {
    const { id, transitAccountId: transit, amountMinor: amount } = payout;
    const funds = await lockFunds(tx, payout.sellerId, payout.currency);
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
        ...debtLegs(funds, amount),
      ]),
    );
    await lineOf(tx, payout, { kind: 'PAYOUT_RETURNED', cause: 'PAYOUT_RETURNED' });
    await releaseLines(tx, payout);
    tellChanged(
      tx,
      await tx.first(
        `update "payoutAccount" set verified = false, version = version + 1
         where id = $1 returning *`,
        [payout.payoutAccountId],
      ),
    );
    this.log.warn({ payoutId: id }, 'payout returned by the bank; the account is unverified now');
  }
}

function payoutEvent(reply: PspReply): News | undefined {
  if (reply.kind === 'REFUSED') return 'fail';
  if (reply.kind === 'LOST') return 'lose';
  if (reply.kind === 'ABSENT') return undefined;
  return NEWS[reply.object.status] ?? 'submit';
}

function tell(tx: Tx, payout: PayoutRow): void {
  const { id, sellerId, state, version, amountMinor, currency } = payout;
  if (state === 'CREATED' || state === 'UNKNOWN') return;
  const about = {
    subject: id,
    version,
    topics: [topics.payout(id), topics.sellerBalance(sellerId)],
  };
  const data = { payoutId: id, sellerId, amountMinor: amountMinor.toString(), currency };
  tx.publish(fact(FACT[state], about, data));
}

/**
 * A payout that is under way always has a deadline: T19 until the PSP has it, then T18. That counts from when the PSP
 * was first heard to have it: a look that was lost in between must not begin it anew.
 */
async function watch(tx: Tx, payout: PayoutRow): Promise<void> {
  const { id, state, version, payoutAccountId } = payout;
  if (state === 'UNKNOWN') return;
  const isSent = state === 'SUBMITTED' || state === 'IN_TRANSIT';
  await clearTimers(tx, id, isSent ? ['T19'] : undefined);
  if (!isSent) return;
  const kind = 'T18';
  const set = await tx.first('select 1 as one from timer where subject = $1 and kind = $2', [
    id,
    kind,
  ]);
  if (set !== undefined) return;
  const calendar = await bankCalendar(tx, payoutAccountId);
  await setTimer(tx, { subject: id, kind, version }, afterWorkingDays(tx.now, LATE_DAYS, calendar));
}

const lineOf = (
  tx: Tx,
  { id, accountId, sellerId, currency, amountMinor }: PayoutRow,
  line: Pick<NewLine, 'kind' | 'cause'> & Partial<NewLine>,
): Promise<string> =>
  writeLine(tx, { accountId, sellerId, currency, amountMinor, causeId: id, ...line });
