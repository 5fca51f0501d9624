import { gql } from '@apollo/client';
import { WebSocket } from 'ws';
import { apolloClient } from '../../scripts/client/apollo.client';
import { eventually } from '../../scripts/client/eventually';
import type { GraphClient } from '../../scripts/client/graph.client';
import { follow } from '../../scripts/client/live.client';
import { urqlClient } from '../../scripts/client/urql.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import type { House, Journey } from './journey.system';

const LIVE = `subscription OrderLive($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) {
    kind cursor eventType occurredAt order { __typename id status } } }`;
const STATE = 'query OrderState($id: ID!) { order(id: $id) { __typename id status } }';

interface Update {
  readonly kind: string;
  readonly cursor: string;
  readonly eventType: string | null;
  readonly occurredAt: string;
  readonly order: { readonly status: string };
}
type Live = { readonly orderUpdated: Update };

/** Fast, because the connection is lost on purpose. */
const SOCKET = {
  webSocketImpl: WebSocket,
  retryWait: () => new Promise<void>((resolve) => setTimeout(resolve, 200)),
};

const ended = ({ eventType }: Update): boolean => eventType === 'order.completed';

/** What was told up to the end of the trade, in any order: two sources may change places in a repetition. */
const told = (updates: readonly Update[]): string[] =>
  updates
    .slice(0, updates.findIndex(ended) + 1)
    .map(({ eventType, occurredAt }) => `${occurredAt} ${String(eventType)}`)
    .sort();

/** An order as a plain socket brings it, from a cursor or the snapshot on. */
function overSocket({ url, token }: GraphClient, id: string, after?: string) {
  const seen: Update[] = [];
  const { stop } = follow({
    url,
    token,
    query: LIVE,
    variables: { id, ...(after !== undefined && { after }) },
    onMessage: (message) => seen.push(message as unknown as Update),
  });
  return { seen, stop };
}

export const resume = (house: House): void =>
  describe('clients cut off in mid-trade', () => {
    let journey: Journey;
    beforeAll(() => {
      journey = house.journey;
    });

    test('a socket, Apollo Client and urql go on behind their cursor on a fresh process: every event once', async () => {
      const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
      const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
      const placed = await trade.place('oak-desk-lamp', 1);
      const { id } = placed;
      const problems: unknown[] = [];

      const plain = overSocket(buyer, id);
      const seen = { plain: plain.seen, apollo: [] as Update[], urql: [] as Update[] };
      const apollo = apolloClient(buyer.url, () => buyer.token, SOCKET);
      const before = await apollo.query({ query: gql(STATE), variables: { id } });
      expect(before.data).toMatchObject({ order: { status: 'PLACED' } });
      const following = apollo.subscribe<Live>({ query: gql(LIVE), variables: { id } }).subscribe({
        next: ({ data, error }) => {
          if (data) seen.apollo.push(data.orderUpdated);
          else problems.push(error);
        },
        error: (problem) => problems.push(problem),
      });
      const urql = urqlClient(buyer.url, () => buyer.token, SOCKET);
      const watching = urql.subscription<Live>(LIVE, { id }).subscribe(({ data, error }) => {
        if (data) seen.urql.push(data.orderUpdated);
        else problems.push(error);
      });
      const all = (what: string, reached: (updates: readonly Update[]) => boolean) =>
        eventually(what, () => Promise.resolve(Object.values(seen).every(reached) || undefined));

      await all('the snapshots', ({ length }) => length > 0);
      const going = trade.goThrough(placed);
      await all('the first changes', ({ length }) => length >= 3);
      await journey.system.kill();
      await journey.system.restart();
      await going;
      await all('the end', (updates) => updates.some(ended));

      expect(problems).toEqual([]);
      const again = overSocket(buyer, id, seen.plain[0]?.cursor ?? '');
      await eventually('all of it again', () =>
        Promise.resolve(again.seen.some(ended) || undefined),
      );
      for (const updates of Object.values(seen)) {
        expect(updates.map(({ kind }) => kind).lastIndexOf('SNAPSHOT')).toBe(0);
        const cursors = updates.map(({ cursor }) => cursor);
        expect(new Set(cursors).size).toBe(cursors.length);
        expect(updates.find(ended)?.order.status).toBe('COMPLETED');
        expect(told(updates.slice(1))).toEqual(told(again.seen));
      }
      // What the subscription brought is what the cache now says, without asking again.
      expect(apollo.readQuery({ query: gql(STATE), variables: { id } })).toMatchObject({
        order: { status: 'COMPLETED' },
      });
      const fresh = await urql.query(STATE, { id }).toPromise();
      expect(fresh.data).toMatchObject({ order: { status: 'COMPLETED' } });
      for (const one of [plain, again]) one.stop();
      following.unsubscribe();
      watching.unsubscribe();
      apollo.stop();
    });
  });
