import { escrowIds, fulfillmentOrderIds, paymentIds, refundIds, shipmentIds } from '#contracts/ids';
import type { OrderLineRow, OrderRow } from '../orders/order.entity';
import type { TradeFixture } from './trade.fixture';

/** What payments and fulfillment say about one order. */
export class Elsewhere {
  private readonly escrowId = escrowIds.create();
  private readonly fulfillmentOrderId = fulfillmentOrderIds.create();
  readonly shipmentId = shipmentIds.create();

  constructor(
    private readonly fixture: TradeFixture,
    private readonly order: OrderRow,
    private readonly lines: readonly OrderLineRow[],
  ) {}

  static async of(fixture: TradeFixture, order: OrderRow): Promise<Elsewhere> {
    return new Elsewhere(fixture, order, await fixture.linesOf(order.id));
  }

  private get parties() {
    const { id: orderId, sellerId, buyerId } = this.order;
    return { orderId, sellerId, buyerId };
  }

  private get escrow() {
    return { ...this.parties, escrowId: this.escrowId, currency: this.order.currency };
  }

  get quantities() {
    return this.lines.map(({ id, quantity }) => ({ orderLineId: id, quantity }));
  }

  async paid(): Promise<void> {
    const { orderGroupId, currency, totalMinor } = this.order;
    await this.fixture.hear('payment.captured', {
      paymentId: paymentIds.create(),
      orderGroupId,
      orderIds: [this.order.id],
      amountMinor: totalMinor.toString(),
      currency,
    });
    await this.funded();
  }

  funded(): Promise<void> {
    const amountMinor = this.order.totalMinor.toString();
    return this.fixture.hear('escrow.funded', { ...this.escrow, amountMinor });
  }

  expired(): Promise<void> {
    const { orderGroupId, id } = this.order;
    return this.fixture.hear('payment.expired', { orderGroupId, orderIds: [id] });
  }

  opened(): Promise<void> {
    return this.fixture.hear('fulfillment_order.opened', {
      ...this.parties,
      fulfillmentOrderId: this.fulfillmentOrderId,
      shipBy: '2026-03-05T00:00:00Z',
    });
  }

  shipped(lines = this.quantities, allShipped = true, shipmentId = this.shipmentId): Promise<void> {
    return this.fixture.hear('shipment.shipped', {
      ...this.parties,
      shipmentId,
      lines,
      allShipped,
      occurredAt: '2026-03-02T00:00:00Z',
      tracked: true,
    });
  }

  delivered(
    lines = this.quantities,
    allDelivered = true,
    shipmentId = this.shipmentId,
  ): Promise<void> {
    return this.fixture.hear('shipment.delivered', {
      ...this.parties,
      shipmentId,
      lines,
      allDelivered,
      occurredAt: '2026-03-03T00:00:00Z',
    });
  }

  /** What payments says about a disagreement of the two. */
  async disputed(
    disputeId: string,
    stages: readonly ('OPEN' | 'DECIDED' | 'CLOSED')[],
  ): Promise<void> {
    const { currency, ...escrow } = this.escrow;
    const base = { ...escrow, disputeId };
    const opened = { kind: 'REFUND_ONLY', reason: 'DAMAGED', amountMinor: '1' } as const;
    for (const stage of stages) {
      if (stage === 'OPEN') {
        await this.fixture.hear('dispute.opened', { ...base, ...opened, currency });
        await this.fixture.hear('dispute.updated', { ...base, to: 'EVIDENCE', cause: 'T9' });
      } else if (stage === 'DECIDED') {
        const decided = { fault: 'SELLER', refundMinor: '0', returnRequired: false } as const;
        await this.fixture.hear('dispute.decided', { ...base, ...decided, currency, clauses: [] });
        await this.fixture.hear('dispute.updated', { ...base, to: 'APPEALED', cause: 'APPEAL' });
      } else {
        const closed = { outcome: 'CLOSED', refundMinor: '0' } as const;
        await this.fixture.hear('dispute.closed', { ...base, ...closed, currency });
      }
    }
  }

  retracted(time?: Date): Promise<void> {
    return this.fixture.hear(
      'shipment.delivery_retracted',
      { ...this.parties, shipmentId: this.shipmentId, reason: 'wrong door' },
      time,
    );
  }

  released(remainingMinor = 0n): Promise<void> {
    const { totalMinor } = this.order;
    return this.fixture.hear('escrow.released', {
      ...this.escrow,
      grossMinor: totalMinor.toString(),
      commissionMinor: '0',
      taxMinor: '0',
      netMinor: totalMinor.toString(),
      remainingMinor: remainingMinor.toString(),
      cause: 'INSPECTION_ENDED',
    });
  }

  refunded(amountMinor = this.order.totalMinor, remainingMinor = 0n): Promise<void> {
    return this.fixture.hear('refund.succeeded', {
      ...this.escrow,
      refundId: refundIds.create(),
      amountMinor: amountMinor.toString(),
      remainingMinor: remainingMinor.toString(),
      cause: 'CANCELLED',
    });
  }

  cancelGranted(): Promise<void> {
    return this.fixture.hear('fulfillment_order.cancelled', {
      ...this.parties,
      fulfillmentOrderId: this.fulfillmentOrderId,
      reason: 'asked',
    });
  }

  cancelRefused(): Promise<void> {
    return this.fixture.hear('fulfillment_order.cancel_refused', {
      ...this.parties,
      fulfillmentOrderId: this.fulfillmentOrderId,
      reason: 'already scanned',
    });
  }

  shipOverdue(): Promise<void> {
    return this.fixture.hear('escrow.ship_overdue', this.escrow);
  }
}
