import type { Viewer } from '#kernel/auth/viewer';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
const otherMember = user('acc_00000000000000000000000005');
let world: World;
let keys = 0;
const key = (): string => `cancel ${(keys += 1).toString()}`;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

/** A trusted seller with 8 810 available. */
async function seller(): Promise<string> {
  const group = world.group([10_000n]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  await world.openSeller(sellerId, MEMBER, true);
  await world.pay(group);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  return sellerId;
}

const stateOf = async (sellerId: string): Promise<string | undefined> =>
  (
    await world.db.first<{ state: string }>('select state from payout where "sellerId" = $1', [
      sellerId,
    ])
  )?.state;

const cancel = (viewer: Viewer, payoutId: string, idempotencyKey = key()): Promise<Answer> =>
  world.mutate(viewer, 'payoutCancel', { payoutId, idempotencyKey }, 'payout { id state }');

/** A payout whose act waits for tomorrow. */
async function waiting(sellerId: string): Promise<string> {
  await world.break(`create function wait_a_day() returns trigger language plpgsql as
    'begin new."nextAt" = new."nextAt" + interval ''1 day''; return new; end';
    create trigger wait_a_day before insert on "pspOperation" for each row execute function wait_a_day()`);
  const made = await world.payOut(member, sellerId, 8_810n);
  await world.break('drop trigger wait_a_day on "pspOperation"; drop function wait_a_day');
  return (made['payout'] as { id: string }).id;
}

test('a payout is cancelled before it is sent, never after; its lines are free again', async () => {
  const sellerId = await seller();
  const id = await waiting(sellerId);
  for (const stranger of [otherMember, operator, apiKey(['sel_x'], ['payouts:write'])]) {
    expect(codes(await cancel(stranger, id))).toEqual(['NOT_FOUND']);
  }
  expect(codes(await cancel(apiKey([sellerId], ['payouts:read']), id))).toEqual(['FORBIDDEN']);
  expect(codes(await cancel(anonymous, id))).toEqual(['UNAUTHENTICATED']);
  const done = await cancel(member, id, 'once');
  expect(done['payout']).toEqual({ id, state: 'CANCELLED' });
  expect(await cancel(member, id, 'once')).toEqual(done);
  expect(codes(await cancel(member, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
  await world.advance(DAY);
  await world.settled();
  const again = await world.payOut(member, sellerId, 8_810n);
  await world.settled();
  expect(codes(await cancel(member, (again['payout'] as { id: string }).id))).toEqual([
    'TRANSITION_NOT_ALLOWED',
  ]);
  const { payouts: sent } = await world.psp.books();
  expect(sent.filter(({ amountMinor }) => amountMinor === '8810').length).toBeGreaterThan(0);
});

test('64 cancellations and the sending at once: one of them wins', async () => {
  const sellerId = await seller();
  const id = await waiting(sellerId);
  const send = world.advance(DAY);
  await Promise.all([...Array.from({ length: 64 }, () => cancel(member, id)), send]);
  await world.settled();
  await until(async () => {
    const state = await stateOf(sellerId);
    return state === 'CANCELLED' || state === 'PAID';
  }, 'it to end');
});

test('a payout that nobody answers, or that is late, calls a person each day until it ends', async () => {
  const sellerId = await seller();
  const id = await waiting(sellerId);
  const deadline = async (): Promise<unknown> =>
    world.db.query('select kind from timer where subject = $1 and "fireAt" is not null', [id]);
  expect(await deadline()).toEqual([{ kind: 'T19' }]);
  await world.db.query(
    `update "pspOperation" set "nextAt" = "nextAt" + interval '20 days' where subject = $1`,
    [id],
  );
  await world.advance(7 * DAY);
  expect(await deadline()).toEqual([{ kind: 'T19' }]);
  // the clock is far from the PSP's, so its webhooks are refused: only looking tells
  await until(async () => {
    world.clock.advance(DAY);
    return (await stateOf(sellerId)) === 'PAID';
  }, 'the alarm to have it read again');
  expect(await deadline()).toEqual([]);
});
