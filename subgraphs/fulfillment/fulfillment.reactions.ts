import type { Reaction } from '#kernel/events/reaction';
import { reaction } from '#contracts/fact';
import type { MemberService } from './members/member.service';
import type { CancellationService } from './shipments/cancellation.service';
import type { FulfillmentOrderService } from './shipments/fulfillment-order.service';

/** Everything that happens elsewhere and matters to what is sent. */
export const fulfillmentReactions = (
  members: MemberService,
  orders: FulfillmentOrderService,
  cancellations: CancellationService,
): readonly Reaction[] => [
  reaction('seller.opened', [], (tx, seller) => members.openedIn(tx, seller)),
  reaction('order.placed', ['fulfillment_order.opened'], (tx, order) => orders.placedIn(tx, order)),
  reaction('escrow.funded', ['fulfillment_order.opened'], (tx, trade) =>
    orders.fundedIn(tx, trade),
  ),
  reaction('escrow.released', [], (tx, trade) => orders.releasedIn(tx, trade)),
  reaction(
    'order.cancellation_requested',
    [
      'fulfillment_order.cancelled',
      'fulfillment_order.cancel_refused',
      'shipment.milestone_changed',
    ],
    (tx, { reason, ...trade }) => cancellations.requestIn(tx, trade, reason),
  ),
  reaction(
    'order.cancelled',
    ['fulfillment_order.progressed', 'shipment.milestone_changed'],
    (tx, { reason, ...trade }) => cancellations.orderEndedIn(tx, trade, reason),
  ),
  reaction('order.expired', ['fulfillment_order.progressed'], (tx, trade) =>
    cancellations.orderEndedIn(tx, trade, 'EXPIRED'),
  ),
];
