import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status } } }`;

interface Watch {
  readonly seen: readonly LiveMessage[];
  stop(): void;
}

const told = (messages: readonly LiveMessage[]): string[] =>
  messages.map(({ eventType, occurredAt }) => `${occurredAt} ${String(eventType)}`).sort();

export const logOutage = (house: House): void =>
  describe('kill -9 of NATS in mid-trade', () => {
    let journey: Journey;
    beforeAll(() => {
      journey = house.journey;
    });

    const readiness = async (): Promise<{ ready: boolean; degraded: string[] }> =>
      (await (await fetch(`${journey.system.origin}/readyz`)).json()) as {
        ready: boolean;
        degraded: string[];
      };
    const whenDegraded = (names: string[]): Promise<true> =>
      eventually(`degraded to be [${names.join()}]`, async () => {
        const { ready, degraded } = await readiness();
        return (ready && degraded.join() === names.join()) || undefined;
      });

    function watch({ url, token }: GraphClient, id: string, after?: string): Watch {
      const seen: LiveMessage[] = [];
      const variables = { id, ...(after === undefined ? {} : { after }) };
      const onMessage = (message: LiveMessage): void => void seen.push(message);
      const live = follow({ url, token, query: LIVE, variables, onMessage });
      return { seen, stop: () => live.stop() };
    }

    /** Places an order and follows it; the returned function goes through with it and reads all of it again. */
    async function begin(): Promise<() => Promise<void>> {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const placed = await trade.place('steel-pen', 1);
      const live = watch(buyer, placed.id);
      const snapshot = await eventually('the snapshot', () => Promise.resolve(live.seen[0]));
      return async () => {
        await trade.goThrough(placed);
        const again = watch(buyer, placed.id, snapshot.cursor);
        await eventually('the same messages again', () => {
          const [first, second] = [told(live.seen.slice(1)), told(again.seen)];
          const isOver = first.some((one) => one.endsWith('order.completed'));
          return Promise.resolve((isOver && first.join() === second.join()) || undefined);
        });
        for (const one of [live, again]) one.stop();
        const cursors = live.seen.map(({ cursor }) => cursor);
        expect(new Set(cursors).size).toBe(cursors.length);
      };
    }

    test('the trade goes on, its subscriber misses nothing, and /readyz names the log', async () => {
      await whenDegraded([]);
      await (
        await begin()
      )();
      const endWithout = await begin();
      await journey.nats?.kill();
      await whenDegraded(['event log']);
      await endWithout();
      const endWith = await begin();
      await journey.nats?.restart();
      await whenDegraded([]);
      await endWith();
    });
  });
