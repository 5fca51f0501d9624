import { gql } from '@apollo/client';
import { WebSocket } from 'ws';
import { apolloClient } from '../../scripts/client/apollo.client';
import { eventually } from '../../scripts/client/eventually';
import { urqlClient } from '../../scripts/client/urql.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { type Journey, beginJourney } from './journey.system';

jest.setTimeout(240_000);

const LIVE = `subscription OrderLive($id: ID!, $after: Cursor) {
  orderUpdated(id: $id, after: $after) { kind cursor eventType order { __typename id status } } }`;
const STATE = 'query OrderState($id: ID!) { order(id: $id) { __typename id status } }';

interface Update {
  readonly kind: string;
  readonly cursor: string;
  readonly eventType: string | null;
  readonly order: { readonly status: string };
}
type Live = { readonly orderUpdated: Update };

/** Fast, because the connection is lost on purpose. */
const SOCKET = {
  webSocketImpl: WebSocket,
  retryWait: () => new Promise<void>((resolve) => setTimeout(resolve, 200)),
};

describe('clients that people use', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await beginJourney('embedded');
  });
  afterAll(() => journey.end());

  test('Apollo Client and urql go through a cut in mid-trade: every event once, the cache is right', async () => {
    const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
    const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
    const placed = await trade.place('oak-desk-lamp', 1);
    const { id } = placed;
    const seen = { apollo: [] as Update[], urql: [] as Update[] };
    const problems: unknown[] = [];

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

    const both = (reached: (updates: Update[]) => boolean) => () =>
      Promise.resolve((reached(seen.apollo) && reached(seen.urql)) || undefined);
    await eventually(
      'both snapshots',
      both(({ length }) => length > 0),
    );
    const going = trade.goThrough(placed);
    await eventually(
      'the first changes',
      both(({ length }) => length >= 3),
    );
    await journey.system.kill();
    await journey.system.restart();
    await going;
    const ended = ({ eventType }: Update): boolean => eventType === 'order.completed';
    await eventually(
      'the end',
      both((updates) => updates.some(ended)),
    );

    expect(problems).toEqual([]);
    for (const updates of [seen.apollo, seen.urql]) {
      expect(updates[0]?.kind).toBe('SNAPSHOT');
      expect(updates.filter(({ kind }) => kind === 'SNAPSHOT')).toHaveLength(1);
      const cursors = updates.map(({ cursor }) => cursor);
      expect(new Set(cursors).size).toBe(cursors.length);
      expect(updates.find(ended)?.order.status).toBe('COMPLETED');
    }
    const types = (updates: Update[]) => updates.map(({ eventType }) => eventType).sort();
    expect(types(seen.urql)).toEqual(types(seen.apollo));
    // What the subscription brought is what the cache now says, without asking again.
    expect(apollo.readQuery({ query: gql(STATE), variables: { id } })).toMatchObject({
      order: { status: 'COMPLETED' },
    });
    const fresh = await urql.query(STATE, { id }).toPromise();
    expect(fresh.data).toMatchObject({ order: { status: 'COMPLETED' } });
    following.unsubscribe();
    watching.unsubscribe();
    apollo.stop();
  });
});
