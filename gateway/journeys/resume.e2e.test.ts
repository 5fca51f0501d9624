import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { type Journey, TOPOLOGIES, beginJourney } from './journey.system';

jest.setTimeout(240_000);

const LIVE = `subscription ($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType occurredAt order { id status } } }`;

/** Follows an order from a cursor until it has been quiet for a while. */
async function all(buyer: GraphClient, id: string, after: string): Promise<LiveMessage[]> {
  const seen: LiveMessage[] = [];
  const live = follow({
    url: buyer.url,
    token: buyer.token,
    query: LIVE,
    variables: { id, after },
    onMessage: (message) => seen.push(message),
  });
  await eventually('all messages again', () =>
    Promise.resolve(seen.some(({ eventType }) => eventType === 'order.completed') || undefined),
  );
  live.stop();
  return seen;
}

describe.each(TOPOLOGIES)('a client cut off in mid-trade, %s', (topology) => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await beginJourney(topology);
  });
  afterAll(() => journey.end());

  test('goes on behind its cursor on a fresh process: every event once', async () => {
    const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
    const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
    const placed = await trade.place('oak-desk-lamp', 1);
    const seen: LiveMessage[] = [];
    const live = follow({
      url: buyer.url,
      token: buyer.token,
      query: LIVE,
      variables: { id: placed.id },
      onMessage: (message) => seen.push(message),
    });
    await eventually('the snapshot', () => Promise.resolve(seen.length > 0 || undefined));
    const going = trade.goThrough(placed);
    await eventually('the first changes', () => Promise.resolve(seen.length >= 3 || undefined));
    await journey.system.kill();
    await journey.system.restart();
    await going;
    await eventually('the end', () =>
      Promise.resolve(seen.some(({ eventType }) => eventType === 'order.completed') || undefined),
    );
    live.stop();
    const again = await all(buyer, placed.id, seen[0]?.cursor ?? '');
    const cursors = seen.slice(1).map(({ cursor }) => cursor);
    expect(new Set(cursors).size).toBe(cursors.length);
    const told = (messages: readonly LiveMessage[]) =>
      messages.map(({ eventType, occurredAt }) => `${occurredAt} ${String(eventType)}`).sort();
    const end = again.findIndex(({ eventType }) => eventType === 'order.completed') + 1;
    expect(told(again.slice(0, end))).toEqual(told(seen.slice(1)).slice(0, end));
  });
});
