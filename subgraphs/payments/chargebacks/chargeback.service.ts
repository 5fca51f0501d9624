import { fact } from '#contracts/fact';
import { HOUR, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { total } from '#kernel/money/money';
import type { Logger } from '#kernel/server/log';
import { freezeIn } from '../holds/hold.service';
import { freezeReleasedIn } from '../holds/released-hold.service';
import { endHoldsIn } from '../holds/stacked-hold.service';
import {
  type Held,
  aboutEscrow,
  moveTranche,
  partiesOf,
  trancheOf,
  whatIsLeft,
} from '../escrow/tranche.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspObject } from '../psp/psp.port';
import { bear, refundable } from '../refunds/refund.rules';
import {
  caseOf,
  changeTender,
  hastenDisputes,
  isCaptured,
  lockOrders,
  roomOf,
  saveIn,
  tellOrders,
} from './chargeback-case.service';
import type { ChargebackPartRow } from './chargeback-part.entity';
import type { ChargebackRow } from './chargeback.entity';
import {
  type ChargebackEvent,
  chargebackMachine,
  contradicts,
  stepsOf,
} from './chargeback.machine';
import { restOf } from './charged-refund.rules';
import { refundsOf, takeOwedIn } from './charged-refund.service';
import { dueAgainIn } from './due-again.service';
import { comesBack } from './liability.rules';
import { partsOf } from './refund-claim.service';
import { giveBackIn } from './reversal.service';
import { shareOut } from './share.rules';
import { liftCaseIn, takeIn } from './taking.service';

/** T16: the best evidence there is goes out this long before the bank's due date. */
const T16_BEFORE_MS = 48 * HOUR;

/** Who judges between buyer and seller until a bank takes the matter over. */
export interface Disputes {
  /** Ends the open disputes of a locked order and lifts their holds. */
  supersedeIn(tx: Tx, held: Held): Promise<Held>;
}

/** What the bank's word on a payer's complaint means for the money of the orders that were paid. */
export class ChargebackService {
  constructor(
    private readonly disputes: Disputes,
    private readonly outgoing: Outgoing,
    private readonly log: Logger,
  ) {}

  /** Hears what the PSP has about a dispute, however often and in any order. False while the payment is not known. */
  async hearIn(tx: Tx, found: PspObject): Promise<boolean> {
    const known = await caseOf(tx, found);
    if (known === undefined) return false;
    let { row } = known;
    const { id, state } = row;
    if (contradicts(state, found.status)) {
      const alarm = { alarm: 'CHARGEBACK_REOPENED', chargebackId: id, state, word: found.status };
      this.log.error(alarm, 'the bank changed its mind about a closed case; a person has to look');
    }
    const steps = stepsOf(state, found.status);
    if (steps === undefined) {
      this.log.error({ alarm: 'CHARGEBACK_WORD', chargebackId: id, word: found.status }, 'unknown');
      return true;
    }
    if (known.fresh && steps.length === 0) await this.warned(tx, row);
    for (const step of steps) row = await this.step(tx, withWord(row, found), step);
    await saveIn(tx, row);
    return true;
  }

  /** A step of a locked case; the caller has decided that it is possible. The caller saves. */
  async step(tx: Tx, row: ChargebackRow, event: ChargebackEvent): Promise<ChargebackRow> {
    const state = chargebackMachine.next(row.state, event);
    if (state === undefined) throw new Error(`${row.id} is ${row.state}: no ${event}`);
    if (state !== 'OPENED') await clearTimers(tx, row.id, ['T16']);
    const next = { ...row, state };
    switch (event) {
      case 'open':
        return this.opened(tx, next);
      case 'prevent':
        return this.prevented(tx, next);
      case 'win':
      case 'lose':
      case 'accept':
        return this.closed(tx, next);
      case 'submit':
      case 'review':
        return next;
    }
  }

  /** Nothing is taken yet: what would be is frozen. A deposit is not: it waits for its balance, and holds know no such wait. */
  private async warned(tx: Tx, { id: caseId, ...row }: ChargebackRow): Promise<void> {
    const why = { cause: 'CHARGEBACK', caseId, reason: `warning: ${row.reason}` } as const;
    const orders = (await lockOrders(tx, row)).map((held) => {
      const tranches = held.tranches.filter(({ state }) => state !== 'DEPOSITED');
      const { held: kept, released } = refundable(tranches);
      return { held, tranches, leftMinor: kept + released };
    });
    const room = await roomOf(tx, row);
    for (const { order, amountMinor } of shareOut(least(row.amountMinor, room), orders)) {
      let now = order.held;
      for (const part of bear(amountMinor, order.tranches) ?? []) {
        const what = { trancheId: part.tranche.id, amountMinor: part.amountMinor, ...why };
        now = (
          part.from === 'HELD'
            ? await freezeIn(tx, now, what)
            : await freezeReleasedIn(tx, now, what)
        ).now;
      }
    }
  }

  private async prevented(tx: Tx, row: ChargebackRow): Promise<ChargebackRow> {
    const orders = await this.freed(tx, row);
    return tellOrders(tx, { ...row, closedAt: tx.now }, orders, () => 0n);
  }

  /**
   * The bank has the money: what was owed to the payer bears it, then the orders, each by what it has left, up to what the
   * tender still brings them.
   */
  private async opened(tx: Tx, row: ChargebackRow): Promise<ChargebackRow> {
    const orders = await this.freed(tx, row);
    await this.postTaken(tx, row);
    const owed = await takeOwedIn(tx, row, this.outgoing);
    const lefts = orders.map((held) => ({ held, leftMinor: whatIsLeft(held) }));
    const room = await roomOf(tx, row);
    const most = room > owed ? room - owed : 0n;
    const shares = shareOut(least(row.amountMinor - owed, most), lefts);
    const covered = owed + total(shares.map(({ amountMinor }) => amountMinor));
    for (const { order, amountMinor } of shares) await takeIn(tx, order.held, row, amountMinor);
    await changeTender(tx, row, covered);
    const uncoveredMinor = row.amountMinor - covered;
    if (uncoveredMinor > 0n) {
      const alarm = { alarm: 'CHARGEBACK_AFTER_REFUND', chargebackId: row.id };
      this.log.error(alarm, 'more is charged back than was left: contest it with the refund');
    }
    const { id: subject, version } = row;
    await setTimer(tx, { subject, kind: 'T16', version }, after(row.dueAt, -T16_BEFORE_MS));
    const parts = new Map(shares.map(({ order, ...one }) => [order.held.escrow.id, one]));
    const opened = { ...row, uncoveredMinor, openedAt: tx.now };
    return tellOrders(tx, opened, orders, (id) => parts.get(id as never)?.amountMinor ?? 0n);
  }

  /** Who is right is known: what was taken is put back, or gone; what nobody bears is the platform's loss. */
  private async closed(tx: Tx, row: ChargebackRow): Promise<ChargebackRow> {
    const orders = new Map((await lockOrders(tx, row)).map((held) => [held.escrow.id, held]));
    const parts = await partsOf(tx, row.id);
    let goneMinor = 0n;
    for (const part of parts) {
      const held = orders.get(part.escrowId);
      if (held === undefined) throw new Error(`${part.id} is of no order`);
      const { heldState, lostAt } = trancheOf(held, part.trancheId);
      const back = comesBack(row, { ...part, heldState, isLost: lostAt !== null });
      if (!back) goneMinor += part.amountMinor;
      const now = back ? await giveBackIn(tx, held, row, part) : await gone(tx, held, part);
      orders.set(part.escrowId, now);
    }
    if (row.state === 'WON') {
      await changeTender(tx, row, row.uncoveredMinor - row.amountMinor);
      await dueAgainIn(tx, row, this.outgoing);
    }
    await this.postClosed(tx, row, goneMinor);
    await hastenDisputes(tx, [...orders.keys()]);
    return tellOrders(tx, { ...row, closedAt: tx.now }, [...orders.values()], (id) =>
      total(parts.filter(({ escrowId }) => escrowId === id).map((part) => part.amountMinor)),
    );
  }

  /** The orders of a case, locked, without the disputes about them and without the case's own holds. */
  private async freed(tx: Tx, row: ChargebackRow): Promise<Held[]> {
    const orders: Held[] = [];
    const supersedes = row.state === 'OPENED' && (await isCaptured(tx, row));
    for (const held of await lockOrders(tx, row)) {
      const alone = supersedes ? await this.disputes.supersedeIn(tx, held) : held;
      orders.push(await liftCaseIn(tx, alone, row.id));
    }
    return orders;
  }

  private async postTaken(tx: Tx, row: ChargebackRow): Promise<void> {
    const { id, currency, caseAccountId: debit, clearingAccountId: credit, feeMinor } = row;
    const owner = PLATFORM;
    const [fees = 0n] = await openAccounts(tx, [{ kind: 'DISPUTE_FEE_EXPENSE', owner, currency }]);
    await post(
      tx,
      posting(`${id}:opened`, currency, tx.now, [
        { code: 'CHARGEBACK_TAKEN', debit, credit, amount: row.amountMinor },
        { code: 'CHARGEBACK_FEE', debit: fees, credit, amount: feeMinor },
      ]),
    );
  }

  /** Empties the case: the bank's money comes back, or what nobody bears is lost. */
  private async postClosed(tx: Tx, row: ChargebackRow, goneMinor: bigint): Promise<void> {
    const { id, currency, caseAccountId: credit, clearingAccountId } = row;
    const ended = row.state === 'WON' || row.state === 'LOST' ? row.state : 'ACCEPTED';
    const refundsMinor = await refundsOf(tx, row);
    const left = restOf(ended, row.liable, { ...row, refundsMinor, goneMinor });
    const owner = PLATFORM;
    const [losses = 0n] = await openAccounts(tx, [{ kind: 'CHARGEBACK_LOSS', owner, currency }]);
    await post(
      tx,
      posting(`${id}:closed`, currency, tx.now, [
        row.state === 'WON'
          ? { code: 'CHARGEBACK_WON', debit: clearingAccountId, credit, amount: left }
          : { code: 'CHARGEBACK_LOST', debit: losses, credit, amount: left },
      ]),
    );
  }
}

/** What the PSP says of a case that may have changed since it was a warning. */
const withWord = (row: ChargebackRow, { amountMinor, dispute }: PspObject): ChargebackRow =>
  row.state === 'WARNING' && dispute !== undefined
    ? { ...row, amountMinor, feeMinor: dispute.feeMinor, dueAt: dispute.dueAt }
    : row;

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** What was held went to the buyer, whoever else had a case about it. What was released has been taken back already. */
async function gone(
  tx: Tx,
  held: Held,
  { source, trancheId: id }: ChargebackPartRow,
): Promise<Held> {
  if (source === 'RELEASED') return held;
  await endHoldsIn(tx, id);
  return moveTranche(tx, held, { id, state: 'CLOSED', heldState: null }, ({ escrow }) =>
    fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state }),
  );
}
