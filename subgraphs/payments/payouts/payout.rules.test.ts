import fc from 'fast-check';
import { DAY, HOUR, after } from '#kernel/clock/clock';
import { statesOf, unreachable } from '#kernel/machine/machine';
import type { SellerTier } from '../balances/tier.rules';
import { payoutMachine } from './payout.machine';
import {
  type PayoutGate,
  SCHEDULES,
  SCHEDULES_OF,
  SPEEDS,
  amountOf,
  capOf,
  gateRefusal,
  instantFee,
  minimumOf,
  nextSweep,
  scheduleOf,
} from './payout.rules';

const TIERS: SellerTier[] = ['NEW', 'STANDARD', 'TRUSTED', 'RESTRICTED'];
const tier = fc.constantFrom(...TIERS);
const minor = fc.bigInt({ min: 0n, max: 10n ** 9n });
const currency = fc.constantFrom('EUR', 'JPY', 'KWD', 'HUF');
const now = new Date('2026-03-02T12:00:00Z');

test('every state of a payout can be reached; only what was not sent can be cancelled', () => {
  expect(unreachable(payoutMachine)).toEqual([]);
  const cancellable = statesOf(payoutMachine).filter((state) =>
    payoutMachine.next(state, 'cancel'),
  );
  expect(cancellable).toEqual(['CREATED']);
});

test('a payout is never more than there is, than can be moved, than the cap, nor less than the minimum', () => {
  const wish = fc.record({
    wanted: fc.oneof(minor, fc.constant('ALL' as const)),
    speed: fc.constantFrom(...SPEEDS),
    tier,
    currency,
    available: minor,
    movable: fc.option(minor, { nil: undefined }),
    paidLately: minor,
  });
  fc.assert(
    fc.property(wish, (asked) => {
      const paid = amountOf(asked);
      if ('refused' in paid) return;
      const { amount, fee } = paid;
      expect(amount + fee).toBeLessThanOrEqual(asked.available);
      expect(amount).toBeLessThanOrEqual(asked.movable ?? amount);
      expect(amount).toBeGreaterThanOrEqual(minimumOf(asked.currency));
      const cap = capOf(asked.tier, asked.currency);
      if (cap !== undefined) expect(amount + asked.paidLately).toBeLessThanOrEqual(cap);
      expect(fee).toBe(asked.speed === 'INSTANT' ? instantFee(amount, asked.currency) : 0n);
      if (asked.speed === 'INSTANT') expect(asked.tier).toBe('TRUSTED');
      if (asked.wanted !== 'ALL') expect(amount).toBe(asked.wanted);
    }),
    { numRuns: 1_000 },
  );
});

test('all of it is all: a standard payout leaves nothing that could be paid', () => {
  fc.assert(
    fc.property(minor, minor, (available, movable) => {
      const base = {
        speed: 'STANDARD',
        tier: 'STANDARD',
        currency: 'EUR',
        paidLately: 0n,
      } as const;
      const paid = amountOf({ ...base, wanted: 'ALL', available, movable });
      const most = available < movable ? available : movable;
      if (most < 100n) expect(paid).toEqual({ refused: ['PAYOUT_TOO_SMALL'] });
      else expect(paid).toEqual({ amount: most, fee: 0n });
    }),
  );
});

test.each([
  ['EUR', 100n],
  ['JPY', 150n],
  ['KWD', 1_000n],
  ['HUF', 40_000n],
])('the least in %s is %d', (code, least) => {
  expect(minimumOf(code)).toBe(least);
});

test('a choice counts only while the tier allows it; each tier has a default', () => {
  fc.assert(
    fc.property(tier, fc.option(fc.constantFrom(...SCHEDULES)), (of, chosen) => {
      const counts = scheduleOf(of, chosen);
      expect(SCHEDULES_OF[of]).toContain(counts);
      if (chosen !== null && SCHEDULES_OF[of].includes(chosen)) expect(counts).toBe(chosen);
    }),
  );
  expect(TIERS.map((of) => scheduleOf(of, null))).toEqual(['WEEKLY', 'WEEKLY', 'DAILY', 'MANUAL']);
  expect(nextSweep('DAILY', now)).toEqual(after(now, DAY));
});

test('nothing passes a gate that is shut in any way', () => {
  const account = fc.option(
    fc.record({
      verified: fc.boolean(),
      changedAt: fc.option(fc.constantFrom(now, after(now, -71 * HOUR), after(now, -72 * HOUR))),
      removedAt: fc.option(fc.constant(now)),
    }),
    { nil: undefined },
  );
  const gate: fc.Arbitrary<PayoutGate> = fc.record({
    verified: fc.boolean(),
    restricted: fc.boolean(),
    debt: fc.constantFrom(0n, 1n),
    account,
  });
  fc.assert(
    fc.property(gate, (one) => {
      const lately = one.account?.changedAt ?? null;
      const open =
        one.verified &&
        !one.restricted &&
        one.debt === 0n &&
        one.account?.verified === true &&
        one.account.removedAt === null &&
        (lately === null || now.getTime() - lately.getTime() >= 72 * HOUR);
      expect(gateRefusal(one, now) === undefined).toBe(open);
    }),
    { numRuns: 500 },
  );
});
