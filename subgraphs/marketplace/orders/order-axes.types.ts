import { registerEnumType } from 'type-graphql';
import { enumOf, statesOf } from '#kernel/machine/machine';
import {
  DISPLAY_STATUSES,
  DISPUTE_STATUSES,
  ESCROW_STATUSES,
  FULFILLMENT_STATUSES,
  PAYMENT_STATUSES,
} from './order-axes.rules';
import { cancellationMachine, orderMachine } from './order.machine';

const described = <Name extends string>(texts: Record<Name, string>) =>
  Object.fromEntries(
    Object.entries<string>(texts).map(([name, description]) => [name, { description }]),
  ) as { [N in Name]: { description: string } };

export const OrderStatusEnum = enumOf(statesOf(orderMachine));
registerEnumType(OrderStatusEnum, {
  name: 'OrderStatus',
  description: 'Where an order is in its life.',
  valuesConfig: described({
    PLACED: 'Waits for the payment.',
    CONFIRMED: 'The money is held; the seller may ship.',
    COMPLETED: 'No money is held any more, and the buyer has the goods or the money.',
    CANCELLED: 'Called off.',
    EXPIRED: 'Was not paid in time.',
  }),
});

export const OrderPaymentStatusEnum = enumOf(PAYMENT_STATUSES);
registerEnumType(OrderPaymentStatusEnum, {
  name: 'OrderPaymentStatus',
  description: 'What the buyer has paid for an order.',
  valuesConfig: described({
    AWAITING: 'Nothing yet.',
    PAID: 'All of it.',
    FAILED: 'The last attempt failed; another may follow.',
    PARTIALLY_REFUNDED: 'Some of it was paid back.',
    REFUNDED: 'All of it was paid back.',
  }),
});

export const OrderEscrowStatusEnum = enumOf(ESCROW_STATUSES);
registerEnumType(OrderEscrowStatusEnum, {
  name: 'OrderEscrowStatus',
  description: 'Where the money of an order is, as marketplace last heard; see Order.escrow.',
  valuesConfig: described({
    NONE: 'Nothing was held yet.',
    HELD: 'Held for both.',
    FROZEN: 'Held, and stopped by a dispute or a review.',
    RELEASED: 'All went to the seller.',
    REFUNDED: 'All went back to the buyer.',
    SPLIT: 'Some went to each.',
  }),
});

export const OrderFulfillmentStatusEnum = enumOf(FULFILLMENT_STATUSES);
registerEnumType(OrderFulfillmentStatusEnum, {
  name: 'OrderFulfillmentStatus',
  description: 'Where the goods of an order are, over all its shipments.',
  valuesConfig: described({
    UNFULFILLED: 'Nothing was begun.',
    IN_PROGRESS: 'Being prepared.',
    PARTIALLY_SHIPPED: 'Some is on its way.',
    SHIPPED: 'All is on its way.',
    PARTIALLY_DELIVERED: 'Some has arrived.',
    DELIVERED: 'All has arrived.',
    RETURNING: 'Some is on its way back.',
    RETURNED: 'All came back.',
  }),
});

export const OrderCancellationStatusEnum = enumOf(statesOf(cancellationMachine));
registerEnumType(OrderCancellationStatusEnum, {
  name: 'OrderCancellationStatus',
  description: 'Whether an order is to be called off.',
  valuesConfig: described({
    NONE: 'Nobody asked.',
    REQUESTED: 'Asked for; fulfillment has not answered yet.',
    GRANTED: 'Called off.',
    REFUSED: 'The goods had left already; one may ask again.',
  }),
});

export const OrderDisputeStatusEnum = enumOf(DISPUTE_STATUSES);
registerEnumType(OrderDisputeStatusEnum, {
  name: 'OrderDisputeStatus',
  description: 'Whether buyer and seller disagree, as marketplace last heard; see Order.disputes.',
  valuesConfig: described({
    NONE: 'They never did.',
    OPEN: 'They do; the money at stake stands still.',
    DECIDED: 'Decided; it can be appealed, or the goods come back first.',
    CLOSED: 'Over.',
  }),
});

export const OrderDisplayStatusEnum = enumOf(DISPLAY_STATUSES);
registerEnumType(OrderDisplayStatusEnum, {
  name: 'OrderDisplayStatus',
  description: 'The one status to show where there is room for one; derived from the axes.',
  valuesConfig: described({
    AWAITING_PAYMENT: 'Placed and not paid.',
    PAYMENT_FAILED: 'The last payment failed.',
    CONFIRMED: 'Paid; nothing was begun.',
    CANCELLATION_REQUESTED: 'Someone asked to call it off.',
    DISPUTED: 'Buyer and seller disagree.',
    ON_HOLD: 'The money is frozen.',
    IN_PROGRESS: 'Being prepared.',
    PARTIALLY_SHIPPED: 'Some is on its way.',
    SHIPPED: 'All is on its way.',
    PARTIALLY_DELIVERED: 'Some has arrived.',
    DELIVERED: 'All has arrived.',
    RETURNING: 'Some is on its way back.',
    RETURNED: 'All came back.',
    COMPLETED: 'Finished.',
    REFUNDED: 'Finished; the buyer has all the money back.',
    CANCELLED: 'Called off.',
    EXPIRED: 'Was not paid in time.',
  }),
});
