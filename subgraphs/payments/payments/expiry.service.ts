import { fact } from '#contracts/fact';
import { type OrderGroupId, type OrderId, topics } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import { freeIn } from '../credit/credit-tender.service';
import type { EscrowService } from '../escrow/escrow.service';
import { T1_AGAIN_MS } from '../escrow/timer.rules';
import { lockHeld } from '../escrow/tranche.service';
import type { LateMoney, RefundService } from '../refunds/refund.service';
import { expireReviewsIn } from '../risk/review-queue.service';
import { heldUntil } from './held-payment.service';
import type { OrderGroupRow } from './order-group.entity';

/** T1: an order group that is not paid in time expires. Payments judges this, also when no payment was ever tried. */
export class ExpiryService {
  constructor(
    private readonly escrows: EscrowService,
    private readonly refunds: RefundService,
  ) {}

  timers(): TimerHandlers {
    return {
      T1: (tx, timer) => this.expireGroup(tx, timer),
      T1_BALANCE: (tx, timer) => this.balanceOverdue(tx, timer),
    };
  }

  /** The rest of a deposit never came: judged with all else of its group that is not paid. */
  private async balanceOverdue(tx: Tx, timer: Timer): Promise<void> {
    const group = await tx.first<{ id: OrderGroupId }>(
      `select e."orderGroupId" as id from tranche t join escrow e on e.id = t."escrowId"
       where t.id = $1 and t.state = 'DEPOSITED'`,
      [timer.subject],
    );
    if (group === undefined) return;
    const again = await this.expire(tx, { ...timer, subject: group.id });
    if (again !== undefined) await setTimer(tx, timer, again);
  }

  private async expireGroup(tx: Tx, timer: Timer): Promise<void> {
    const again = await this.expire(tx, timer);
    if (again !== undefined) await setTimer(tx, timer, again);
  }

  /** Says when to ask again, when it cannot be judged yet. */
  private async expire(tx: Tx, { subject }: Timer): Promise<Date | undefined> {
    const group = await tx.first<OrderGroupRow>(
      'select * from "orderGroup" where id = $1 for no key update',
      [subject],
    );
    if (group?.state !== 'AWAITING') return undefined;
    if (await wasTried(tx, group.id)) {
      if (await outcomeOpen(tx, group.id)) return after(tx.now, T1_AGAIN_MS);
      const until = await heldUntil(tx, group.id);
      if (until !== undefined) return until;
      await this.endPayments(tx, group.id);
    }
    await this.endOrders(tx, group);
    return undefined;
  }

  private async endOrders(tx: Tx, group: OrderGroupRow): Promise<void> {
    const orders = await tx.query<{ orderId: OrderId }>(
      `with g as (update "orderGroup" set state = 'EXPIRED', version = version + 1 where id = $1)
       select e."orderId" from escrow e where e."orderGroupId" = $1 and exists (
         select 1 from tranche t where t."escrowId" = e.id
           and (t.state in ('AWAITING_FUNDS', 'DEPOSITED') or t."heldState" = 'DEPOSITED'))
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
    tx.publish(fact('payment.expired', about, { orderGroupId: group.id, orderIds: waiting }));
  }

  private async endPayments(tx: Tx, groupId: OrderGroupId): Promise<void> {
    const ended = await expirePayments(tx, groupId);
    await expireReviewsIn(tx, ended);
    await freeIn(tx, ended);
    await this.giveBackCaptured(tx, groupId);
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

async function expirePayments(tx: Tx, groupId: OrderGroupId): Promise<string[]> {
  const ended = await tx.query<{ id: string }>(
    `with p as (
       update payment set state = 'EXPIRED', version = version + 1
       where "orderGroupId" = $1 and state not in ('FAILED', 'EXPIRED', 'CAPTURED') returning id),
     t as (
       update tender set state = 'EXPIRED'
       where "paymentId" in (select id from p) and state <> 'CAPTURED' returning id),
     o as (
       update "pspOperation" set state = 'REJECTED', "nextAt" = null, detail = 'NOT_SENT'
       where state = 'READY' and subject in (select id from t)),
     v as (
       -- a payer could still complete it: the janitor voids it at the PSP
       update "pspOperation" set "nextAt" = $2
       where state = 'PENDING' and subject in (select id from t))
     select id from p`,
    [groupId, tx.now],
  );
  return ended.map(({ id }) => id);
}
