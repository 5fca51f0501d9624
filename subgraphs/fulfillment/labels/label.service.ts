import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Viewer } from '#kernel/auth/viewer';
import { type FulfillmentErrorCode, fulfillmentErrors, refuse } from '../fulfillment.errors';
import { type LabelId, labelIds } from '../fulfillment.ids';
import type { MemberService } from '../members/member.service';
import { lockOfShipments } from '../shipments/fulfillment-order-row.service';
import type { FulfillmentOrderRow } from '../shipments/fulfillment-order.entity';
import type { ShipmentRow } from '../shipments/shipment.entity';
import { lockShipment } from '../shipments/shipment-row.service';
import type { BookingService } from './booking.service';
import type { LabelDocumentRow, ShippingLabelRow } from './label.entity';

/** Buys labels: the wish is committed first, then the carrier is called, then its answer is committed. */
export class LabelService {
  constructor(
    private readonly db: Database,
    private readonly members: MemberService,
    private readonly bookings: BookingService,
  ) {}

  /**
   * The shipment with its label. While the carrier's answer is not known it refuses with LABEL_PENDING or
   * CARRIER_UNAVAILABLE (both retryable); the wish stays and is carried on, so the same key finds the label later.
   */
  async buy(
    viewer: Viewer,
    input: { readonly shipmentId: string; readonly idempotencyKey: string },
  ): Promise<string> {
    const labelId = await this.db.transaction(viewer, async (tx) => {
      const [order] = (await lockOfShipments(tx, [input.shipmentId])).values();
      const notFound = () => refuse('SHIPMENT_NOT_FOUND', { field: ['shipmentId'] });
      await this.members.requireSeller(tx, viewer, order, notFound);
      const shipment = await lockShipment(tx, input.shipmentId);
      if (order === undefined || shipment === undefined) throw notFound();
      const actor = viewer.keyId ?? viewer.accountId ?? '';
      const intent = { scope: `${actor}:shipmentLabelBuy`, key: input.idempotencyKey, input };
      return once(tx, intent, () => this.reserveIn(tx, order, shipment));
    });
    await this.bookings.advance(labelId, 'NOW');
    await this.requireIssued(labelId);
    return input.shipmentId;
  }

  /** The newest label of each shipment. */
  latestOf(shipmentIds: readonly string[]): Promise<ShippingLabelRow[]> {
    return this.db.query(
      `select distinct on ("shipmentId") * from "shippingLabel" where "shipmentId" = any ($1)
       order by "shipmentId", "createdAt" desc, id desc`,
      [shipmentIds],
    );
  }

  document(labelId: string): Promise<LabelDocumentRow | undefined> {
    return this.db.first('select * from "labelDocument" where "labelId" = $1', [labelId]);
  }

  private async reserveIn(
    tx: Tx,
    order: FulfillmentOrderRow,
    shipment: ShipmentRow,
  ): Promise<LabelId> {
    const live = await tx.first<{ id: LabelId }>(
      `select id from "shippingLabel" where "shipmentId" = $1 and state not in ('FAILED', 'VOIDED')`,
      [shipment.id],
    );
    if (live !== undefined) return live.id;
    if (order.cancelRequestedAt !== null) throw refuse('CANCELLATION_PENDING', { retryable: true });
    if (order.state !== 'IN_PROGRESS' || shipment.milestone !== 'CREATED') {
      throw refuse('SHIPMENT_NOT_LABELLABLE');
    }
    const id = labelIds.create();
    await tx.query(
      `insert into "shippingLabel" (id, "shipmentId", "carrierId", state, "nextAttemptAt", "createdAt", "updatedAt")
       values ($1, $2, $3, 'RESERVED', $4, $4, $4)`,
      [id, shipment.id, shipment.carrierId, tx.now],
    );
    return id;
  }

  private async requireIssued(labelId: string): Promise<void> {
    const label = await this.db.first<ShippingLabelRow>(
      'select * from "shippingLabel" where id = $1',
      [labelId],
    );
    switch (label?.state) {
      case 'ISSUED':
        return;
      case 'RESERVED':
        throw refuse('CARRIER_UNAVAILABLE', { retryable: true });
      case 'FAILED':
        throw refuse(isCode(label.failure) ? label.failure : 'LABEL_REFUSED');
      case 'REQUESTED':
      case 'AMBIGUOUS':
        throw refuse('LABEL_PENDING', { retryable: true });
      case 'VOID_REQUESTED':
      case 'VOIDED':
      case undefined:
        throw refuse('SHIPMENT_NOT_LABELLABLE');
    }
  }
}

const isCode = (text: string | null): text is FulfillmentErrorCode =>
  text !== null && text in fulfillmentErrors;
