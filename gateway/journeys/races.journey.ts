import { randomUUID } from 'node:crypto';
import { type GraphClient, GraphProblem } from '../../scripts/client/graph.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';

const SHIP_TO = {
  name: 'Bea Buyer',
  street: 'Quay 7',
  city: 'Hamburg',
  region: null,
  postalCode: '20095',
  country: 'DE',
};

/** One buyer's way to the last copy: `ordered`, or the code of the refusal. */
async function buy(buyer: GraphClient, offerId: string): Promise<string> {
  try {
    const { cart } = await buyer.mutate<{ cart: { id: string } }>('cartCreate', 'cart { id }', {
      currencyCode: 'EUR',
    });
    await buyer.mutate('cartLinesAdd', 'cart { id }', {
      cartId: cart.id,
      lines: [{ offerId, quantity: 1 }],
    });
    const { checkout } = await buyer.mutate<{
      checkout: { id: string; total: { minorUnits: string } };
    }>('checkoutBegin', 'checkout { id total { minorUnits } }', {
      cartId: cart.id,
      shipTo: SHIP_TO,
      idempotencyKey: randomUUID(),
    });
    await buyer.mutate('checkoutComplete', 'orderGroup { id }', {
      checkoutId: checkout.id,
      expectedTotal: { minorUnits: checkout.total.minorUnits, currencyCode: 'EUR' },
      idempotencyKey: randomUUID(),
    });
    return 'ordered';
  } catch (error) {
    if (error instanceof GraphProblem) return error.codes.join();
    throw error;
  }
}

export const races = (house: House): void =>
  describe('races', () => {
    let journey: Journey;
    beforeAll(() => {
      journey = house.journey;
    });

    test('64 concurrent checkouts of the last unit: one order, 63 typed refusals', async () => {
      const buyer = await journey.as('buyer');
      const { productByHandle } = await buyer.ask<{
        productByHandle: { variants: { offers: { nodes: { id: string }[] } }[] };
      }>(
        '{ productByHandle(handle: "last-harbour-print") { variants { offers(first: 1) { nodes { id } } } } }',
      );
      const offerId = productByHandle.variants[0]?.offers.nodes[0]?.id ?? '';
      const outcomes = await Promise.all(Array.from({ length: 64 }, () => buy(buyer, offerId)));
      expect([...new Set(outcomes)].sort()).toEqual(['OUT_OF_STOCK', 'ordered']);
      expect(outcomes.filter((outcome) => outcome === 'ordered')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'OUT_OF_STOCK')).toHaveLength(63);
    });

    test('20 payments clicked twice: one capture each', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trades = await Promise.all(
        Array.from({ length: 20 }, () =>
          new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl)).place(
            'steel-pen',
            1,
          ),
        ),
      );
      const before = await captures();
      const answers = await Promise.all(
        trades.flatMap((placed) => [pay(buyer, placed), pay(buyer, placed)]),
      );
      expect(new Set(answers).size).toBe(20);
      expect((await captures()) - before).toBe(20);
    });

    async function captures(): Promise<number> {
      const response = await fetch(`${journey.system.pspUrl}/sim/books`);
      const { payments } = (await response.json()) as { payments: { status: string }[] };
      return payments.filter(({ status }) => status === 'captured').length;
    }
  });

async function pay(
  buyer: GraphClient,
  placed: { id: string; paymentRequest: string; totalMinor: bigint },
): Promise<string> {
  const { payment } = await buyer.mutate<{ payment: { id: string } }>(
    'paymentCreate',
    'payment { id }',
    {
      paymentRequest: placed.paymentRequest,
      tenders: [
        { token: 'tok_ok', amount: { minorUnits: String(placed.totalMinor), currencyCode: 'EUR' } },
      ],
      idempotencyKey: `pay ${placed.id}`,
    },
  );
  return payment.id;
}
