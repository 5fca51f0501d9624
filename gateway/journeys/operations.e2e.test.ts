import { readFileSync, readdirSync } from 'node:fs';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { type Journey, TOPOLOGIES, beginJourney } from './journey.system';

jest.setTimeout(120_000);

const FOLDER = 'schema/operations';
const document = (name: string): string => readFileSync(`${FOLDER}/${name}.graphql`, 'utf8');

interface Answer {
  readonly userErrors?: readonly unknown[];
}

/** Every committed example, run as a storefront would: each answer feeds the next. */
describe.each(TOPOLOGIES)('the example operations, %s', (topology) => {
  let journey: Journey;
  let buyer: GraphClient;
  const ran = new Set<string>();
  let cartId: string;
  let checkout: { id: string; total: { minorUnits: string; currencyCode: string } };
  let group: { paymentRequest: string; orders: { id: string }[] };

  beforeAll(async () => {
    journey = await beginJourney(topology);
  });
  afterAll(() => journey.end());

  /** Runs one and returns its only root field; user errors fail it. */
  async function run<T>(graph: GraphClient, name: string, variables: object = {}): Promise<T> {
    ran.add(name);
    const data = await graph.ask<Record<string, T & Answer>>(document(name), variables);
    const [root] = Object.values(data);
    if (root === undefined) throw new Error(`${name} answered nothing`);
    expect(root.userErrors ?? []).toEqual([]);
    return root;
  }
  const money = () => ({
    minorUnits: checkout.total.minorUnits,
    currencyCode: checkout.total.currencyCode,
  });

  test('SignIn, ProductSearch, ProductPage', async () => {
    const { accessToken } = await run<{ accessToken: string }>(journey.graph, 'SignIn');
    buyer = journey.graph.as(accessToken);
    const { nodes } = await run<{ nodes: unknown[] }>(journey.graph, 'ProductSearch');
    expect(nodes.length).toBeGreaterThan(0);
    expect(await run(journey.graph, 'ProductPage')).toMatchObject({ handle: 'oak-desk-lamp' });
  });

  test('CartCreate, Checkout, CheckoutComplete, PaymentCreate', async () => {
    const { productByHandle } = await buyer.ask<{
      productByHandle: { variants: { offers: { nodes: { id: string }[] } }[] };
    }>(
      '{ productByHandle(handle: "steel-pen") { variants { offers(first: 1) { nodes { id } } } } }',
    );
    const offerId = productByHandle.variants[0]?.offers.nodes[0]?.id;
    const made = await run<{ cart: { id: string } }>(buyer, 'CartCreate', { offerId, quantity: 2 });
    cartId = made.cart.id;
    const shipTo = {
      name: 'Bea Buyer',
      street: 'Quay 7',
      city: 'Hamburg',
      postalCode: '20095',
      country: 'DE',
    };
    const begun = await run<{ checkout: typeof checkout }>(buyer, 'Checkout', {
      cartId,
      shipTo,
      idempotencyKey: 'begin',
    });
    checkout = begun.checkout;
    const done = await run<{ orderGroup: typeof group }>(buyer, 'CheckoutComplete', {
      checkoutId: checkout.id,
      total: money(),
      idempotencyKey: 'complete',
    });
    group = done.orderGroup;
    const { payment } = await run<{ payment: { status: string } }>(buyer, 'PaymentCreate', {
      paymentRequest: group.paymentRequest,
      amount: money(),
      idempotencyKey: 'pay',
    });
    expect(payment.status).toBe('CAPTURED');
  });

  test('OrderPage and OrderLive, over all four subgraphs', async () => {
    const id = group.orders[0]?.id ?? '';
    const order = await eventually('the order page to be whole', async () => {
      const seen = await run<{
        status: string;
        escrow: { state: string } | null;
        fulfillmentOrders?: unknown[] | null;
        seller: { merchant: unknown };
      }>(buyer, 'OrderPage', { id });
      return seen.status === 'CONFIRMED' && seen.escrow !== null ? seen : undefined;
    });
    expect(order).toMatchObject({ escrow: { state: 'HELD' } });
    expect(order.seller.merchant).not.toBeNull();
    ran.add('OrderLive');
    const seen: LiveMessage[] = [];
    const { stop } = follow({
      url: buyer.url,
      token: buyer.token,
      query: document('OrderLive'),
      variables: { id },
      onMessage: (message) => seen.push(message),
    });
    await eventually('the snapshot', () => Promise.resolve(seen.length > 0 || undefined));
    stop();
    expect(seen[0]?.kind).toBe('SNAPSHOT');
  });

  test('none was left out', () => {
    const all = readdirSync(FOLDER).map((file) => file.replace('.graphql', ''));
    expect(all.filter((name) => !ran.has(name))).toEqual([]);
  });
});
