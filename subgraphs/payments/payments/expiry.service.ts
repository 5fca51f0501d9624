import { fact } from '#contracts/fact';
import { type OrderGroupId, type OrderId, topics } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import { freeIn } from '../credit/credit-tender.service';
import type { EscrowService } from '../escrow/escrow.service';
import { ANSWER_MS, T1_AGAIN_MS } from '../deadlines/timer.rules';
import { lockHeld, trancheOf } from '../escrow/tranche.service';
import type { LateMoney, RefundService } from '../refunds/refund.service';
import { expireReviewsIn } from '../risk/review-queue.service';
import { AUTHORIZATION_ENDED } from './authorization.rules';
import { heldUntil } from './held-payment.service';
import { endNeverTried } from './never-tried.service';
import type { OrderGroupRow } from './order-group.entity';
import type { PaymentState } from './payment.rules';

/** T1: an order group that is not paid in time expires. Payments judges this, also when no payment was ever tried. */
export class ExpiryService {
  constructor(
    private readonly escrows: EscrowService,
    private readonly refunds: RefundService,
  ) {}

  timers(): TimerHandlers {
    const expireGroup = (tx: Tx, timer: Timer): Promise<void> => this.expireGroup(tx, timer);
    return {
      T1: Object.assign(expireGroup, { together: endNeverTried }),
      T1_BALANCE: (tx, timer) => this.balanceOverdue(tx, timer),
      T1_EMPTY: (tx, timer) => this.depositGone(tx, timer),
    };
  }

  private async expireGroup(tx: Tx, timer: Timer): Promise<void> {
    const group = await lockGroup(tx, '$1', timer.subject);
    const again = group && (await this.expire(tx, group));
    if (again !== undefined) await setTimer(tx, timer, again);
  }

  /**
   * The rest of a deposit never came: judged with all else of its group that is not paid. A bank may keep the deposit
   * from going back; then it is tried again each day, whatever became of the group.
   */
  private async balanceOverdue(tx: Tx, timer: Timer): Promise<void> {
    const { subject: trancheId } = timer;
    const group = await lockGroup(
      tx,
      `(select e."orderGroupId" from tranche t join escrow e on e.id = t."escrowId"
         where t.id = $1 and t.state = 'DEPOSITED')`,
      trancheId,
    );
    if (group === undefined) return;
    if (group.state !== 'AWAITING') await this.giveBackAlone(tx, trancheId);
    const again = (await this.expire(tx, group)) ?? (await againForDeposit(tx, trancheId));
    if (again !== undefined) await setTimer(tx, timer, again);
  }

  /** Its group was judged before. The balance may have come in before the group could be locked. */
  private async giveBackAlone(tx: Tx, trancheId: string): Promise<void> {
    const held = await lockHeld(tx, { trancheId });
    if (held === undefined || trancheOf(held, trancheId).state !== 'DEPOSITED') return;
    await this.escrows.unpaidIn(tx, held);
  }

  /** A deposit went back or was lost before its balance was due. A group in which nothing is awaited any more ends. */
  private async depositGone(tx: Tx, timer: Timer): Promise<void> {
    const ofEscrow = '(select "orderGroupId" from escrow where id = $1)';
    const group = await lockGroup(tx, ofEscrow, timer.subject);
    if (group === undefined || (await isAwaited(tx, group.id))) return;
    const again = await this.expire(tx, group);
    if (again !== undefined) await setTimer(tx, timer, again);
  }

  /** Ends a locked group that waits for money. Says when to ask again, when it cannot be judged yet. */
  private async expire(tx: Tx, group: OrderGroupRow): Promise<Date | undefined> {
    if (group.state !== 'AWAITING') return undefined;
    if (await wasTried(tx, group.id)) {
      if (await outcomeOpen(tx, group.id)) return after(tx.now, T1_AGAIN_MS);
      const until = await heldUntil(tx, group.id);
      if (until !== undefined) return until;
      const hadAuthorization = await this.endPayments(tx, group.id);
      await this.endOrders(tx, group, hadAuthorization ? 'AUTHORIZATION_ENDED' : undefined);
    } else await this.endOrders(tx, group);
    return undefined;
  }

  private async endOrders(
    tx: Tx,
    group: OrderGroupRow,
    reason?: 'AUTHORIZATION_ENDED',
  ): Promise<void> {
    const orders = await tx.query<{ orderId: OrderId }>(
      `with g as (update "orderGroup" set state = 'EXPIRED', version = version + 1 where id = $1)
       select e."orderId" from escrow e where e."orderGroupId" = $1 and (exists (
         select 1 from tranche t where t."escrowId" = e.id and ${AWAITED})
         -- its deposit went back before
         or e."depositMinor" > 0 and e."depositMinor" = (
           select sum(t."capturedMinor") from tranche t where t."escrowId" = e.id))
       order by e.id`,
      [group.id],
    );
    const waiting = orders.map(({ orderId }) => orderId);
    for (const orderId of waiting) {
      const held = await lockHeld(tx, { orderId });
      if (held !== undefined) await this.escrows.unpaidIn(tx, held);
    }
    const about = {
      subject: group.id,
      version: group.version + 1,
      topics: [topics.orderGroup(group.id), ...waiting.map((orderId) => topics.order(orderId))],
    };
    const data = { orderGroupId: group.id, orderIds: waiting };
    tx.publish(fact('payment.expired', about, reason === undefined ? data : { ...data, reason }));
  }

  /** True when one of them had been authorized as a whole: its review came to nothing in time. */
  private async endPayments(tx: Tx, groupId: OrderGroupId): Promise<boolean> {
    const payments = await expirePayments(tx, groupId);
    const ended = payments.map(({ id }) => id);
    await expireReviewsIn(tx, ended);
    await freeIn(tx, ended);
    await this.giveBackCaptured(tx, groupId);
    return payments.some(({ was }) => was === 'AUTHORIZED');
  }

  /** One of several tenders was in, another never came: that money never reached an order. */
  private async giveBackCaptured(tx: Tx, groupId: OrderGroupId): Promise<void> {
    const captured = await tx.query<LateMoney & { tenderId: string }>(
      `select p.id as "paymentId", p."fundsAccountId", p.currency, t.id as "tenderId",
         t."capturedMinor" as "amountMinor", 'PAYMENT_EXPIRED' as cause
       from payment p join tender t on t."paymentId" = p.id
       where p."orderGroupId" = $1 and p.state = 'EXPIRED' and t."capturedMinor" > 0
         and t."refundedMinor" = 0`,
      [groupId],
    );
    for (const late of captured) await this.refunds.lateIn(tx, late);
  }
}

/** Money of an order is still to come in. */
const AWAITED = `(t.state in ('AWAITING_FUNDS', 'DEPOSITED') or t."heldState" = 'DEPOSITED')`;

/** Locks the order group with the id that an expression of `$1` says. Lock order: it comes before its escrows. */
const lockGroup = (tx: Tx, id: string, about: string): Promise<OrderGroupRow | undefined> =>
  tx.first<OrderGroupRow>(`select * from "orderGroup" where id = ${id} for no key update`, [about]);

async function isAwaited(tx: Tx, groupId: OrderGroupId): Promise<boolean> {
  const awaited = await tx.query(
    `select 1 as one from escrow e join tranche t on t."escrowId" = e.id
     where e."orderGroupId" = $1 and ${AWAITED} limit 1`,
    [groupId],
  );
  return awaited.length > 0;
}

/** When to look again at a deposit that could not go back. */
async function againForDeposit(tx: Tx, trancheId: string): Promise<Date | undefined> {
  const stays = await tx.query(
    `select 1 as one from tranche
     where id = $1 and state = 'DEPOSITED' and "availableMinor" > 0`,
    [trancheId],
  );
  return stays.length > 0 ? after(tx.now, ANSWER_MS) : undefined;
}

/** Most of what nobody pays was never tried: then there is nothing to ask about and nothing to end. */
async function wasTried(tx: Tx, groupId: OrderGroupId): Promise<boolean> {
  const tried = await tx.query('select 1 as one from payment where "orderGroupId" = $1 limit 1', [
    groupId,
  ]);
  return tried.length > 0;
}

/** A lost reply is not a failure: the deadline waits until the outcome is known. */
async function outcomeOpen(tx: Tx, groupId: OrderGroupId): Promise<boolean> {
  const open = await tx.query(
    `select 1 as one from payment p join tender t on t."paymentId" = p.id
       join "pspOperation" o on o.subject = t.id
     where p."orderGroupId" = $1 and p.state not in ('FAILED', 'EXPIRED')
       and o.state in ('SENT', 'UNKNOWN') limit 1`,
    [groupId],
  );
  return open.length > 0;
}

function expirePayments(
  tx: Tx,
  groupId: OrderGroupId,
): Promise<{ readonly id: string; readonly was: PaymentState }[]> {
  return tx.query(
    `with w as (
       select id, state as was from payment
       where "orderGroupId" = $1 and state not in ('FAILED', 'EXPIRED', 'CAPTURED')),
     p as (
       update payment set state = 'EXPIRED', version = version + 1
       where id in (select id from w)),
     t as (
       update tender set state = 'EXPIRED', "declineCode" = case
           when w.was = 'AUTHORIZED' and tender."creditAccountId" is null then $3
           else tender."declineCode" end
       from w where tender."paymentId" = w.id and tender.state <> 'CAPTURED' returning tender.id),
     o as (
       update "pspOperation" set state = 'REJECTED', "nextAt" = null, detail = 'NOT_SENT'
       where state = 'READY' and subject in (select id from t)),
     v as (
       -- a payer could still complete it: the janitor voids it at the PSP
       update "pspOperation" set "nextAt" = $2
       where state = 'PENDING' and subject in (select id from t))
     select id, was from w`,
    [groupId, tx.now, AUTHORIZATION_ENDED],
  );
}
