import type { Tx } from '#kernel/db/database';
import type { ShippingLabelRow } from '../labels/label.entity';
import type { TrackingService } from '../tracking/tracking.service';
import { decideCancellation } from './cancellation.rules';
import type { FulfillmentOrderRow } from './fulfillment-order.entity';
import {
  type OrderTrade,
  lockOfOrder,
  move,
  refusePendingCancellation,
  saveFulfillmentOrder,
  tell,
} from './fulfillment-order-row.service';
import type { ShipmentRow } from './shipment.entity';

/**
 * Answers requests to cancel, under the fulfilment order's row lock. A scan that is known here refuses at once. With a
 * booked label only the carrier knows whether it has scanned: it is asked to void the label, and its answer decides.
 */
export class CancellationService {
  constructor(private readonly tracking: TrackingService) {}

  /** Somebody wants the order cancelled: answered by `fulfillment_order.cancelled` or `cancel_refused`. */
  async requestIn(tx: Tx, trade: OrderTrade, reason: string): Promise<void> {
    const order = await lockOfOrder(tx, trade);
    if (order.state === 'CANCELLED') {
      tell(tx, order, { type: 'fulfillment_order.cancelled', reason });
      await saveFulfillmentOrder(tx, order);
      return;
    }
    order.cancelAsked = true;
    await this.begin(tx, order, reason);
  }

  /**
   * The order has ended: nothing is left to send. Nobody waits for an answer; when goods were scanned already, they
   * simply go on.
   */
  async orderEndedIn(tx: Tx, trade: OrderTrade, reason: string): Promise<void> {
    const order = await lockOfOrder(tx, trade);
    if (order.state === 'CANCELLED') return;
    await this.begin(tx, order, reason);
  }

  private async begin(tx: Tx, order: FulfillmentOrderRow, reason: string): Promise<void> {
    order.cancelRequestedAt ??= tx.now;
    order.cancelReason ??= reason;
    await this.settleIn(tx, order);
  }

  /** Goes on with a waiting cancellation as far as is known; called after everything that could decide it. */
  async settleIn(tx: Tx, order: FulfillmentOrderRow): Promise<void> {
    if (order.cancelRequestedAt === null || order.state === 'CANCELLED') return;
    const shipments = await tx.query<ShipmentRow>(
      'select * from shipment where "fulfillmentOrderId" = $1 order by id for no key update',
      [order.id],
    );
    const labels = await tx.query<ShippingLabelRow>(
      'select * from "shippingLabel" where "shipmentId" = any ($1) order by id for no key update',
      [shipments.map(({ id }) => id)],
    );
    const decision = decideCancellation({
      state: order.state,
      scanned: shipments.some(({ shippedAt }) => shippedAt !== null),
      labels: labels.map(({ state }) => state),
    });
    switch (decision.kind) {
      case 'REFUSE':
        refusePendingCancellation(tx, order, decision.reason);
        break;
      case 'WAIT':
        await this.giveBack(tx, shipments);
        break;
      case 'CANCEL':
        await this.cancel(tx, order, shipments);
        break;
    }
    await saveFulfillmentOrder(tx, order);
  }

  /** Labels that are booked are to be voided; those not asked for yet never will be. */
  private async giveBack(tx: Tx, shipments: readonly ShipmentRow[]): Promise<void> {
    const ids = shipments.map(({ id }) => id);
    await tx.query(
      `update "shippingLabel" set state = 'VOID_REQUESTED', attempts = 0, "nextAttemptAt" = $2, "updatedAt" = $2
       where "shipmentId" = any ($1) and state = 'ISSUED'`,
      [ids, tx.now],
    );
    await this.dropReserved(tx, ids);
  }

  private async dropReserved(tx: Tx, shipmentIds: readonly string[]): Promise<void> {
    await tx.query(
      `update "shippingLabel" set state = 'FAILED', failure = 'SHIPMENT_NOT_LABELLABLE', "nextAttemptAt" = null,
         "updatedAt" = $2
       where "shipmentId" = any ($1) and state = 'RESERVED'`,
      [shipmentIds, tx.now],
    );
  }

  private async cancel(
    tx: Tx,
    order: FulfillmentOrderRow,
    shipments: readonly ShipmentRow[],
  ): Promise<void> {
    await this.dropReserved(
      tx,
      shipments.map(({ id }) => id),
    );
    move(order, 'cancel');
    for (const shipment of shipments) {
      shipment.cancelledAt = tx.now;
      await this.tracking.refoldIn(tx, order, shipment);
    }
    await tx.query(
      'update "fulfillmentOrderLine" set allocated = 0 where "fulfillmentOrderId" = $1',
      [order.id],
    );
    const reason = order.cancelReason ?? 'REQUESTED';
    const { cancelAsked } = order;
    order.cancelRequestedAt = null;
    order.cancelAsked = false;
    tell(
      tx,
      order,
      cancelAsked
        ? { type: 'fulfillment_order.cancelled', reason }
        : { type: 'fulfillment_order.progressed' },
    );
  }
}
