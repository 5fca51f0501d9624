import { LiveWorld } from '../testing/live-world';

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
  for (const account of ['ann', 'ben', 'cat']) world.roles.set(account, 'SELLER');
  world.roles.set('bob', 'BUYER');
});
afterEach(() => world.close());

const crowd = async (
  accounts: readonly string[],
  field: 'shared' | 'own' | 'public' = 'shared',
) => {
  const all = accounts.map((account) => world.follow(account, field));
  await Promise.all(all.map(({ outlet }) => outlet.received(1)));
  return all;
};

describe('a group', () => {
  it('costs one execution a fact, whoever many follow; two scopes cost two', async () => {
    const all = await crowd([
      ...Array<string>(20).fill('ann'),
      ...Array<string>(20).fill('ben'),
      'bob',
    ]);
    expect(world.hub.groups).toBe(2);
    world.tell('sold');
    await Promise.all(all.map(({ outlet }) => outlet.received(2)));
    expect(world.executions).toBe(2);
    const [first, , buyer] = [all[0], all[1], all.at(-1)].map((one) => one?.outlet.messages[1]);
    expect(all[20]?.outlet.messages[1]).toBe(first); // the very same text for another account
    expect(first?.json).toContain('SELLER');
    expect(buyer?.json).toContain('BUYER');
    expect(JSON.parse(first?.json ?? '')).toMatchObject({ extensions: { cursor: first?.cursor } });
  });

  it('is each account’s own for USER and for a field of the single account; everybody’s for PUBLIC', async () => {
    world.roles.set('nobody', 'ANYONE');
    const own = await crowd(['ann', 'ann', 'ben'], 'own');
    expect(world.hub.groups).toBe(2);
    const marked = ['ann', 'ben'].map((one) =>
      world.follow(one, 'shared', { select: 'thing { ... on Thing { own } }' }),
    );
    await Promise.all(marked.map(({ outlet }) => outlet.received(1)));
    expect(world.hub.groups).toBe(4);
    const open = await crowd(['ann', 'nobody'], 'public');
    expect(world.hub.groups).toBe(5);
    world.tell('sold');
    await Promise.all([...own, ...marked, ...open].map(({ outlet }) => outlet.received(2)));
    expect(world.executions).toBe(5);
    expect(
      marked.map(({ outlet }) => /"own":"(\w+)"/.exec(outlet.messages[1]?.json ?? '')?.[1]),
    ).toEqual(['ann', 'ben']);
    expect(world.ran.at(-1)?.as).toBe('nobody');
  });

  it('lives on when its first subscriber leaves, also while its query runs, and leaks nothing (apollographql/router #7969, #8067, #8104)', async () => {
    const [first, ...others] = await crowd(['ann', 'ben', 'cat']);
    world.during = ({ correlationId }) => {
      if (correlationId.startsWith('cause')) first?.close();
    };
    world.tell('sold');
    await Promise.all(others.map(({ outlet }) => outlet.received(2)));
    expect(first?.outlet.messages).toHaveLength(1);
    world.during = undefined;
    world.tell('sent');
    await Promise.all(others.map(({ outlet }) => outlet.received(3)));
    for (const one of others) one.close();
    expect([world.hub.groups, world.hub.live]).toEqual([0, 0]);
  });

  it('never takes callers with other credentials for one (apollographql/router #7070)', async () => {
    const scopes = [['a'], ['b'], ['a', 'b']];
    const all = scopes.map((some) =>
      world.follow('ann', 'own', { caller: { viewer: { scopes: some } } }),
    );
    all.push(world.follow('ann', 'own', { caller: { viewer: { permVersion: 2 } } }));
    await Promise.all(all.map(({ outlet }) => outlet.received(1)));
    expect(world.hub.groups).toBe(4);
  });

  it('sends text, so nobody can change what others are sent (twentyhq/twenty #26321)', async () => {
    const [one, two] = await crowd(['ann', 'ben']);
    world.tell('sold');
    await Promise.all([one?.outlet.received(2), two?.outlet.received(2)]);
    const message = one?.outlet.messages[1];
    expect(JSON.parse(message?.json ?? '')).toMatchObject({ data: { shared: { kind: 'CHANGE' } } });
    expect(typeof message?.json).toBe('string');
    expect(two?.outlet.messages[1]).toBe(message);
    expect(Object.isFrozen(world.logs[0].facts[0])).toBe(true);
  });

  it('answers in order; one that is slow holds up no other', async () => {
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    const [seller, buyer] = await crowd(['ann', 'bob']);
    world.during = ({ accountId }) => (accountId === 'ann' ? slow : undefined);
    for (let i = 0; i < 20; i++) world.tell(`n${i.toString()}`, 'a', i % 3 === 0 ? 1 : 0);
    await buyer?.outlet.received(21);
    expect(seller?.outlet.messages).toHaveLength(1);
    release();
    await seller?.outlet.received(21);
    const ofSource = (events: readonly string[], second: boolean): string[] =>
      events.slice(1).filter((name) => (Number(name.slice(1)) % 3 === 0) === second);
    for (const each of [seller, buyer]) {
      for (const second of [true, false]) {
        const numbers = ofSource(each?.outlet.events ?? [], second).map((name) =>
          Number(name.slice(1)),
        );
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    }
  });
});
