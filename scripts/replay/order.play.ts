import { type GraphClient, GraphProblem, isProblem } from '../client/graph.client';
import { comeToTerms } from './come.to.terms';
import { complaintOf } from './complaint';
import { CURRENCY, type OlistItem, type OlistOrder } from './olist.files';
import { tendersOf } from './tenders';
import { OrderWatch, type OrderMessage } from './order.watch';
import { eventually } from '../client/eventually';
import { type Parties, skuOf } from './parties';

/** Lets the carrier's parcels move: the physical world, which no graph controls. */
export interface Carrier {
  run(trackingNumber: string, to: 'IN_TRANSIT' | 'DELIVERED'): Promise<void>;
  /** No further scans of this parcel: it never arrives. */
  hold(trackingNumber: string): Promise<void>;
}

export interface PlayedOrder {
  readonly file: OlistOrder;
  readonly orderGroupId: string;
  readonly orderIds: readonly string[];
  readonly buyer: GraphClient;
  readonly watches: readonly OrderWatch[];
}

interface PlacedOrder {
  readonly id: string;
  readonly number: string;
  readonly seller: { readonly id: string };
}

interface Placed {
  readonly id: string;
  readonly paymentRequest: string;
  readonly total: { readonly minorUnits: string };
  readonly orders: readonly PlacedOrder[];
}

/** Plays one real order through the public graph, as its file says it went. */
export class OrderPlay {
  constructor(
    private readonly parties: Parties,
    private readonly carrier: Carrier,
    private readonly onMessage: (message: OrderMessage) => void,
  ) {}

  async play(file: OlistOrder): Promise<PlayedOrder> {
    const buyer = await this.parties.buyer(file);
    const placed = await this.place(file, buyer);
    const watches = placed.orders.map(({ id }) => new OrderWatch(buyer, id, this.onMessage));
    const played = {
      file,
      orderGroupId: placed.id,
      orderIds: placed.orders.map(({ id }) => id),
      buyer,
      watches,
    };
    try {
      await this.goOn(file, buyer, placed, watches);
      return played;
    } finally {
      for (const watch of watches) watch.stop();
    }
  }

  private async goOn(
    file: OlistOrder,
    buyer: GraphClient,
    placed: Placed,
    watches: readonly OrderWatch[],
  ): Promise<void> {
    if (file.status === 'created') return;
    if (file.status === 'canceled' && !file.approved) {
      for (const order of placed.orders) await this.cancel(buyer, order, file.id);
      await settled(watches, 'cancelled', ({ status }) => status === 'CANCELLED');
      return;
    }
    await this.pay(file, buyer, placed);
    await settled(watches, 'paid and held', ({ status }) => status === 'CONFIRMED');
    const gone = file.status === 'delivered' || file.status === 'shipped' || file.handedOver;
    if (gone) {
      const delivered = file.status === 'delivered';
      await Promise.all(placed.orders.map((order) => this.ship(file, order, delivered)));
      const reached = delivered ? 'DELIVERED' : 'SHIPPED';
      await settled(watches, reached, ({ fulfillmentStatus }) => fulfillmentStatus === reached);
    }
    if (file.status === 'delivered') await this.receive(file, buyer, placed, watches);
    else if (gone) await this.complain(file, buyer, placed, watches);
    else if (file.status === 'canceled') await this.callOff(file, buyer, placed, watches);
    else if (file.status === 'unavailable') await this.runOut(file, placed, watches);
  }

  private async place(file: OlistOrder, buyer: GraphClient): Promise<Placed> {
    const lines = new Map<string, { item: OlistItem; quantity: number }>();
    for (const item of file.items) {
      const key = `${item.sellerId} ${skuOf(item)}`;
      lines.set(key, { item, quantity: (lines.get(key)?.quantity ?? 0) + 1 });
    }
    const wanted = await Promise.all(
      [...lines.values()].map(async ({ item, quantity }) => ({
        offerId: await this.parties.offer(item),
        quantity,
      })),
    );
    const { cart } = await buyer.mutate<{ cart: { id: string } }>('cartCreate', 'cart { id }', {
      currencyCode: CURRENCY,
    });
    await buyer.mutate('cartLinesAdd', 'cart { id }', { cartId: cart.id, lines: wanted });
    const { name, street } = {
      name: `Buyer ${file.buyer.id.slice(0, 6)}`,
      street: 'Rua Principal 1',
    };
    const { checkout } = await buyer.mutate<{
      checkout: { id: string; total: { minorUnits: string } };
    }>('checkoutBegin', 'checkout { id total { minorUnits } }', {
      cartId: cart.id,
      shipTo: {
        name,
        street,
        city: file.buyer.city,
        region: file.buyer.state,
        postalCode: `${file.buyer.zip}-000`,
        country: 'BR',
      },
      idempotencyKey: `begin ${file.id} ${cart.id}`,
    });
    const { orderGroup } = await buyer.mutate<{ orderGroup: Placed }>(
      'checkoutComplete',
      'orderGroup { id paymentRequest total { minorUnits } orders { id number seller { id } } }',
      {
        checkoutId: checkout.id,
        expectedTotal: { minorUnits: checkout.total.minorUnits, currencyCode: CURRENCY },
        idempotencyKey: `complete ${file.id} ${checkout.id}`,
      },
    );
    return orderGroup;
  }

  private async pay(file: OlistOrder, buyer: GraphClient, placed: Placed): Promise<void> {
    const tenders = tendersOf(file, BigInt(placed.total.minorUnits));
    await buyer
      .mutate('paymentCreate', 'payment { id status }', {
        paymentRequest: placed.paymentRequest,
        tenders,
        idempotencyKey: `pay ${placed.id}`,
      })
      .catch((error: unknown) => {
        // The answer was lost and the outcome is being found out: the live stream will tell.
        if (!isProblem(error, 'PAYMENT_OUTCOME_UNKNOWN', 'PAYMENT_IN_PROGRESS')) throw error;
      });
  }

  private async ship(file: OlistOrder, order: PlacedOrder, arrives: boolean): Promise<void> {
    const { client } = await this.shopOf(file, order);
    const open = await eventually(`the fulfilment order of ${order.number}`, async () => {
      const { order: seen } = await client.ask<{
        order: { fulfillmentOrders: { id: string; state: string }[] | null };
      }>('query ($id: ID!) { order(id: $id) { fulfillmentOrders { id state } } }', {
        id: order.id,
      });
      return seen.fulfillmentOrders?.find(
        ({ state }) => state === 'OPEN' || state === 'IN_PROGRESS',
      );
    });
    const { shipment } = await client.mutate<{ shipment: { id: string } }>(
      'shipmentCreate',
      'shipment { id }',
      { fulfillmentOrderId: open.id, idempotencyKey: `ship ${order.id}` },
    );
    await client.mutate('shipmentLabelBuy', 'shipment { id }', {
      shipmentId: shipment.id,
      idempotencyKey: `label ${order.id}`,
    });
    const trackingNumbers = await eventually(`the label of ${order.number}`, async () => {
      const { shipment: seen } = await client.ask<{
        shipment: { parcels: { trackingNumber: string | null }[] };
      }>('query ($id: ID!) { shipment(id: $id) { parcels { trackingNumber } } }', {
        id: shipment.id,
      });
      const numbers = seen.parcels.flatMap(({ trackingNumber }) => trackingNumber ?? []);
      return numbers.length === seen.parcels.length ? numbers : undefined;
    });
    for (const number of trackingNumbers) {
      await this.carrier.run(number, arrives ? 'DELIVERED' : 'IN_TRANSIT');
      if (!arrives) await this.carrier.hold(number);
    }
  }

  private async receive(
    file: OlistOrder,
    buyer: GraphClient,
    placed: Placed,
    watches: readonly OrderWatch[],
  ): Promise<void> {
    for (const order of placed.orders) {
      await buyer.mutate('orderReceiptConfirm', 'order { id }', {
        orderId: order.id,
        idempotencyKey: `receipt ${order.id}`,
      });
    }
    await settled(watches, 'completed', ({ status }) => status === 'COMPLETED');
    if (file.review !== undefined) {
      for (const order of placed.orders) await this.review(buyer, order.id, file.review);
    }
  }

  private async review(
    buyer: GraphClient,
    id: string,
    { stars, title, body }: NonNullable<OlistOrder['review']>,
  ): Promise<void> {
    const { order } = await buyer.ask<{ order: { lines: { id: string; review: unknown }[] } }>(
      'query ($id: ID!) { order(id: $id) { lines { id review { id } } } }',
      { id },
    );
    for (const line of order.lines) {
      if (line.review !== null) continue;
      await buyer.mutate('reviewCreate', 'review { id }', {
        orderLineId: line.id,
        stars,
        title,
        body,
      });
    }
  }

  /** The buyer calls it off before it has left. */
  private async callOff(
    file: OlistOrder,
    buyer: GraphClient,
    placed: Placed,
    watches: readonly OrderWatch[],
  ): Promise<void> {
    for (const order of placed.orders) await this.cancel(buyer, order, file.id);
    await settled(watches, 'refunded', ({ paymentStatus }) => paymentStatus === 'REFUNDED');
  }

  /** What the carrier has cannot be cancelled: buyer and seller come to terms about it. */
  private async complain(
    file: OlistOrder,
    buyer: GraphClient,
    placed: Placed,
    watches: readonly OrderWatch[],
  ): Promise<void> {
    for (const order of placed.orders) {
      const { client, fileId } = await this.shopOf(file, order);
      const complaint = complaintOf(file, fileId);
      if (complaint !== undefined)
        await comeToTerms({ buyer, seller: client }, order.id, complaint);
    }
    await settled(watches, 'refunded', ({ paymentStatus }) => paymentStatus.includes('REFUNDED'));
  }

  /** The seller cannot deliver. */
  private async runOut(
    file: OlistOrder,
    placed: Placed,
    watches: readonly OrderWatch[],
  ): Promise<void> {
    for (const order of placed.orders) {
      const { client } = await this.shopOf(file, order);
      await this.cancel(client, order, file.id);
    }
    await settled(watches, 'refunded', ({ paymentStatus }) => paymentStatus === 'REFUNDED');
  }

  private async cancel(by: GraphClient, order: PlacedOrder, reason: string): Promise<void> {
    await by.mutate('orderCancel', 'order { id }', {
      orderId: order.id,
      reason: `As in order ${reason.slice(0, 8)}`,
      idempotencyKey: `cancel ${order.id}`,
    });
  }

  private async shopOf(
    file: OlistOrder,
    order: PlacedOrder,
  ): Promise<{ client: GraphClient; fileId: string }> {
    for (const fileId of new Set(file.items.map(({ sellerId }) => sellerId))) {
      const { client, sellerId } = await this.parties.shop(fileId);
      if (sellerId === order.seller.id) return { client, fileId };
    }
    throw new GraphProblem(['SELLER_UNKNOWN'], `no seller of ${file.id} owns ${order.number}`);
  }
}

const settled = async (
  watches: readonly OrderWatch[],
  what: string,
  looks: Parameters<OrderWatch['until']>[1],
): Promise<void> => {
  await Promise.all(watches.map((watch) => watch.until(what, looks)));
};
