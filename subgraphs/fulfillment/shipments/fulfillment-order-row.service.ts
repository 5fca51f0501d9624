import type { Tx } from '#kernel/db/database';
import { fact } from '#contracts/fact';
import {
  type AccountId,
  type FulfillmentOrderId,
  type OrderId,
  type SellerId,
  fulfillmentOrderIds,
  topics,
} from '#contracts/ids';
import type { FulfillmentOrderRow } from './fulfillment-order.entity';
import { type FulfillmentOrderEvent, fulfillmentOrderMachine } from './fulfillment-order.machine';

/** Whose order it is; every fact about an order says so. */
export interface OrderTrade {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly buyerId: AccountId;
}

/** The row lock that everything about an order's fulfilment is decided under. Makes the row if no fact has yet. */
export async function lockOfOrder(tx: Tx, trade: OrderTrade): Promise<FulfillmentOrderRow> {
  await tx.query(
    `insert into "fulfillmentOrder" (id, "orderId", "sellerId", "buyerId", state, "createdAt", "updatedAt")
     values ($1, $2, $3, $4, 'AWAITING_FUNDS', $5, $5) on conflict ("orderId") do nothing`,
    [fulfillmentOrderIds.create(), trade.orderId, trade.sellerId, trade.buyerId, tx.now],
  );
  const row = await tx.first<FulfillmentOrderRow>(
    'select * from "fulfillmentOrder" where "orderId" = $1 for no key update',
    [trade.orderId],
  );
  if (row === undefined) throw new Error('the row was just made sure of');
  return row;
}

export const lockFulfillmentOrder = (
  tx: Tx,
  id: string,
): Promise<FulfillmentOrderRow | undefined> =>
  tx.first<FulfillmentOrderRow>(
    'select * from "fulfillmentOrder" where id = $1 for no key update',
    [id],
  );

/** Locks in a fixed order, so that two messages about the same orders never wait for each other in a ring. */
export async function lockOfShipments(
  tx: Tx,
  shipmentIds: readonly string[],
): Promise<ReadonlyMap<FulfillmentOrderId, FulfillmentOrderRow>> {
  const rows = await tx.query<FulfillmentOrderRow>(
    `select * from "fulfillmentOrder" where id in
       (select "fulfillmentOrderId" from shipment where id = any ($1)) order by id for no key update`,
    [shipmentIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Writes the changed row; the caller holds its lock. */
export async function saveFulfillmentOrder(tx: Tx, row: FulfillmentOrderRow): Promise<void> {
  await tx.query(
    `update "fulfillmentOrder" set state = $2, number = $3, currency = $4, "shipTo" = $5, "handlingDays" = $6,
       "placedAt" = $7, "fundedAt" = $8, "shipBy" = $9, "releasedAt" = $10, "cancelRequestedAt" = $11,
       "cancelReason" = $12, version = $13, "updatedAt" = $14, "cancelAsked" = $15
     where id = $1`,
    [
      row.id,
      row.state,
      row.number,
      row.currency,
      row.shipTo === null ? null : JSON.stringify(row.shipTo),
      row.handlingDays,
      row.placedAt,
      row.fundedAt,
      row.shipBy,
      row.releasedAt,
      row.cancelRequestedAt,
      row.cancelReason,
      row.version,
      tx.now,
      row.cancelAsked,
    ],
  );
}

/** Moves the row; false when its state does not allow the event. The caller saves it. */
export function move(row: FulfillmentOrderRow, event: FulfillmentOrderEvent): boolean {
  const next = fulfillmentOrderMachine.next(row.state, event);
  if (next !== undefined) row.state = next;
  return next !== undefined;
}

type OrderFact =
  | { readonly type: 'fulfillment_order.opened'; readonly shipBy: Date }
  | { readonly type: 'fulfillment_order.progressed' }
  | { readonly type: 'fulfillment_order.cancelled'; readonly reason: string }
  | { readonly type: 'fulfillment_order.cancel_refused'; readonly reason: string };

/** Tells a fact about the row and counts its version up. The caller saves the row after it. */
export function tell(tx: Tx, row: FulfillmentOrderRow, told: OrderFact): void {
  row.version += 1;
  const about = {
    subject: row.id,
    version: row.version,
    topics: [topics.order(row.orderId), topics.sellerOrders(row.sellerId)],
  };
  const data = {
    orderId: row.orderId,
    sellerId: row.sellerId,
    buyerId: row.buyerId,
    fulfillmentOrderId: row.id,
  };
  switch (told.type) {
    case 'fulfillment_order.opened':
      tx.publish(fact(told.type, about, { ...data, shipBy: told.shipBy.toISOString() }));
      break;
    case 'fulfillment_order.progressed':
      tx.publish(fact(told.type, about, { ...data, to: row.state }));
      break;
    case 'fulfillment_order.cancelled':
    case 'fulfillment_order.cancel_refused':
      tx.publish(fact(told.type, about, { ...data, reason: told.reason }));
      break;
  }
}

/** Ends a waiting cancellation with a no: the goods are on their way. Does nothing when none waits. */
export function refusePendingCancellation(
  tx: Tx,
  row: FulfillmentOrderRow,
  reason: 'ALREADY_SHIPPED' | 'VOID_WINDOW_CLOSED',
): void {
  if (row.cancelRequestedAt === null || row.state === 'CANCELLED') return;
  row.cancelRequestedAt = null;
  row.cancelReason = null;
  if (!row.cancelAsked) return;
  row.cancelAsked = false;
  tell(tx, row, { type: 'fulfillment_order.cancel_refused', reason });
}
