import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { CombinedProtocolErrors } from '@apollo/client/errors';
import { until } from '#kernel/testing/until';
import { gatewayError } from '../../gateway.errors';
import { LIVE, StreamWorld, message } from '../../testing/stream-world';

let world: StreamWorld;
const clients: ApolloClient[] = [];
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.stop();
  await world.close();
});

interface Got {
  readonly kinds: unknown[];
  readonly errors: unknown[];
  completed: boolean;
  leave(): void;
}

function follow(id: string): Got {
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${world.url}/graphql` }),
    cache: new InMemoryCache(),
  });
  clients.push(client);
  const observable = client.subscribe<{ thingUpdated: { kind: unknown } }>({
    query: gql(LIVE),
    variables: { id },
  });
  const subscription = observable.subscribe({
    next: ({ data, error }) => {
      if (error === undefined) got.kinds.push(data?.thingUpdated.kind);
      else got.errors.push(error);
    },
    error: (error) => got.errors.push(error),
    complete: () => (got.completed = true),
  });
  const got: Got = {
    kinds: [],
    errors: [],
    completed: false,
    leave: () => subscription.unsubscribe(),
  };
  return got;
}

describe('Apollo Client over multipart HTTP', () => {
  it('gets each message at once and the end', async () => {
    const got = follow('1');
    const { outlet } = await world.follower();
    outlet.next(message(1));
    await until(() => got.kinds.length === 1, 'the first message');
    await new Promise((resolve) => setTimeout(resolve, 100)); // three signs of life
    outlet.next(message(2));
    await until(() => got.kinds.length === 2, 'the second message');
    outlet.end();
    await until(() => got.completed, 'the end');
    expect([got.kinds, got.errors]).toEqual([[1, 2], []]);
  });

  it('learns what ended it, and from where to go on', async () => {
    const got = follow('1');
    const { outlet } = await world.follower();
    outlet.next(message(1));
    outlet.end(gatewayError('SUBSCRIPTION_REVOKED', { extensions: { cursor: 'c1' } }));
    const error = await until(() => got.errors[0], 'the error');
    expect(CombinedProtocolErrors.is(error) && error.errors[0]?.extensions).toMatchObject({
      code: 'SUBSCRIPTION_REVOKED',
      cursor: 'c1',
    });
  });

  it('learns why it was refused, and is gone once it leaves', async () => {
    const refused = follow('card');
    const error = await until(() => refused.errors[0], 'the refusal');
    expect(String(error)).toContain('Card numbers must never be sent here');
    const got = follow('1');
    const follower = await world.follower();
    got.leave();
    await until(() => follower.closed, 'the client to be gone');
  });
});
