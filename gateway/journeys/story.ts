import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { Examples } from './examples';
import type { House, Journey } from './journey.system';

export interface MoneyShown {
  readonly amount: string;
  readonly minorUnits: string;
  readonly currencyCode: string;
}

/** An order with the request to pay it. */
export interface Placed {
  readonly id: string;
  readonly paymentRequest: string;
  readonly total: MoneyShown;
}

/** An order's page as the story looks at it. */
interface OrderSeen {
  readonly fulfillmentStatus: string;
  readonly lines: readonly { readonly id: string }[];
  readonly escrow: {
    readonly state: string;
    readonly tranches: readonly {
      readonly id: string;
      readonly state: string;
      readonly nextDeadline: string;
    }[];
  } | null;
  readonly fulfillmentOrders: readonly { readonly id: string; readonly state: string }[] | null;
}

/** What the first chapter makes. */
interface Shop {
  readonly seller: GraphClient;
  readonly id: string;
  readonly merchantId: string;
  readonly offerId: string;
}

/** What one chapter leaves to those after it. */
interface Known {
  readonly shop: Shop;
  readonly buyer: GraphClient;
  readonly operator: GraphClient;
  readonly operator2: GraphClient;
  /** Delivered, and the buyer is not content. */
  readonly brokenOrder: Placed;
  readonly disputeId: string;
}

export const eur = (minor: number | bigint) => ({
  minorUnits: minor.toString(),
  currencyCode: 'EUR',
});

const SHIP_TO = {
  name: 'Ben Buyer',
  street: 'Quay 9',
  city: 'Hamburg',
  postalCode: '20095',
  country: 'DE',
};

/** A shop that opens, a buyer, and two operators: who the chapters are about, and what they have in common. */
export class Story {
  readonly examples = new Examples();
  private keys = 0;
  private readonly known: { -readonly [K in keyof Known]?: Known[K] } = {};

  constructor(private readonly house: House) {}

  get journey(): Journey {
    return this.house.journey;
  }

  /** Names one intent more. */
  key(): { readonly idempotencyKey: string } {
    return { idempotencyKey: `story ${(this.keys += 1).toString()}` };
  }

  /** Keeps something for the chapters to come. */
  keep<K extends keyof Known>(name: K, what: Known[K]): Known[K] {
    this.known[name] = what;
    return what;
  }

  /** What an earlier chapter has kept. */
  kept<K extends keyof Known>(name: K): Known[K] {
    const what: Known[K] | undefined = this.known[name];
    if (what === undefined) throw new Error(`no earlier chapter has brought ${name}`);
    return what;
  }

  get shop(): Shop {
    return this.kept('shop');
  }

  get buyer(): GraphClient {
    return this.kept('buyer');
  }

  /** One of the two operators, signed in once. */
  async operator(which: 'operator' | 'operator2' = 'operator'): Promise<GraphClient> {
    return this.known[which] ?? this.keep(which, await this.journey.as(which));
  }

  /** Somebody new. */
  async signUp(name: string): Promise<GraphClient> {
    const { graph } = this.journey;
    const { accessToken } = await this.examples.run<{ accessToken: string }>(
      graph,
      'AccountSignUp',
      {
        email: `${name.toLowerCase()}@example.test`,
        password: `first-password-of-${name}`,
        displayName: name,
      },
    );
    return graph.as(accessToken);
  }

  /** The buyer orders of the shop. */
  async place(quantity = 1): Promise<Placed> {
    const { run } = this.examples;
    const { cart } = await run<{ cart: { id: string } }>(this.buyer, 'CartCreate', {
      offerId: this.shop.offerId,
      quantity,
    });
    const { id, total } = await this.checkout(cart.id);
    const { orderGroup } = await run<{
      orderGroup: { paymentRequest: string; orders: { id: string }[] };
    }>(this.buyer, 'CheckoutComplete', {
      checkoutId: id,
      total: eur(BigInt(total.minorUnits)),
      ...this.key(),
    });
    const { paymentRequest, orders } = orderGroup;
    return { id: orders[0]?.id ?? '', paymentRequest, total };
  }

  async checkout(cartId: string): Promise<{ id: string; total: MoneyShown }> {
    const { checkout } = await this.examples.run<{ checkout: { id: string; total: MoneyShown } }>(
      this.buyer,
      'Checkout',
      { cartId, shipTo: SHIP_TO, ...this.key() },
    );
    return checkout;
  }

  async pay(
    { paymentRequest, total }: Placed,
    token = 'tok_ok',
  ): Promise<{ id: string; status: string; actionUrl: string | null }> {
    const { payment } = await this.examples.run<{
      payment: { id: string; status: string; actionUrl: string | null };
    }>(this.buyer, 'PaymentCreate', {
      paymentRequest,
      amount: eur(BigInt(total.minorUnits)),
      token,
      ...this.key(),
    });
    return payment;
  }

  async placeAndPay(token?: string): Promise<Placed> {
    const placed = await this.place();
    expect((await this.pay(placed, token)).status).toBe('CAPTURED');
    return placed;
  }

  /** The order's page, as its buyer sees it, once it looks as it should. */
  page(
    { id }: Pick<Placed, 'id'>,
    what: string,
    looks: (order: OrderSeen) => boolean,
  ): Promise<OrderSeen> {
    return eventually(what, async () => {
      const order = await this.examples.run<OrderSeen>(this.buyer, 'OrderPage', { id });
      return looks(order) ? order : undefined;
    });
  }

  /** The seller takes the order on and ships it, and the parcel arrives. */
  async deliver(placed: Placed): Promise<void> {
    const { run } = this.examples;
    const { seller } = this.shop;
    const { fulfillmentOrders } = await this.page(
      placed,
      'work for the seller',
      ({ fulfillmentOrders: work }) => work?.[0]?.state === 'OPEN',
    );
    const work = { fulfillmentOrderId: fulfillmentOrders?.[0]?.id };
    const { fulfillmentOrder } = await run<{ fulfillmentOrder: { state: string } }>(
      seller,
      'FulfillmentOrderAccept',
      { ...work, ...this.key() },
    );
    expect(fulfillmentOrder.state).toBe('IN_PROGRESS');
    const { shipment } = await run<{ shipment: { id: string } }>(seller, 'ShipmentCreate', {
      ...work,
      ...this.key(),
    });
    await run(seller, 'ShipmentLabelBuy', { shipmentId: shipment.id, ...this.key() });
    const trackingNumber = await eventually('the label', async () => {
      const { shipment: seen } = await seller.ask<{
        shipment: { parcels: { trackingNumber: string | null }[] };
      }>('query ($id: ID!) { shipment(id: $id) { parcels { trackingNumber } } }', shipment);
      return seen.parcels[0]?.trackingNumber ?? undefined;
    });
    await new CarrierControl(this.journey.system.carrierUrl).run(trackingNumber, 'DELIVERED');
    await this.page(
      placed,
      'the delivery',
      ({ fulfillmentStatus, escrow }) =>
        fulfillmentStatus === 'DELIVERED' && escrow?.tranches[0]?.state === 'DELIVERED',
    );
  }
}
