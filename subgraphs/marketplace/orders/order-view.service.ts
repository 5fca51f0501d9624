import type { Viewer } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import type { ReviewableLine } from '../reviews/review.rules';
import type { OrderFacts, OrderParty } from './order-actions.rules';
import { deliveredQuantities, type Ordered, somethingShipped } from './order-axes.rules';
import { partyOf } from './order-party.rules';
import type { OrderRow } from './order.entity';

/** An order with what its rules need besides the row. */
export interface OrderRecord extends OrderRow {
  /** Ordered quantity by order line id. */
  readonly quantities: Readonly<Record<string, number>>;
  /** Order lines that have a review. */
  readonly reviewedLineIds: readonly string[];
  /** The viewer's account is a member of the seller. */
  readonly isMember: boolean;
}

/** An order as one viewer sees it. */
export interface OrderView extends OrderRecord {
  readonly party: OrderParty;
}

/** `$2` is the viewer's account. */
export const ORDER_RECORD = `
  select o.*,
    (select jsonb_object_agg(l.id, l.quantity) from "orderLine" l where l."orderId" = o.id) as quantities,
    array (
      select r."orderLineId" from "orderLine" l join review r on r."orderLineId" = l.id
      where l."orderId" = o.id
    ) as "reviewedLineIds",
    exists (select 1 from "sellerMember" m where m."sellerId" = o."sellerId" and m."accountId" = $2) as "isMember"
  from "order" o`;

/** The order as the viewer sees it with a scope, or undefined when they are no party to it. */
export function viewOf(
  viewer: Viewer,
  record: OrderRecord | undefined,
  scope: 'orders:read' | 'orders:write',
): OrderView | undefined {
  const party = record && partyOf(viewer, record, scope);
  return record === undefined || party === undefined ? undefined : Object.assign(record, { party });
}

/** Locks an order and reads it for a viewer's account. */
export const lockOrder = (
  tx: Queries,
  orderId: string,
  accountId: string | null,
): Promise<OrderRecord | undefined> =>
  tx.first<OrderRecord>(`${ORDER_RECORD} where o.id = $1 for no key update of o`, [
    orderId,
    accountId,
  ]);

export const orderedOf = ({
  totalMinor,
  quantities,
}: Pick<OrderRecord, 'totalMinor' | 'quantities'>): Ordered => ({
  totalMinor,
  quantities,
});

type Judged = Pick<
  OrderRecord,
  | 'status'
  | 'paymentStatus'
  | 'escrowStatus'
  | 'fulfillmentStatus'
  | 'cancellationStatus'
  | 'disputeStatus'
  | 'receiptConfirmedAt'
  | 'folded'
  | 'quantities'
  | 'reviewedLineIds'
  | 'isMember'
>;

/** What the action rules need to know of an order. */
export const factsOf = (order: Judged): OrderFacts => ({
  status: order.status,
  paymentStatus: order.paymentStatus,
  escrowStatus: order.escrowStatus,
  fulfillmentStatus: order.fulfillmentStatus,
  cancellationStatus: order.cancellationStatus,
  disputeStatus: order.disputeStatus,
  receiptConfirmed: order.receiptConfirmedAt !== null || order.folded.receipt === true,
  somethingShipped: somethingShipped(order.folded),
  delivered: order.fulfillmentStatus === 'DELIVERED',
  isMember: order.isMember,
  lines: Object.keys(order.quantities).map((id) => lineFactsOf(order, id)),
});

/** What the review rules need to know of one line. */
export const lineFactsOf = (
  { folded, reviewedLineIds }: Pick<OrderRecord, 'folded' | 'reviewedLineIds'>,
  lineId: string,
): ReviewableLine => ({
  deliveredQuantity: deliveredQuantities(folded)[lineId] ?? 0,
  reviewed: reviewedLineIds.includes(lineId),
});
