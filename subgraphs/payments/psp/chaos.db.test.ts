import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { readBooks, richSeller, settleAll } from '../testing/psp.settling';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(120_000);
const owner = user('acc_00000000000000000000000041');
const operator = user('acc_00000000000000000000000042', ['OPERATOR']);
const ROUNDS = 60;

/** A repeatable source of numbers in [0, 1). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const PLAN = [
  { kind: 'drop_before', probability: 0.08 },
  { kind: 'drop_after', probability: 0.08 },
  { kind: 'status', status: 500, probability: 0.05 },
  { kind: 'status', status: 429, probability: 0.05 },
  { kind: 'done_500', probability: 0.05 },
  { kind: 'stored_500', probability: 0.03 },
  { kind: 'delay_after', delayMs: 60, probability: 0.1 },
  { kind: 'duplicate', probability: 0.3 },
  { kind: 'reorder', probability: 0.2 },
];

// Random trades, 30 % of the calls made twice, a PSP that does everything wrong: its books and ours end equal.
test.each([
  ['generic', 1],
  ['stripe', 2],
] as const)('chaos with %s, seed %d', async (dialect, seed) => {
  const world = await World.open(dialect);
  const random = seeded(seed);
  const twice = async <T>(call: () => Promise<T>): Promise<T> => {
    if (random() >= 0.3) return call();
    return (await Promise.all([call(), call()]))[0];
  };
  try {
    const sellerId = await richSeller(world, owner, 500_000n);
    await world.psp.faults(...PLAN);
    const wanted = { paid: new Map<string, PlacedGroup>(), payouts: new Set<string>() };
    for (let round = 0; round < ROUNDS; round += 1) {
      const amount = 1_000n + BigInt(round);
      const dice = random();
      if (dice < 0.25) {
        const answer = await twice(() => world.payOut(owner, sellerId, amount, `out ${round}`));
        expect(answer.userErrors).toEqual([]);
        wanted.payouts.add(String(amount));
        continue;
      }
      const group = world.group([amount]);
      const request = await world.sealed(group);
      await twice(() => world.pay(group, { request, key: `pay ${round}` }));
      wanted.paid.set(String(amount), group);
      if (dice < 0.5) {
        // A payment may be UNKNOWN: then there is nothing to refund yet.
        const { orderId = '' } = group.orders[0] ?? {};
        await twice(() => world.refund(operator, orderId, 300n, `back ${round}`));
      } else if (dice < 0.7) {
        await twice(() => world.partyFact('order.cancelled', group));
      }
    }
    await world.psp.faults();
    await settleAll(world);
    await until(() => world.settled().then(() => true), 'all webhooks', 30_000);
    await settleAll(world);
    const { payments, refunds, payouts } = await world.psp.books();
    for (const amount of wanted.paid.keys()) {
      expect(
        payments.filter((one) => one.amountMinor === amount && one.status === 'captured').length,
      ).toBeLessThanOrEqual(1);
    }
    for (const amount of wanted.payouts) {
      expect(payouts.filter((one) => one.amountMinor === amount).length).toBeLessThanOrEqual(1);
    }
    const [legs] = await world.db.query<{ n: bigint }>(
      `select count(*) as n from "refundLeg" where state = 'SUCCEEDED'`,
    );
    expect(BigInt(refunds.filter(({ status }) => status === 'succeeded').length)).toBe(legs?.n);
    expect(wanted.paid.size).toBeGreaterThan(20);
    expect(wanted.payouts.size).toBeGreaterThan(5);
    expect(refunds.length).toBeGreaterThan(5);
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
  } finally {
    await world.close();
  }
});
