import { until } from '#kernel/testing/until';
import { gatewayError } from '../gateway.errors';
import { type Followed, LiveWorld } from '../testing/live-world';
import { MemoryLog } from '../testing/memory-log';

const SILENT_AFTER_MS = 300;

let world: LiveWorld;
beforeEach(() => {
  world = new LiveWorld({ silentAfterMs: SILENT_AFTER_MS });
  for (const account of ['ann', 'ben']) world.roles.set(account, 'SELLER');
});
afterEach(() => world.close());

async function follow(...accounts: string[]): Promise<Followed[]> {
  const all = accounts.map((account) => world.follow(account));
  await Promise.all(all.map(({ outlet }) => outlet.received(1)));
  return all;
}

/** The second source can no longer be read: what it says of rights is not heard. */
async function silence(): Promise<void> {
  world.logs[1].isDown = true;
  await until(() => world.hub.sources.isSilent, 'the silence to be noticed');
}
async function endSilence(): Promise<void> {
  world.logs[1].isDown = false;
  world.doorbell.ring('two');
  await until(() => !world.hub.sources.isSilent, 'the source to be level again');
}
/** How often an owner was asked whether somebody may still see. */
const checks = (): number => world.ran.filter(({ query }) => query.includes('liveAccess')).length;

describe('while a source of rights is silent', () => {
  it('the owner is asked before anything is sent', async () => {
    const [ben, ann] = await follow('ben', 'ann'); // the first one is asked for all anyway
    world.tell('before');
    await Promise.all([ann?.outlet.received(2), ben?.outlet.received(2)]);
    expect(checks()).toBe(0);
    await silence();
    world.roles.delete('ann');
    world.logs[1].append('merchant.member_changed', [], { data: { accountId: 'ann' } });
    world.tell('secret');
    await ben?.outlet.received(3);
    await ann?.outlet.stopped();
    expect([ann?.outlet.code, ann?.outlet.messages.length]).toEqual(['SUBSCRIPTION_REVOKED', 2]);
    expect(ben?.outlet.ended).toBeUndefined();
  });

  it('the credential is asked for too, at the beginning and before anything is sent', async () => {
    const problems: Error[] = [];
    let rechecks = 0;
    const recheck = () => {
      rechecks += 1;
      const [problem] = problems;
      return problem === undefined ? Promise.resolve() : Promise.reject(problem);
    };
    const keyed = world.follow('ann', 'shared', { caller: { recheck } });
    const [ben] = await follow('ben');
    await keyed.outlet.received(1);
    world.tell('before');
    await keyed.outlet.received(2);
    expect(rechecks).toBe(0);
    await silence();
    problems.push(gatewayError('UNAUTHENTICATED'));
    world.tell('secret');
    await ben?.outlet.received(3);
    await keyed.outlet.stopped();
    expect([keyed.outlet.code, keyed.outlet.messages.length]).toEqual(['SUBSCRIPTION_REVOKED', 2]);
    const late = world.follow('ann', 'shared', { caller: { recheck } });
    await late.outlet.stopped();
    expect([late.outlet.code, late.outlet.messages]).toEqual(['UNAUTHENTICATED', []]);
  });

  it('nobody is asked about those to whom nothing happens, nor again and again about the others', async () => {
    const all = await follow('ann', 'ann', 'ben');
    await silence();
    await new Promise((resolve) => setTimeout(resolve, SILENT_AFTER_MS));
    expect(checks()).toBe(0);
    for (let i = 0; i < 20; i++) world.tell(`n${i.toString()}`);
    await Promise.all(all.map(({ outlet }) => outlet.received(21)));
    expect(checks()).toBeGreaterThanOrEqual(2);
    expect(checks()).toBeLessThanOrEqual(6);
  });

  it('and the owner is away, LOSSLESS waits, of LATEST the newest waits, and nothing is lost', async () => {
    const [ann] = await follow('ann');
    const latest = world.follow('ann', 'latest');
    await latest.outlet.received(1);
    await silence();
    world.isDown = true;
    for (const type of ['one', 'two', 'three']) world.tell(type);
    world.tell('other', 'a', 0, { subject: 'another thing' });
    await until(() => world.hub.lagging === 2, 'both to wait');
    expect([ann?.outlet.messages.length, latest.outlet.messages.length]).toEqual([1, 1]);
    world.isDown = false;
    await endSilence();
    await Promise.all([ann?.outlet.received(5), latest.outlet.received(3)]);
    expect(ann?.outlet.events).toEqual(['SNAPSHOT', 'one', 'two', 'three', 'other']);
    expect(latest.outlet.events).toEqual(['SNAPSHOT', 'three', 'other']);
    world.tell('later');
    await Promise.all([ann?.outlet.received(6), latest.outlet.received(4)]);
  });

  it('what everybody may see goes on without a question', async () => {
    const open = world.follow('nobody', 'public');
    world.roles.set('nobody', 'PUBLIC');
    const again = world.follow('nobody', 'public');
    await again.outlet.received(1);
    await silence();
    world.tell('news');
    await again.outlet.received(2);
    expect(checks()).toBe(0);
    open.close();
  });
});

it('changes of access from before the start are told to whoever asks callers', async () => {
  const heard: unknown[] = [];
  const topic = `access:${new Date().toISOString().slice(0, 10)}`;
  const source = new MemoryLog('one');
  for (let n = 0; n < 1_200; n++) source.append('account.access_changed', [topic], { data: { n } });
  source.append('account.access_changed', ['access:2000-01-01'], { data: { n: 'long ago' } });
  const restarted = new LiveWorld({
    logs: [source],
    heard: ({ data }) => heard.push(data['n']),
  });
  await restarted.hub.sources.following;
  await restarted.close();
  expect(heard).toEqual(Array.from({ length: 1_200 }, (_, n) => n));
});
