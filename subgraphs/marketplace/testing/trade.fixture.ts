import { Client } from 'pg';
import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { idKind } from '#kernel/ids/id';
import type { FactInput, FactName } from '#contracts/facts';
import {
  type OfferId,
  type OrderGroupId,
  type OrderId,
  type SellerId,
  escrowIds,
  fulfillmentOrderIds,
  paymentIds,
  refundIds,
  shipmentIds,
} from '#contracts/ids';
import type { OrderLineRow, OrderRow } from '../orders/order.entity';
import { CatalogueFixture, aListing, aVariant } from './catalogue.fixture';

export interface Shop {
  readonly owner: Viewer;
  readonly sellerId: SellerId;
}

export interface Bought {
  readonly groupId: OrderGroupId;
  readonly orders: readonly OrderRow[];
}

const eventIds = idKind('evt');
export const ADDRESS = {
  name: 'Ana',
  street: 'Rua 1',
  city: 'São Paulo',
  region: 'SP',
  postalCode: '01000-000',
  country: 'BR',
};

/** A catalogue fixture with short ways to buy and to hear what the other subgraphs say. */
export class TradeFixture {
  private keys = 0;

  private constructor(readonly at: CatalogueFixture) {}

  static async open(): Promise<TradeFixture> {
    return new TradeFixture(await CatalogueFixture.open());
  }

  /** How many statements a use case sends to the server, its begin and commit among them. */
  async statements(run: () => Promise<unknown>): Promise<number> {
    const client = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
    const { query } = client;
    let count = 0;
    client.query = function (this: unknown, ...args: unknown[]) {
      count += 1;
      return query.apply(this, args);
    };
    try {
      await run();
    } finally {
      client.query = query;
    }
    return count;
  }

  close(): Promise<void> {
    return this.at.close();
  }

  /** Where the database is, for a wider pool. */
  get url(): string {
    return (this.at.db.source.options as { url?: string }).url ?? '';
  }

  get key(): string {
    return `key-${String(this.keys++)}`;
  }

  /** An offer of a new product. */
  async offer(shop: Shop, stock = 5, priceMinor = 1_000n, shippingMinor = 300n): Promise<OfferId> {
    const handle = `p-${eventIds.create().slice(4)}`;
    await this.at.context.listings.upsert(shop.owner, shop.sellerId, [
      aListing(handle, {
        variants: [
          aVariant({
            stock,
            price: { minorUnits: priceMinor, currencyCode: 'EUR' },
            shippingPrice: { minorUnits: shippingMinor, currencyCode: 'EUR' },
          }),
        ],
      }),
    ]);
    const row = await this.at.db.first<{ id: OfferId }>(
      'select o.id from offer o join product p on p.id = o."productId" where p.handle = $1',
      [handle],
    );
    return row!.id;
  }

  /** A cart with these lines and its open checkout. */
  async checkout(buyer: Viewer, lines: readonly (readonly [OfferId, number])[]) {
    const { carts, checkouts } = this.at.context;
    const added = lines.map(([offerId, quantity]) => ({ offerId, quantity }));
    const { id: cartId } = await carts.create(buyer, null, added);
    return checkouts.begin(buyer, { cartId, shipTo: ADDRESS, idempotencyKey: this.key });
  }

  /** Buys everything up to placed orders. */
  async buy(buyer: Viewer, lines: readonly (readonly [OfferId, number])[]): Promise<Bought> {
    const checkout = await this.checkout(buyer, lines);
    const groupId = await this.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: checkout.currency },
      idempotencyKey: this.key,
    });
    return { groupId, orders: await this.ordersOf(groupId) };
  }

  ordersOf(groupId: OrderGroupId): Promise<OrderRow[]> {
    return this.at.db.query<OrderRow>(
      'select * from "order" where "orderGroupId" = $1 order by number',
      [groupId],
    );
  }

  async order(id: OrderId): Promise<OrderRow> {
    return (await this.at.db.first<OrderRow>('select * from "order" where id = $1', [id]))!;
  }

  linesOf(id: OrderId): Promise<OrderLineRow[]> {
    return this.at.db.query<OrderLineRow>(
      'select * from "orderLine" where "orderId" = $1 order by id',
      [id],
    );
  }

  stock(offerId: OfferId): Promise<{ onHand: number; reserved: number } | undefined> {
    return this.at.db.first('select "onHand", reserved from stock where "offerId" = $1', [offerId]);
  }

  /** A fact of another subgraph reaches the reactions, in a transaction of its own. */
  hear<N extends FactName>(type: N, data: FactInput<N>, time = this.at.clock.now()): Promise<void> {
    const reactions = this.at.subgraph.reactions.filter(({ on }) => on === type);
    if (reactions.length === 0) throw new Error(`nothing reacts to ${type}`);
    return this.at.db.transaction(systemViewer('test'), async (tx) => {
      for (const reaction of reactions) {
        await reaction.run(tx, {
          id: eventIds.create(),
          source: 'elsewhere',
          type,
          subject: 'x',
          topics: [],
          time,
          actor: 'system',
          correlationId: 'test',
          position: { epoch: 1, xid: '1', seq: '1' },
          data: data as Record<string, unknown>,
        });
      }
    });
  }

  /** Types of the facts told about a subject, oldest first. */
  async told(subject: string): Promise<string[]> {
    const rows = await this.at.db.query<{ type: string }>(
      'select type from outbox where subject = $1 order by seq',
      [subject],
    );
    return rows.map(({ type }) => type);
  }
}

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
