import type { Features } from '#kernel/predicates/predicate';
import { LATEST_RULES } from './latest-rules';
import { type RiskPoint, judge } from './risk.rules';

/** A generator of numbers from 0 to 1 that always says the same (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Many small, few large: mean 1/rate. */
const exponential = (random: () => number, mean: number): number => -mean * Math.log(1 - random());

type Tier = 'NEW' | 'STANDARD' | 'TRUSTED';
const TRUST: Readonly<Record<Tier, number>> = { NEW: 1, STANDARD: 2, TRUSTED: 3 };

/** The same busy trade for all; only how well the parties are known differs. */
function traffic(tier: Tier, random: () => number): Readonly<Partial<Record<RiskPoint, Features>>> {
  const count = (mean: number): number => Math.floor(exponential(random, mean));
  const good = tier === 'NEW' ? count(1) : tier === 'STANDARD' ? count(6) : 5 + count(20);
  const trust = { 'seller.trust': TRUST[tier] };
  const sold = {
    'seller.ordersFunded_90d': 20 + count(60),
    'seller.volumeJump': exponential(random, 3),
  };
  return {
    CHECKOUT: {
      ...trust,
      'buyer.good_365d': good,
      'buyer.cards_1h': 1 + count(1),
      'buyer.declines_1h': count(1),
      'network.cards_1h': 1 + count(2),
      'network.declines_10m': count(1),
      'device.cards_24h': 1 + count(1.5),
      'card.buyers_24h': 1 + count(0.3),
      'amount.toSellerP95': exponential(random, 1.5),
      'payment.cardAbroad': random() < 0.03,
      'address.buyers_90d': count(1),
      'buyer.bankCases_365d': random() < 0.002 ? 2 : 0,
    },
    RELEASE: {
      ...trust,
      ...sold,
      'amount.minor': count(40_000),
      'parties.samePerson': random() < 0.001,
      'parties.shareNetwork': random() < 0.01,
      'parties.shareAddress': random() < 0.005,
      'parcel.trackingReused': random() < 0.001,
      'parcel.deliveredElsewhere': random() < 0.01,
      'release.confirmed': random() < 0.5,
    },
    PAYOUT: {
      ...{ ...trust, ...sold, 'seller.refundRate_90d': exponential(random, 0.1) },
      'seller.kybLevel': 1 + count(1),
      'seller.paidOut_30d': count(400_000),
    },
  };
}

/** Which part of the traffic a person has to look at, or never gets through. */
function bothered(tier: Tier, point: RiskPoint): number {
  const random = seeded(20_261_130);
  const all = Array.from({ length: 20_000 }, () => traffic(tier, random)[point] ?? {});
  const met = all.filter((features) => judge(LATEST_RULES[point], features).outcome !== 'APPROVE');
  return met.length / all.length;
}

test.each(['CHECKOUT', 'RELEASE', 'PAYOUT'] as const)(
  '%s: of the same busy trade, the better parties are known the less is looked at',
  (point) => {
    const [fresh, known, trusted] = [
      ...[bothered('NEW', point), bothered('STANDARD', point), bothered('TRUSTED', point)],
    ];
    expect(fresh).toBeGreaterThan(0.001);
    expect(fresh).toBeLessThan(0.05);
    expect(known).toBeLessThanOrEqual(fresh ?? 0);
    expect(trusted).toBeLessThan((fresh ?? 0) / 2);
  },
);
