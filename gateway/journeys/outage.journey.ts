import { eventually } from '../../scripts/client/eventually';
import type { GraphClient, GraphResponse } from '../../scripts/client/graph.client';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';

const ORDER = `query ($id: ID!) { order(id: $id) {
  id status seller { displayName } escrow { state } shipments { id } parcels: fulfillmentOrders { state } } }`;
const LIVE = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status } } }`;

interface Seen {
  readonly order: {
    readonly status: string;
    readonly seller: { readonly displayName: string };
    readonly escrow: { readonly state: string } | null;
    readonly shipments: readonly unknown[] | null;
    readonly parcels: readonly unknown[] | null;
  };
}

const codes = ({ errors = [] }: GraphResponse<unknown>): unknown[] =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions?.code]).sort();

// In one process no subgraph can be gone alone, so there is one topology to look at.
export const outage = (house: House): void =>
  describe('kill -9 of one subgraph', () => {
    let journey: Journey;
    beforeAll(() => {
      journey = house.journey;
    });

    const ready = async (): Promise<unknown> => {
      const response = await fetch(`${journey.system.origin}/readyz`);
      return [response.status, await response.json()];
    };
    const look = (client: GraphClient, id: string): Promise<GraphResponse<Seen>> =>
      client.send<Seen>(ORDER, { id });

    test('its fields are null, all else goes on, and its return needs nothing of the gateway', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const placed = await trade.place('oak-desk-lamp', 1);
      const messages: LiveMessage[] = [];
      let connections = 0;
      const live = follow({
        url: buyer.url,
        token: buyer.token,
        query: LIVE,
        variables: { id: placed.id },
        onMessage: (message) => messages.push(message),
      });
      live.client.on('connected', () => (connections += 1));
      await eventually('the snapshot', () => Promise.resolve(messages.length > 0 || undefined));
      expect(codes(await look(buyer, placed.id))).toEqual([]);
      expect(await ready()).toMatchObject([200, { ready: true, notReady: [], degraded: [] }]);

      await journey.system.killRole('fulfillment');
      const partial = await look(buyer, placed.id);
      expect(partial.data?.order).toMatchObject({
        id: placed.id,
        seller: { displayName: expect.any(String) as string },
        shipments: null,
        parcels: null,
      });
      const missing = [
        ['order.parcels', 'SUBGRAPH_UNAVAILABLE'],
        ['order.shipments', 'SUBGRAPH_UNAVAILABLE'],
      ];
      expect(codes(partial)).toEqual(missing);
      expect(JSON.stringify(partial)).not.toMatch(/fulfillment"|127\.0\.0\.1|ECONN|stack/);
      expect(await ready()).toMatchObject([
        200,
        { ready: true, notReady: [], degraded: ['fulfillment'] },
      ]);

      // The others trade on, and who follows the order hears of it; meanwhile the breaker opens.
      await trade.pay(placed);
      await eventually('the confirmed order, live', () =>
        Promise.resolve(
          messages.some(({ eventType }) => eventType === 'order.confirmed') || undefined,
        ),
      );
      for (let i = 0; i < 25; i++) expect(codes(await look(buyer, placed.id))).toEqual(missing);
      expect((await look(buyer, placed.id)).data?.order).toMatchObject({
        status: 'CONFIRMED',
        escrow: { state: expect.any(String) as string },
      });

      await journey.system.startRole('fulfillment');
      await eventually('an answer that is whole again', async () => {
        const whole = codes(await look(buyer, placed.id)).length === 0;
        return whole || undefined;
      });
      await eventually('a gateway that says so', async () => {
        const [status, { degraded }] = (await ready()) as [number, { degraded: string[] }];
        return (status === 200 && degraded.length === 0) || undefined;
      });
      await trade.finish(placed, await trade.ship(placed));
      await eventually('the completed order, live', () =>
        Promise.resolve(
          messages.some(({ eventType }) => eventType === 'order.completed') || undefined,
        ),
      );
      live.stop();
      expect(connections).toBe(1);
      const cursors = messages.map(({ cursor }) => cursor);
      expect(new Set(cursors).size).toBe(cursors.length);
    });
  });
