import { createHash } from 'node:crypto';
import { after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { systemViewer } from '#kernel/auth/viewer';
import type { Logger } from '#kernel/server/log';
import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Booking } from '../carriers/carrier.port';
import type { CancellationService } from '../shipments/cancellation.service';
import type { FulfillmentOrderRow } from '../shipments/fulfillment-order.entity';
import {
  lockOfShipments,
  refusePendingCancellation,
  saveFulfillmentOrder,
} from '../shipments/fulfillment-order-row.service';
import type { ShipmentRow } from '../shipments/shipment.entity';
import { lockShipment } from '../shipments/shipment-row.service';
import type { TrackingService } from '../tracking/tracking.service';
import { needsOperator, questionAfter, retryAfter } from './booking.rules';
import type { ShippingLabelRow } from './label.entity';
import { labelMachine } from './label.machine';
import type { Outcome } from './label-call.service';

interface Locked {
  readonly order: FulfillmentOrderRow;
  readonly shipment: ShipmentRow;
  readonly label: ShippingLabelRow;
}

/** Commits what a carrier answered about a label, once: an answer that the label's state does not wait for is dropped. */
export class LabelOutcomeService {
  constructor(
    private readonly db: Database,
    private readonly tracking: TrackingService,
    private readonly cancellations: CancellationService,
    private readonly log: Logger,
  ) {}

  async settle(labelId: string, outcome: Outcome): Promise<void> {
    await this.db.transaction(systemViewer(labelId), async (tx) => {
      const locked = await lockAll(tx, labelId);
      if (outcome.kind === 'document') return keepDocument(tx, locked.label, outcome);
      if (outcome.kind === 'retry') return this.askAgain(tx, locked.label, outcome);
      const state = labelMachine.next(locked.label.state, outcome.kind);
      if (state === undefined) return;
      locked.label.state = state;
      await this.moved(tx, locked, outcome);
    });
  }

  private async moved(
    tx: Tx,
    locked: Locked,
    outcome: Exclude<Outcome, { kind: 'document' | 'retry' }>,
  ): Promise<void> {
    const { order, shipment, label } = locked;
    label.attempts = outcome.kind === 'defer' ? label.attempts + 1 : 0;
    switch (outcome.kind) {
      case 'issue':
        await issueIn(tx, locked, outcome.booking);
        break;
      case 'fail':
        await save(tx, { ...label, failure: outcome.failure, nextAttemptAt: null });
        break;
      case 'doubt':
        await save(tx, { ...label, nextAttemptAt: after(tx.now, questionAfter(0)) });
        return;
      case 'defer': {
        const wait = outcome.waitMs ?? retryAfter(label.attempts);
        await save(tx, { ...label, nextAttemptAt: after(tx.now, wait) });
        break;
      }
      case 'absent':
        await save(tx, { ...label, nextAttemptAt: tx.now });
        break;
      case 'confirmVoid':
        await save(tx, { ...label, nextAttemptAt: null });
        tellMoney(tx, locked, 'label.refunded');
        break;
      case 'refuseVoid':
        await save(tx, { ...label, nextAttemptAt: null });
        refusePendingCancellation(tx, order, 'VOID_WINDOW_CLOSED');
        await saveFulfillmentOrder(tx, order);
        break;
    }
    await this.tracking.refoldIn(tx, order, shipment);
    await this.cancellations.settleIn(tx, order);
  }

  private async askAgain(
    tx: Tx,
    label: ShippingLabelRow,
    { waitMs, error }: Extract<Outcome, { kind: 'retry' }>,
  ): Promise<void> {
    const attempts = label.attempts + 1;
    const wait = label.state === 'AMBIGUOUS' ? questionAfter(attempts) : retryAfter(attempts);
    await save(tx, { ...label, attempts, nextAttemptAt: after(tx.now, waitMs ?? wait) });
    if (label.state !== 'AMBIGUOUS' || !needsOperator(attempts)) return;
    this.log.error({ labelId: label.id, error }, 'nobody knows whether this label was bought');
  }
}

/** Order, shipment, label: everybody locks in this order. */
async function lockAll(tx: Tx, labelId: string): Promise<Locked> {
  const owner = await tx.first<{ shipmentId: string }>(
    'select "shipmentId" from "shippingLabel" where id = $1',
    [labelId],
  );
  const shipmentId = owner?.shipmentId ?? '';
  const [order] = (await lockOfShipments(tx, [shipmentId])).values();
  const shipment = await lockShipment(tx, shipmentId);
  const label = await tx.first<ShippingLabelRow>(
    'select * from "shippingLabel" where id = $1 for no key update',
    [labelId],
  );
  if (order === undefined || shipment === undefined || label === undefined) {
    throw new Error(`label ${labelId} has lost its shipment`);
  }
  return { order, shipment, label };
}

async function issueIn(tx: Tx, locked: Locked, booking: Booking): Promise<void> {
  const { label, shipment } = locked;
  Object.assign(label, {
    carrierRef: booking.carrierRef,
    chargeMinor: booking.chargeMinor,
    currency: booking.currency,
    documentPath: booking.documentPath,
    issuedAt: tx.now,
    nextAttemptAt: tx.now, // the document is fetched next
  });
  await save(tx, label);
  for (const { sscc, trackingNumber } of booking.trackingNumbers) {
    await tx.query(
      'update parcel set "trackingNumber" = $3 where "shipmentId" = $1 and sscc = $2',
      [shipment.id, sscc, trackingNumber],
    );
  }
  tellMoney(tx, locked, 'label.charged');
}

function tellMoney(
  tx: Tx,
  { label, shipment }: Locked,
  type: 'label.charged' | 'label.refunded',
): void {
  tx.publish(
    fact(
      type,
      {
        subject: label.id,
        version: type === 'label.charged' ? 1 : 2,
        topics: [topics.shipment(shipment.id), topics.order(shipment.orderId)],
      },
      {
        labelId: label.id,
        shipmentId: shipment.id,
        orderId: shipment.orderId,
        sellerId: shipment.sellerId,
        amountMinor: String(label.chargeMinor ?? 0n),
        currency: label.currency ?? '',
        payer: 'SELLER',
      },
    ),
  );
}

async function keepDocument(
  tx: Tx,
  label: ShippingLabelRow,
  { mime, bytes }: Extract<Outcome, { kind: 'document' }>,
): Promise<void> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await tx.query(
    `insert into "labelDocument" ("labelId", mime, sha256, bytes) values ($1, $2, $3, $4) on conflict do nothing`,
    [label.id, mime, sha256, bytes],
  );
  if (label.state === 'ISSUED') await save(tx, { ...label, attempts: 0, nextAttemptAt: null });
}

async function save(tx: Tx, row: ShippingLabelRow): Promise<void> {
  await tx.query(
    `update "shippingLabel" set state = $2, "carrierRef" = $3, "chargeMinor" = $4, currency = $5,
       "documentPath" = $6, failure = $7, attempts = $8, "nextAttemptAt" = $9, "issuedAt" = $10, "updatedAt" = $11
     where id = $1`,
    [
      row.id,
      row.state,
      row.carrierRef,
      row.chargeMinor,
      row.currency,
      row.documentPath,
      row.failure,
      row.attempts,
      row.nextAttemptAt,
      row.issuedAt,
      tx.now,
    ],
  );
}
