import { randomUUID } from 'node:crypto';
import type { GraphClient } from '../client/graph.client';
import { follow } from '../client/live.client';

const HELD = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status escrow { state } } } }`;

export interface TradeTimes {
  /** Checkout begun → the subscriber sees the order confirmed, milliseconds. */
  readonly fundedMs: number;
  /** A fact's transaction → the subscriber has its message, milliseconds, one for each message. */
  readonly latenciesMs: readonly number[];
}

/** Cart → checkout → payment → money held, watched live by the buyer. */
export async function tradeToFunded(buyer: GraphClient, offerId: string): Promise<TradeTimes> {
  const run = randomUUID();
  const { cart } = await buyer.mutate<{ cart: { id: string } }>('cartCreate', 'cart { id }', {
    currencyCode: 'EUR',
  });
  await buyer.mutate('cartLinesAdd', 'cart { id }', {
    cartId: cart.id,
    lines: [{ offerId, quantity: 1 }],
  });
  const began = performance.now();
  const { checkout } = await buyer.mutate<{
    checkout: { id: string; total: { minorUnits: string } };
  }>('checkoutBegin', 'checkout { id total { minorUnits } }', {
    cartId: cart.id,
    shipTo: SHIP_TO,
    idempotencyKey: `begin ${run}`,
  });
  const amount = { minorUnits: checkout.total.minorUnits, currencyCode: 'EUR' };
  const { orderGroup } = await buyer.mutate<{
    orderGroup: { paymentRequest: string; orders: { id: string }[] };
  }>('checkoutComplete', 'orderGroup { paymentRequest orders { id } }', {
    checkoutId: checkout.id,
    expectedTotal: amount,
    idempotencyKey: `complete ${run}`,
  });
  const watching = confirmed(buyer, orderGroup.orders[0]?.id ?? '');
  await buyer.mutate('paymentCreate', 'payment { id }', {
    paymentRequest: orderGroup.paymentRequest,
    tenders: [{ token: 'tok_ok', amount }],
    idempotencyKey: `pay ${run}`,
  });
  const latenciesMs = await watching;
  return { fundedMs: performance.now() - began, latenciesMs };
}

const SHIP_TO = {
  name: 'Bench Buyer',
  street: 'Quay 7',
  city: 'Hamburg',
  region: null,
  postalCode: '20095',
  country: 'DE',
};

/** Follows an order until its money is held and it is confirmed. */
function confirmed(buyer: GraphClient, id: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const latencies: number[] = [];
    const late = setTimeout(() => {
      live.stop();
      reject(new Error(`${id} was not funded in time`));
    }, 30_000);
    const live = follow({
      url: buyer.url,
      token: buyer.token,
      query: HELD,
      variables: { id },
      onMessage: (message) => {
        const { kind, occurredAt } = message;
        const order = message['order'] as {
          status: string;
          escrow: { state: string } | null;
        } | null;
        if (kind === 'CHANGE') latencies.push(Date.now() - new Date(occurredAt).getTime());
        if (order?.status !== 'CONFIRMED' || order.escrow?.state !== 'HELD') return;
        clearTimeout(late);
        live.stop();
        resolve(latencies);
      },
    });
  });
}
