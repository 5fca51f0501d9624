import fc from 'fast-check';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { bankKinds } from '../testing/bank.commands';
import { DisputeActs, MEMBER } from '../testing/dispute.acts';
import { type Command, type Dice, oneOf, perform, taken } from '../testing/money.command';
import { type RealMoney, balanceOf } from '../testing/money.look';
import { MoneyModel } from '../testing/money.model';
import { FIRST, orderKinds } from '../testing/order.commands';
import { DESTINATIONS, PAY_ALL, payoutKinds } from '../testing/payout.commands';
import { readBooks } from '../testing/psp.settling';
import { World } from '../testing/world';

/** `npm run soak:money -- --only model` plays many more. A failure names its seed and path: set both to play it again. */
const { MONEY_MODEL_RUNS, MONEY_MODEL_SEED, MONEY_MODEL_PATH: path } = process.env;
const ENOUGH = 200;
const RUNS = Number(MONEY_MODEL_RUNS ?? ENOUGH);
const SEED = Number(MONEY_MODEL_SEED ?? Date.now() & 0x7fffffff);
/** Sequences that are played at once, each about an order and a seller of its own. */
const LANES = path === undefined ? 8 : 1;
jest.setTimeout(300_000 + 1_000 * RUNS);
/** Also for finding the shortest sequence that fails. */
const LIMIT = { interruptAfterTimeLimit: 60_000 + 1_000 * RUNS, markInterruptAsFailure: true };
const TOTAL = 10_000n;
let world: World;
let acts: DisputeActs;
beforeAll(async () => {
  world = await World.open();
  acts = new DisputeActs(world);
}, 60_000);
afterAll(() => world.close());

const TIERS = [
  { name: 'TRUSTED', waits: false, reserveBps: 0n },
  { name: 'STANDARD', waits: true, reserveBps: 0n },
  { name: 'NEW', waits: true, reserveBps: 1_000n },
] as const;

/** How far the order is when a sequence begins. */
const STAGES = [
  [],
  ['delivered'],
  ['delivered', 'confirm'],
  ['delivered', 'confirm', 'payout'],
] as const;

const start = fc.record({
  stage: fc.constantFrom(...STAGES),
  tier: fc.constantFrom(TIERS[0], ...TIERS),
  destination: fc.constantFrom(...DESTINATIONS),
});
const dice = fc.record<Dice>({
  pick: fc.noBias(fc.nat({ max: 5_039 })), // else what comes first comes most often
  units: fc.integer({ min: 1, max: 11 }),
  tenths: fc.nat({ max: 10 }),
  of: fc.nat({ max: 3 }),
  isSellers: fc.boolean(),
  isWon: fc.boolean(),
  isWarning: fc.boolean(),
});
const step = dice.map((one) =>
  oneOf(
    [...orderKinds(one), ...payoutKinds(one), ...payoutKinds(one), ...bankKinds(one)],
    one.pick,
  ),
);
const steps = fc.array(step, { minLength: 3, maxLength: 9, size: 'max' });
type Start = typeof start extends fc.Arbitrary<infer S> ? S : never;

/** A new seller, and an order that is paid. */
async function begin({ tier, destination }: Start): Promise<RealMoney> {
  const group = world.group([TOTAL]);
  const { orderId = '', sellerId = '' } = group.orders[0] ?? {};
  await world.openSeller(sellerId, MEMBER, false);
  if (tier.name !== 'TRUSTED') await world.tier(sellerId, tier.name, 2);
  await world.pay(group);
  let opened: Promise<void> | undefined;
  const open = async (): Promise<void> => {
    await world.gate(sellerId, true, 1);
    await world.payoutAccount(user(MEMBER), sellerId, destination);
    await world.payoutEvery(user(MEMBER), sellerId, 'MANUAL');
  };
  return { world, acts, group, orderId, sellerId, openPayouts: () => (opened ??= open()) };
}

async function play(of: Start, sequence: readonly Command[]): Promise<void> {
  const behind = Date.now() - world.clock.now().getTime(); // webhooks are of now
  if (behind > 0) world.clock.advance(behind);
  const real = await begin(of);
  const model = new MoneyModel(TOTAL, of.tier);
  for (const name of of.stage)
    await perform(name === 'payout' ? PAY_ALL : FIRST[name], model, real);
  await fc.asyncModelRun(() => ({ model, real }), sequence);
  const { available, pending: onHold, reserve: reserved, frozen, owed } = model.seller;
  const shown = { available, onHold, reserved, frozen, owed };
  expect(await balanceOf(real)).toEqual(
    Object.fromEntries(Object.entries(shown).map(([name, minor]) => [name, minor.toString()])),
  );
}

/** The banks of sellers are done: until then the PSP has sent what our books still have. */
async function paidOut(): Promise<void> {
  const inTransit = `p.state not in ('PAID', 'FAILED', 'RETURNED')`;
  const returning = `p.state = 'PAID' and o.request ->> 'destination' = 'dest_slow_return'`;
  for (const open of [inTransit, returning]) {
    await world.psp.post('/sim/advance', { seconds: 2 * 3_600 });
    const sql = `select 1 as one from payout p join "pspOperation" o on o.subject = p.id where ${open}`;
    await until(async () => (await world.db.query(sql)).length === 0, 'payouts to end', 30_000);
    await world.settled();
  }
}

test(`${String(RUNS)} sequences of what can happen to an order’s money: each cent is where the model has it`, async () => {
  let failed: number | undefined;
  const property = (n: number) =>
    fc.asyncProperty(start, steps, async (of, sequence) => {
      if (failed !== undefined && failed !== n) return; // one failure at a time is made short
      await play(of, sequence).catch((error: unknown) => {
        failed ??= n;
        if (failed === n) throw error;
      });
    });
  const lane = (n: number) =>
    fc.assert(property(n), {
      ...{ numRuns: Math.ceil(RUNS / LANES), seed: SEED + n, ...LIMIT },
      ...(path !== undefined && { path }),
    });
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, (_, n) => lane(n)));
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  await paidOut();
  expect(await readBooks(world)).toBe(true);
  expect(await world.violations()).toEqual([]);
  if (RUNS < ENOUGH || path !== undefined) return;
  // the sequences reach every kind of command; what needs several others first is rare
  const rare = RUNS < 1_000 ? [] : ['returns', 'stand'];
  const kinds = ['accept', 'charge', 'conclude', 'confirm', 'decide', 'delivered', 'ends'];
  kinds.push('escalate', 'give-in', 'mature', 'open', 'payout', 'prevent', 'refund', 'shipped');
  expect([...taken.keys()]).toEqual(
    expect.arrayContaining([...kinds, ...rare, 'warn', 'withdraw']),
  );
});
