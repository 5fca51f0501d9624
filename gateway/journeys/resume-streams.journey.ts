import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { GatewayProcess } from '../../scripts/system/gateway.process';
import { HoppingFollower, type StreamKind } from '../testing/stream-follower';
import type { House, Journey } from './journey.system';

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status } } }`;
const KINDS: readonly StreamKind[] = ['SSE', 'multipart'];

export const resumeStreams = (house: House): void =>
  describe('streams over HTTP that are cut off at each message', () => {
    let journey: Journey;
    let other: GatewayProcess | undefined;
    let gateways: number[];
    beforeAll(async () => {
      journey = house.journey;
      const { system } = journey;
      // In one process there is no second gateway in front of the same subgraphs: there it is the next process.
      if (house.stage !== 'embedded') other = await GatewayProcess.start(system);
      gateways = [Number(new URL(system.url).port), ...(other === undefined ? [] : [other.port])];
    });
    afterAll(async () => {
      await other?.stop();
    });

    /** `kill -9` of a gateway in the middle of it. */
    async function cut(): Promise<void> {
      const { system } = journey;
      if (house.stage === 'embedded') {
        await system.kill();
        await system.restart();
      } else {
        await system.killRole('gateway');
        await system.startRole('gateway');
      }
    }

    test('go on behind their cursor at whichever gateway: every event once, in the same order', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const placed = await trade.place('oak-desk-lamp', 1);
      const variables = { id: placed.id };
      const followers = KINDS.map(
        (kind) =>
          new HoppingFollower({ kind, token: buyer.token, document: LIVE, variables }, gateways),
      );
      const running = followers.map((follower) => follower.run());
      const all = (reached: (follower: HoppingFollower) => boolean) => () =>
        Promise.resolve(followers.every(reached) || undefined);
      await eventually(
        'the snapshots',
        all(({ seen }) => seen.length > 0),
      );
      const going = trade.goThrough(placed);
      await eventually(
        'the first changes',
        all(({ seen }) => seen.length >= 3),
      );
      await cut();
      await going;
      await eventually(
        'the end',
        all(({ seen }) => seen.some(({ eventType }) => eventType === 'order.completed')),
      );
      for (const follower of followers) follower.stop();
      await Promise.all(running);
      const whole = await overSocket(buyer, placed.id, followers[0]?.seen[0]?.cursor ?? '');

      for (const { seen, ports, refusals } of followers) {
        expect(refusals).toEqual([]);
        expect(seen.map(({ kind }) => kind).lastIndexOf('SNAPSHOT')).toBe(0);
        expect(new Set(seen.map(({ cursor }) => cursor)).size).toBe(seen.length);
        expect(new Set(ports)).toEqual(new Set(gateways));
        expect(told(seen)).toEqual(told([...seen.slice(0, 1), ...whole]));
      }
    });
  });

/** The same from the snapshot on, as a socket that is not cut off brings it. */
async function overSocket(buyer: GraphClient, id: string, after: string): Promise<LiveMessage[]> {
  const messages: LiveMessage[] = [];
  const { url, token } = buyer;
  const variables = { id, after };
  const onMessage = (message: LiveMessage): unknown => messages.push(message);
  const live = follow({ url, token, query: LIVE, variables, onMessage });
  await eventually('the same over a socket', () =>
    Promise.resolve(messages.some(({ eventType }) => eventType === 'order.completed') || undefined),
  );
  live.stop();
  return messages;
}

/** Everything that happened up to the completed order, without the snapshot. */
function told(updates: readonly LiveMessage[]): string[] {
  const end = updates.findIndex(({ eventType }) => eventType === 'order.completed') + 1;
  return updates
    .slice(1, end)
    .map(({ occurredAt, eventType }) => `${occurredAt} ${String(eventType)}`)
    .sort();
}
