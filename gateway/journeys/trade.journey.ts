import { readFileSync } from 'node:fs';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { strangerSees } from '../../scripts/demo/stranger';
import { type PlacedTrade, Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { eventually } from '../../scripts/client/eventually';
import type { House, Journey } from './journey.system';

const ORDER_LIVE = readFileSync('schema/operations/OrderLive.graphql', 'utf8');

interface Seen extends LiveMessage {
  readonly order: {
    readonly status: string;
    readonly escrow: { readonly state: string } | null;
    readonly shipments: readonly { readonly milestone: string }[];
    readonly seller: { readonly merchant: { readonly verification: { readonly state: string } } };
  };
}

/** A list without neighbours that are equal. */
const steps = (values: readonly (string | undefined)[]): string[] =>
  values.flatMap((value, i) => (value === undefined || value === values[i - 1] ? [] : [value]));

export const trade = (house: House): void =>
  describe('one trade', () => {
    let journey: Journey;
    let placed: PlacedTrade;
    const seen: Seen[] = [];

    beforeAll(() => {
      journey = house.journey;
    });

    test('a subscriber sees order, escrow and tracking change, and the seller is paid', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const before = (await trade.sellerMoney()).all;
      placed = await trade.place('oak-desk-lamp', 2);
      const live = follow({
        url: buyer.url,
        token: buyer.token,
        query: ORDER_LIVE,
        variables: { id: placed.id },
        onMessage: (message) => seen.push(message as unknown as Seen),
      });
      await eventually('the snapshot', () => Promise.resolve(seen.length > 0 || undefined));
      await trade.goThrough(placed);
      await eventually('the end of the stream', () =>
        Promise.resolve(seen.at(-1)?.order.status === 'COMPLETED' || undefined),
      );
      live.stop();
      expect((await trade.sellerMoney()).all - before).toBe(await trade.earned(placed));
      expect(seen[0]).toMatchObject({ kind: 'SNAPSHOT', order: { status: 'PLACED' } });
      expect(seen.slice(1).every(({ kind }) => kind === 'CHANGE')).toBe(true);
      expect(steps(seen.map(({ order }) => order.status))).toEqual([
        'PLACED',
        'CONFIRMED',
        'COMPLETED',
      ]);
      const escrow = steps(seen.map(({ order }) => order.escrow?.state));
      expect(escrow.slice(-2)).toEqual(['HELD', 'RELEASED']);
      expect(steps(seen.map(({ order }) => order.shipments[0]?.milestone)).at(-1)).toBe(
        'DELIVERED',
      );
      expect(seen.at(-1)?.order.seller.merchant.verification.state).toBe('VERIFIED_L1');
      expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
    });

    test('escrow and shipment can be followed on their own', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const order = await trade.place('reading-lamp-clip', 1);
      await trade.pay(order);
      const trackingNumber = await trade.ship(order);
      const { order: now } = await buyer.ask<{ order: { escrow: { id: string } } }>(
        'query ($id: ID!) { order(id: $id) { escrow { id } } }',
        { id: order.id },
      );
      const ids = { escrow: now.escrow.id, shipment: order.ids.shipment ?? '' };
      const messages: Record<string, LiveMessage[]> = { escrow: [], shipment: [] };
      const live = (['escrow', 'shipment'] as const).map((name) =>
        follow({
          url: seller.url,
          token: seller.token,
          query: `subscription ($id: ID!, $after: Cursor) { ${name}Updated(id: $id, after: $after) {
          kind cursor eventType occurredAt ${name} { id order { number seller { merchant { id } } } } } }`,
          variables: { id: ids[name] },
          onMessage: (message) => messages[name]?.push(message),
        }),
      );
      await eventually('both snapshots', () =>
        Promise.resolve(Object.values(messages).every((seen) => seen.length > 0) || undefined),
      );
      await trade.finish(order, trackingNumber);
      await eventually('the release and the delivery', () => {
        const told = Object.values(messages).flat();
        const types = told.map(({ eventType }) => eventType);
        const both = types.includes('escrow.released') && types.includes('shipment.delivered');
        return Promise.resolve(both || undefined);
      });
      for (const { stop } of live) stop();
      expect(messages['escrow']?.[0]?.kind).toBe('SNAPSHOT');
      expect(messages['shipment']?.[0]?.kind).toBe('SNAPSHOT');
    });

    test('a viewer who is not a party sees nothing, by query, by node and by subscription', async () => {
      expect(await strangerSees(await journey.as('seller2'), placed)).toEqual([]);
      expect(await strangerSees(journey.graph, placed)).toEqual([]);
    });

    test('cancelling a paid order gives the money back', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const order = await trade.place('steel-pen', 3);
      await buyer.mutate('paymentCreate', 'payment { id }', {
        paymentRequest: order.paymentRequest,
        tenders: [
          {
            token: 'tok_ok',
            amount: { minorUnits: String(order.totalMinor), currencyCode: 'EUR' },
          },
        ],
        idempotencyKey: `pay ${order.id}`,
      });
      const becomes = (looks: (seen: { status: string; paymentStatus: string }) => boolean) =>
        eventually('the order to change', async () => {
          const { order: now } = await buyer.ask<{
            order: { status: string; paymentStatus: string };
          }>('query ($id: ID!) { order(id: $id) { status paymentStatus } }', { id: order.id });
          return looks(now) ? now : undefined;
        });
      await becomes(({ status }) => status === 'CONFIRMED');
      await buyer.mutate('orderCancel', 'order { id }', {
        orderId: order.id,
        reason: 'Changed my mind',
        idempotencyKey: `cancel ${order.id}`,
      });
      const end = await becomes(({ paymentStatus }) => paymentStatus === 'REFUNDED');
      expect(end.status).toBe('CANCELLED');
    });
  });
