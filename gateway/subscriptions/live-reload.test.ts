import { LiveWorld, clientSdl, liveSchema } from '../testing/live-world';

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld();
  for (const account of ['ann', 'ben']) world.roles.set(account, 'SELLER');
});
afterEach(() => world.close());

describe('a newer supergraph', () => {
  it('disconnects nobody whose document is still valid (apollographql/router #3320, #3341, #7777; graphql-hive/gateway #2551; apollo-kotlin #5200)', async () => {
    const ann = world.follow('ann');
    await ann.outlet.received(1);
    world.schema = liveSchema(
      'two',
      clientSdl.replace('state: String!', 'state: String! more: Int'),
    );
    world.hub.onGeneration(world.schema);
    world.tell('one');
    await ann.outlet.received(2);
    const ben = world.follow('ben');
    await ben.outlet.received(1);
    expect(world.hub.groups).toBe(1); // those of before and after are one group
    world.tell('two');
    await Promise.all([ann.outlet.received(3), ben.outlet.received(2)]);
    expect(ben.outlet.messages[1]).toBe(ann.outlet.messages[2]);
  });

  it('ends those whose document is not, with the cursor to go on from', async () => {
    const { outlet } = world.follow('ann');
    await outlet.received(1);
    world.schema = liveSchema('two', clientSdl.replace('state: String!', 'condition: String!'));
    world.hub.onGeneration(world.schema);
    await outlet.stopped();
    expect(outlet.code).toBe('SUBSCRIPTION_SCHEMA_RELOAD');
    world.tell('missed');
    const after = outlet.ended?.error?.extensions['cursor'] as string;
    const again = world.follow('ann', 'shared', { after, select: 'thing { condition }' });
    await again.outlet.received(1);
    expect(again.outlet.events).toEqual(['missed']);
  });

  it('takes over between two events, and joins groups that became equal', async () => {
    const old = world.follow('ann');
    await old.outlet.received(1);
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    world.during = ({ correlationId }) => (correlationId.startsWith('cause') ? slow : undefined);
    world.tell('one');
    await new Promise((resolve) => setTimeout(resolve, 20));
    world.schema = liveSchema('two');
    world.hub.onGeneration(world.schema);
    const young = world.follow('ben');
    await young.outlet.received(1);
    expect(world.hub.groups).toBe(2);
    release();
    world.tell('two');
    await Promise.all([old.outlet.received(3), young.outlet.received(2)]);
    expect(old.outlet.events).toEqual(['SNAPSHOT', 'one', 'two']);
    expect(world.hub.groups).toBe(1);
  });
});
