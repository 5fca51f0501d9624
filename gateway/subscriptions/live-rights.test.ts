import { until } from '#kernel/testing/until';
import { type Followed, LiveWorld } from '../testing/live-world';

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
  for (const account of ['ann', 'ben', 'cat']) world.roles.set(account, 'SELLER');
});
afterEach(() => world.close());

async function follow(...accounts: string[]): Promise<Followed[]> {
  const all = accounts.map((account) => world.follow(account));
  await Promise.all(all.map(({ outlet }) => outlet.received(1)));
  return all;
}
const rightsChanged = (accountId: string) =>
  world.logs[1].append('merchant.member_changed', [], { data: { accountId } });
const ring = (): void => {
  world.doorbell.ring('two');
};

describe('a right to follow', () => {
  it('is refused to strangers without a word about the thing (cosmo #774)', async () => {
    const stranger = world.follow('eve');
    await stranger.outlet.stopped();
    expect(stranger.outlet.code).toBe('FORBIDDEN');
    const nobody = world.follow('nobody');
    await nobody.outlet.stopped();
    expect(nobody.outlet.code).toBe('UNAUTHENTICATED');
    const old = world.follow('eve', 'shared', {
      after: (await follow('ann'))[0]?.outlet.messages[0]?.cursor,
    });
    await old.outlet.stopped();
    expect([old.outlet.code, old.outlet.messages]).toEqual(['FORBIDDEN', []]);
  });

  it('ends within seconds of a change of membership, without any fact on the topic', async () => {
    const [ann, ben] = await follow('ann', 'ben');
    world.roles.delete('ann');
    rightsChanged('ann');
    ring();
    await ann?.outlet.stopped();
    expect(ann?.outlet.code).toBe('SUBSCRIPTION_REVOKED');
    expect(ann?.outlet.ended?.error?.extensions['cursor']).toBe(ann?.outlet.messages[0]?.cursor);
    expect(ben?.outlet.ended).toBeUndefined();
  });

  it('ends when the owner hears of the change later than the gateway', async () => {
    const [ann] = await follow('ann');
    rightsChanged('ann');
    ring();
    await until(() => world.ran.length > 1, 'the first question');
    world.roles.delete('ann');
    await ann?.outlet.stopped();
    expect(ann?.outlet.code).toBe('SUBSCRIPTION_REVOKED');
  });

  it('that ends before an event is no right to the event, whoever the others are', async () => {
    const [ann, ben] = await follow('ann', 'ben');
    world.roles.delete('ann');
    rightsChanged('ann');
    ring();
    world.tell('secret');
    await ben?.outlet.received(2);
    await ann?.outlet.stopped();
    expect(ann?.outlet.messages).toHaveLength(1);
  });

  it.each([
    ['as another', 'ben'],
    ['as the very one', 'ann'],
  ])('that ends while the query runs %s is no right to its answer', async (_as, account) => {
    const [ann, ben] = await follow('ann', 'ben');
    const [one, other] = account === 'ann' ? [ann, ben] : [ben, ann];
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    world.during = async ({ correlationId, accountId }) => {
      if (!correlationId.startsWith('cause')) return accountId === account ? slow : undefined;
      if (!world.roles.delete(account)) return;
      const asked = world.ran.length;
      rightsChanged(account);
      ring();
      await until(() => world.ran.length > asked, 'the question, which gets no answer for now');
    };
    world.tell('secret');
    await other?.outlet.received(2);
    release();
    await one?.outlet.stopped();
    expect([one?.outlet.code, one?.outlet.messages.length]).toEqual(['SUBSCRIPTION_REVOKED', 1]);
  });

  it('of one who is asked for all and has lost it ends, and the others are asked for each', async () => {
    const [ann, cat, ben] = await follow('ann', 'cat', 'ben');
    world.roles.delete('ann');
    world.roles.delete('ben');
    world.tell('secret'); // nobody has said that rights changed
    await cat?.outlet.received(2);
    for (const one of [ann, ben]) {
      await one?.outlet.stopped();
      expect([one?.outlet.code, one?.outlet.messages.length]).toEqual(['SUBSCRIPTION_REVOKED', 1]);
    }
  });

  it('that became another one is another group’s, and nothing is lost on the way', async () => {
    const [ann, ben] = await follow('ann', 'ben');
    world.roles.set('ann', 'OPERATOR');
    world.tell('one');
    await Promise.all([ann?.outlet.received(2), ben?.outlet.received(2)]);
    world.tell('two');
    await Promise.all([ann?.outlet.received(3), ben?.outlet.received(3)]);
    expect(world.hub.groups).toBe(2);
    expect(ann?.outlet.events).toEqual(['SNAPSHOT', 'one', 'two']);
    expect(ann?.outlet.messages.slice(1).every(({ json }) => json.includes('OPERATOR'))).toBe(true);
    expect(ben?.outlet.messages.every(({ json }) => json.includes('SELLER'))).toBe(true);
  });

  it('is asked for again before it ends; nothing is sent on one that has ended', async () => {
    world.grantMs = 1;
    const [ann] = await follow('ann');
    world.isDown = true;
    world.tell('late');
    await until(() => world.hub.lagging === 1, 'a subscriber that waits');
    expect(ann?.outlet.messages).toHaveLength(1);
    world.isDown = false;
    world.grantMs = 60_000;
    await ann?.outlet.received(2);
    expect(ann?.outlet.events).toEqual(['SNAPSHOT', 'late']);
  });

  it('is nothing without the credential: a revoked key and an old token end at once', async () => {
    world.roles.set('key', 'SELLER');
    const viewer = { kind: 'API_KEY', keyId: 'key_1', accountId: 'ann' } as const;
    const keyed = world.follow('ann', 'shared', { caller: { viewer } });
    const [ann] = await follow('ann');
    await keyed.outlet.received(1);
    world.logs[1].append('api_key.revoked', [], { subject: 'key_1' });
    ring();
    await keyed.outlet.stopped();
    expect(keyed.outlet.code).toBe('SUBSCRIPTION_REVOKED');
    expect(ann?.outlet.ended).toBeUndefined();
    const data = { accountId: 'ann', permVersion: 2 };
    world.logs[1].append('account.access_changed', [], { data });
    ring();
    await ann?.outlet.stopped();
    expect(ann?.outlet.code).toBe('SUBSCRIPTION_REVOKED');
  });

  it('is not longer than the credential: nothing goes out after its expiry (graphql-ws #36)', async () => {
    const expiresAt = new Date(Date.now() + 300);
    const short = world.follow('ann', 'shared', { caller: { expiresAt } });
    const [ben] = await follow('ben');
    await short.outlet.received(1);
    await until(() => Date.now() > expiresAt.getTime(), 'the expiry');
    world.tell('late');
    await ben?.outlet.received(2);
    expect(short.outlet.messages).toHaveLength(1);
  });
});
