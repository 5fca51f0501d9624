import { LedgerWorld, POSTED_AT, codeOf } from '../testing/ledger.world';
import type { Leg, Posting } from './ledger.rules';
import { post, posting, violations } from './ledger.service';

jest.setTimeout(120_000);
let world: LedgerWorld;
let clearing: bigint;
beforeAll(async () => {
  world = await LedgerWorld.open(32);
  clearing = await world.account('PSP_CLEARING');
});
afterAll(() => world.close());

const broken = async () =>
  (await violations(world.db)).filter(({ invariant }) => invariant !== 'I13');

test('100 releases at once for 101 % of an account: never above what is there', async () => {
  for (let round = 0; round < 5; round++) {
    const [tranche, seller] = [
      await world.account('TRANCHE'),
      await world.account('SELLER_AVAILABLE'),
    ];
    await world.post({ code: 'FUNDING', debit: clearing, credit: tranche, amount: 10_000n });
    const release = {
      code: 'RELEASE_SELLER',
      debit: tranche,
      credit: seller,
      amount: 101n,
    } as const;
    const codes = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        codeOf(
          // a reservation takes from the limit as a release does
          world.post(n % 3 === 0 ? { ...release, kind: 'PENDING' } : release),
        ),
      ),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(99);
    expect(codes.filter((code) => code === '23514')).toHaveLength(1);
  }
  expect(await broken()).toEqual([]);
});

test('32 writers with many legs over 10 accounts, each group also reversed: no deadlock, once each', async () => {
  const tranches = await world.accounts('TRANCHE', 10);
  await world.post(
    ...tranches.map((credit): Leg => ({
      code: 'FUNDING',
      debit: clearing,
      credit,
      amount: 1_000n,
    })),
  );
  const ring = (pair: number, n: number): Posting => {
    const order = tranches.map((_, i) => tranches[(i * 3 + pair + n) % 10] ?? 0n);
    const legs = order.map((debit, i): Leg => ({
      code: 'ALLOCATION',
      debit,
      credit: order[(i + 1) % 10] ?? 0n,
      amount: BigInt(1 + (i % 2)),
    }));
    return posting(`ring ${pair} ${n}`, 'EUR', POSTED_AT, legs);
  };
  const fresh = await Promise.all(
    Array.from({ length: 32 }, async (_, writer) => {
      let rows = 0;
      for (let n = 0; n < 15; n++) {
        const what = ring(Math.floor(writer / 2), n);
        const reversed = { ...what, legs: [...what.legs].reverse() };
        rows += await post(world.db, writer % 2 === 0 ? what : reversed);
      }
      return rows;
    }),
  );
  expect(fresh.reduce((a, b) => a + b, 0)).toBe(16 * 15 * 10);
  expect(await broken()).toEqual([]);
});
