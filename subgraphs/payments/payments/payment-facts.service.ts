import { fact } from '#contracts/fact';
import { type AccountId, type OrderGroupId, type PaymentId, topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { type FundedOrder, isPaid } from './funded-order.rules';
import type { Paying } from './funding.service';
import type { PaymentRow } from './payment.entity';

/** Tells that a payment is in and that the escrows of its orders are funded. */
export function tellFunded(tx: Tx, { payment }: Paying, fund: readonly FundedOrder[]): void {
  if (fund.length === 0) return;
  // who waits for the rest is not told that it is paid
  tx.publish(paymentFact('payment.captured', payment, fund.filter(isPaid)));
  for (const order of fund) {
    const about = {
      subject: order.escrowId,
      version: order.escrowVersion + 1,
      topics: [
        topics.escrow(order.escrowId),
        topics.order(order.orderId),
        topics.sellerBalance(order.sellerId),
      ],
    };
    const { escrowId, orderId, sellerId, outstandingMinor } = order;
    const { buyerId, currency } = payment;
    const amountMinor = (isPaid(order) ? order.wholeMinor : order.totalMinor).toString();
    const data = { escrowId, orderId, sellerId, buyerId, amountMinor, currency };
    tx.publish(
      isPaid(order)
        ? fact('escrow.funded', about, data)
        : fact('escrow.deposit_funded', about, {
            ...data,
            outstandingMinor: outstandingMinor.toString(),
          }),
    );
  }
}

/** Tells that all of a payment is kept for us; it is captured after a check. */
export const tellAuthorized = (tx: Tx, { payment, orders }: Paying): void =>
  tx.publish(paymentFact('payment.authorized', payment, orders));

/** Tells that a payment failed; a new one may be made. */
export const tellFailed = (
  tx: Tx,
  {
    payment,
    orders,
  }: {
    readonly payment: Pick<PaymentRow, 'id' | 'version' | 'orderGroupId' | 'buyerId'>;
    readonly orders: readonly Pick<FundedOrder, 'orderId'>[];
  },
  reason: string,
): void => {
  const about = aboutPayment(payment, orders);
  const orderIds = orders.map(({ orderId }) => orderId);
  const { id: paymentId, orderGroupId } = payment;
  tx.publish(fact('payment.failed', about, { paymentId, orderGroupId, orderIds, reason }));
};

function paymentFact(
  type: 'payment.captured' | 'payment.authorized',
  payment: PaymentRow,
  fund: readonly FundedOrder[],
) {
  const { id: paymentId, orderGroupId, amountMinor, currency } = payment;
  return fact(type, aboutPayment(payment, fund), {
    paymentId,
    orderGroupId,
    orderIds: fund.map(({ orderId }) => orderId),
    amountMinor: amountMinor.toString(),
    currency,
  });
}

const aboutPayment = (
  payment: { id: PaymentId; version: number; orderGroupId: OrderGroupId; buyerId: AccountId },
  orders: readonly Pick<FundedOrder, 'orderId'>[],
) => ({
  subject: payment.id,
  version: payment.version + 1,
  topics: [
    topics.payment(payment.id),
    topics.orderGroup(payment.orderGroupId),
    ...orders.map(({ orderId }) => topics.order(orderId)),
  ],
});
