import { randomUUID } from 'node:crypto';
import { type GraphClient, GraphProblem } from '../client/graph.client';
import type { Carrier } from '../replay/order.play';
import { eventually } from '../client/eventually';

export interface PlacedTrade {
  readonly id: string;
  readonly groupId: string;
  readonly number: string;
  readonly paymentRequest: string;
  /** In the major unit. */
  readonly total: string;
  readonly totalMinor: bigint;
  /** The total less 10 % commission. */
  readonly netMinor: bigint;
  /** Filled in as the trade goes on. */
  readonly ids: { escrow?: string; shipment?: string; payment?: string };
}

/** A seller's money, in cents. */
export interface SellerMoney {
  readonly all: bigint;
  readonly available: bigint;
  readonly onHold: bigint;
  readonly reserved: bigint;
}

interface BalanceLine {
  readonly kind: string;
  readonly amount: { readonly minorUnits: string };
  readonly order: { readonly id: string } | null;
}

/** One trade between the demo buyer and the demo seller, step by step through the public graph. */
export class Trade {
  private readonly run = randomUUID();

  constructor(
    private readonly buyer: GraphClient,
    private readonly seller: GraphClient,
    private readonly carrier: Carrier,
  ) {}

  async place(handle: string, quantity: number): Promise<PlacedTrade> {
    const offerId = await this.offerOf(handle);
    const { cart } = await this.buyer.mutate<{ cart: { id: string } }>(
      'cartCreate',
      'cart { id }',
      {
        currencyCode: 'EUR',
      },
    );
    await this.buyer.mutate('cartLinesAdd', 'cart { id }', {
      cartId: cart.id,
      lines: [{ offerId, quantity }],
    });
    const shipTo = {
      name: 'Bea Buyer',
      street: 'Quay 7',
      city: 'Hamburg',
      region: null,
      postalCode: '20095',
      country: 'DE',
    };
    const { checkout } = await this.buyer.mutate<{
      checkout: { id: string; total: { minorUnits: string } };
    }>('checkoutBegin', 'checkout { id total { minorUnits } }', {
      cartId: cart.id,
      shipTo,
      idempotencyKey: `begin ${this.run}`,
    });
    const expectedTotal = { minorUnits: checkout.total.minorUnits, currencyCode: 'EUR' };
    const { orderGroup } = await this.buyer.mutate<{
      orderGroup: {
        id: string;
        paymentRequest: string;
        total: { amount: string; minorUnits: string };
        orders: { id: string; number: string }[];
      };
    }>(
      'checkoutComplete',
      'orderGroup { id paymentRequest total { amount minorUnits } orders { id number } }',
      { checkoutId: checkout.id, expectedTotal, idempotencyKey: `complete ${this.run}` },
    );
    const totalMinor = BigInt(orderGroup.total.minorUnits);
    const [order] = orderGroup.orders;
    return {
      id: order?.id ?? '',
      groupId: orderGroup.id,
      number: order?.number ?? '',
      paymentRequest: orderGroup.paymentRequest,
      total: orderGroup.total.amount,
      totalMinor,
      netMinor: totalMinor - (totalMinor * 1_000n + 5_000n) / 10_000n,
      ids: {},
    };
  }

  /** Pays, ships, delivers, confirms receipt and reviews. */
  async goThrough(placed: PlacedTrade): Promise<void> {
    await this.pay(placed);
    await this.finish(placed, await this.ship(placed));
  }

  /** The buyer pays; the money is held when this returns or soon after. */
  async pay(placed: PlacedTrade): Promise<void> {
    const { payment } = await this.buyer.mutate<{ payment: { id: string } }>(
      'paymentCreate',
      'payment { id status }',
      {
        paymentRequest: placed.paymentRequest,
        tenders: [
          {
            token: 'tok_ok',
            amount: { minorUnits: String(placed.totalMinor), currencyCode: 'EUR' },
          },
        ],
        idempotencyKey: `pay ${this.run}`,
      },
    );
    placed.ids.payment = payment.id;
  }

  /** The parcel arrives, the buyer confirms and reviews. */
  async finish(placed: PlacedTrade, trackingNumber: string): Promise<void> {
    await this.carrier.run(trackingNumber, 'DELIVERED');
    await this.becomes(placed, 'fulfillmentStatus', 'DELIVERED');
    await this.buyer.mutate('orderReceiptConfirm', 'order { id }', {
      orderId: placed.id,
      idempotencyKey: `receipt ${this.run}`,
    });
    await this.becomes(placed, 'status', 'COMPLETED');
    const { order } = await this.buyer.ask<{
      order: { lines: { id: string }[]; escrow: { id: string } };
    }>('query ($id: ID!) { order(id: $id) { lines { id } escrow { id } } }', { id: placed.id });
    placed.ids.escrow = order.escrow.id;
    await this.review(order.lines[0]?.id);
  }

  private async review(orderLineId: string | undefined): Promise<void> {
    const words = { stars: 5, title: 'Warm light', body: 'Well packed and quick.' };
    try {
      await this.buyer.mutate('reviewCreate', 'review { id }', { orderLineId, ...words });
    } catch (error) {
      // The answer to the first try was lost, and a line is reviewed once.
      if (!(error instanceof GraphProblem) || error.codes.join() !== 'ALREADY_REVIEWED')
        throw error;
    }
  }

  /** What the seller has, in cents: part of it waits or is kept back for as long as the seller is new. */
  async sellerMoney(): Promise<SellerMoney> {
    const { viewer } = await this.seller.ask<{
      viewer: { sellers: { balance: Record<string, { minorUnits: string }> | null }[] };
    }>(
      `{ viewer { sellers { balance(currencyCode: "EUR") {
         available { minorUnits } onHold { minorUnits } reserved { minorUnits } owed { minorUnits }
       } } } }`,
    );
    const balance = viewer.sellers[0]?.balance ?? {};
    const of = (name: string): bigint => BigInt(balance[name]?.minorUnits ?? 0);
    const [available, onHold, reserved] = [of('available'), of('onHold'), of('reserved')];
    return { all: available + onHold + reserved - of('owed'), available, onHold, reserved };
  }

  /** What a shipped trade leaves the seller with, once its money is released: the price less commission and label. */
  async earned({ id, netMinor }: PlacedTrade): Promise<bigint> {
    const { viewer } = await this.seller.ask<{ viewer: { sellers: { id: string }[] } }>(
      '{ viewer { sellers { id } } }',
    );
    const label = await eventually('what the label cost', async () => {
      const { balanceTransactions } = await this.seller.ask<{
        balanceTransactions: { nodes: BalanceLine[] };
      }>(
        `query ($id: ID!) { balanceTransactions(sellerId: $id, currencyCode: "EUR", first: 50) {
           nodes { kind amount { minorUnits } order { id } } } }`,
        { id: viewer.sellers[0]?.id },
      );
      return balanceTransactions.nodes.find(
        ({ kind, order }) => kind === 'LABEL' && order?.id === id,
      );
    });
    return netMinor + BigInt(label.amount.minorUnits);
  }

  private async offerOf(handle: string): Promise<string> {
    const { productByHandle } = await this.seller.ask<{
      productByHandle: {
        variants: { offers: { nodes: { id: string; seller: { handle: string } }[] } }[];
      };
    }>(
      `query ($handle: String!) { productByHandle(handle: $handle) {
         variants { offers(first: 10) { nodes { id seller { handle } } } } } }`,
      { handle },
    );
    const offers = productByHandle.variants[0]?.offers.nodes ?? [];
    const own = offers.find(({ seller }) => seller.handle === 'north-workshop');
    if (own === undefined) throw new Error(`nobody offers ${handle}`);
    return own.id;
  }

  /** The seller packs and buys a label; returns the parcel's tracking number. */
  async ship(placed: PlacedTrade): Promise<string> {
    const fulfillmentOrder = await eventually('the fulfilment order', async () => {
      const { order } = await this.seller.ask<{
        order: { fulfillmentOrders: { id: string; state: string }[] | null };
      }>('query ($id: ID!) { order(id: $id) { fulfillmentOrders { id state } } }', {
        id: placed.id,
      });
      return order.fulfillmentOrders?.find(({ state }) => state === 'OPEN');
    });
    const { shipment } = await this.seller.mutate<{ shipment: { id: string } }>(
      'shipmentCreate',
      'shipment { id }',
      { fulfillmentOrderId: fulfillmentOrder.id, idempotencyKey: `ship ${this.run}` },
    );
    placed.ids.shipment = shipment.id;
    await this.seller.mutate('shipmentLabelBuy', 'shipment { id }', {
      shipmentId: shipment.id,
      idempotencyKey: `label ${this.run}`,
    });
    return eventually('the label', async () => {
      const { shipment: seen } = await this.seller.ask<{
        shipment: { parcels: { trackingNumber: string | null }[] };
      }>('query ($id: ID!) { shipment(id: $id) { parcels { trackingNumber } } }', {
        id: shipment.id,
      });
      return seen.parcels[0]?.trackingNumber ?? undefined;
    });
  }

  private async becomes(
    placed: PlacedTrade,
    axis: 'status' | 'fulfillmentStatus',
    value: string,
  ): Promise<void> {
    await eventually(`${axis} ${value}`, async () => {
      const { order } = await this.buyer.ask<{ order: Record<string, string> }>(
        `query ($id: ID!) { order(id: $id) { ${axis} } }`,
        { id: placed.id },
      );
      return order[axis] === value ? true : undefined;
    });
  }
}
