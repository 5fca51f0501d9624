import { fact } from '#contracts/fact';
import { type OrderGroupId, type OrderId, topics } from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { EscrowService } from '../escrow/escrow.service';
import { T1_AGAIN_MS } from '../escrow/timer.rules';
import { lockHeld } from '../escrow/tranche.service';
import type { LateMoney, RefundService } from '../refunds/refund.service';
import type { OrderGroupRow } from './order-group.entity';

/** T1: an order group that is not paid in time expires. Payments judges this, also when no payment was ever tried. */
export class ExpiryService {
  constructor(
    private readonly escrows: EscrowService,
    private readonly refunds: RefundService,
  ) {}

  timers(): TimerHandlers {
    return { T1: (tx, timer) => this.expire(tx, timer) };
  }

  private async expire(tx: Tx, { subject, version }: Timer): Promise<void> {
    const group = await tx.first<OrderGroupRow>(
      'select * from "orderGroup" where id = $1 for no key update',
      [subject],
    );
    if (group?.state !== 'AWAITING') return;
    if (await outcomeOpen(tx, group.id)) {
      await setTimer(tx, { subject, kind: 'T1', version }, after(tx.now, T1_AGAIN_MS));
      return;
    }
    await endPayments(tx, group.id);
    await this.giveBackCaptured(tx, group.id);
    const orders = await tx.query<{ orderId: OrderId; waiting: boolean }>(
      `select e."orderId", t.state = 'AWAITING_FUNDS' as waiting
       from escrow e join tranche t on t."escrowId" = e.id
       where e."orderGroupId" = $1 order by e.id`,
      [group.id],
    );
    const waiting = orders.filter((order) => order.waiting).map(({ orderId }) => orderId);
    for (const orderId of waiting) {
      const held = await lockHeld(tx, { orderId });
      if (held !== undefined) await this.escrows.cancelUnfunded(tx, held);
    }
    const about = {
      subject: group.id,
      version: group.version + 1,
      topics: [topics.orderGroup(group.id), ...waiting.map((orderId) => topics.order(orderId))],
    };
    tx.publish(fact('payment.expired', about, { orderGroupId: group.id, orderIds: waiting }));
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

async function endPayments(tx: Tx, groupId: OrderGroupId): Promise<void> {
  await tx.query(
    `with p as (
       update payment set state = 'EXPIRED', version = version + 1
       where "orderGroupId" = $1 and state not in ('FAILED', 'EXPIRED') returning id),
     t as (
       update tender set state = 'EXPIRED'
       where "paymentId" in (select id from p) and state <> 'CAPTURED' returning id),
     o as (
       update "pspOperation" set state = 'REJECTED', "nextAt" = null, detail = 'NOT_SENT'
       where state = 'READY' and subject in (select id from t))
     update "orderGroup" set state = 'EXPIRED', version = version + 1 where id = $1`,
    [groupId],
  );
}
