import fc from 'fast-check';
import type { FeatureValue, Features } from '#kernel/predicates/predicate';
import { FEATURES, featureTypes } from './feature.rules';
import { LATEST_RULES } from './latest-rules';
import {
  RISK_OUTCOMES,
  RISK_POINTS,
  type RiskOutcome,
  type RiskPoint,
  type RiskRule,
  judge,
  ruleErrors,
  ruleListShape,
  severer,
} from './risk.rules';

const rank = (outcome: RiskOutcome): number => RISK_OUTCOMES.indexOf(outcome);
const points = fc.constantFrom(...RISK_POINTS);

/** Values around the thresholds that the default rules have. */
const valueOf = (type: string): fc.Arbitrary<FeatureValue> =>
  type === 'number'
    ? fc.oneof(fc.integer({ min: 0, max: 25 }), fc.constantFrom(0.4, 0.5, 49_999, 50_000))
    : type === 'boolean'
      ? fc.boolean()
      : type === 'string'
        ? fc.constantFrom('a', 'b')
        : fc.subarray(['a', 'b']);
const snapshot = (point: RiskPoint): fc.Arbitrary<Features> =>
  fc.record(
    Object.fromEntries(
      Object.entries(featureTypes(point)).map(([name, type]) => [name, valueOf(type)]),
    ),
    { requiredKeys: [] },
  );

/** The same or worse in every signal that has a worse side; what is missing stays so. */
const worsened = (features: Features, by: readonly number[]): Features =>
  Object.fromEntries(
    Object.entries(features).map(([name, value], n) => {
      const worse = FEATURES[name]?.worse;
      if (worse === undefined || typeof value !== 'number') return [name, value];
      return [name, worse === 'UP' ? value + (by[n] ?? 0) : value - (by[n] ?? 0)];
    }),
  );

test('the default rules are well-formed, for every point', () => {
  for (const point of RISK_POINTS) {
    expect(ruleListShape.parse(LATEST_RULES[point])).toEqual(LATEST_RULES[point]);
    expect(ruleErrors(point, LATEST_RULES[point])).toEqual([]);
  }
});

const numbers = (point: RiskPoint): string[] =>
  Object.entries(featureTypes(point)).flatMap(([name, type]) => (type === 'number' ? [name] : []));

/** Any rules that may be published, on one or two signals. */
const rules = fc
  .array(
    fc.record({
      features: fc.shuffledSubarray(numbers('CHECKOUT'), { minLength: 1, maxLength: 2 }),
      is: fc.constantFrom('lt', 'lte', 'gt', 'gte'),
      not: fc.boolean(),
      value: fc.integer({ min: 0, max: 10 }),
      outcome: fc.constantFrom('REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE'),
      onMissing: fc.constantFrom('SKIP', 'REVIEW'),
    }),
    { maxLength: 5 },
  )
  .map((made) =>
    made.map(({ features, is, not, value, outcome, onMissing }, n) => {
      const all = { all: features.map((feature) => ({ feature, is, value })) };
      const when = not ? { not: all } : all;
      return { code: `RULE_${n}`, when, outcome, reason: 'r', score: 1, onMissing };
    }),
  )
  .map((made) => made.filter((one) => ruleErrors('CHECKOUT', [one]).length === 0));

const steps = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 40, maxLength: 40 });

test('worse signals never give a milder outcome, by any rules that may be published', () => {
  fc.assert(
    fc.property(rules, snapshot('CHECKOUT'), steps, (made, features, by) => {
      const before = judge(made, features);
      const after = judge(made, worsened(features, by));
      expect(rank(after.outcome)).toBeGreaterThanOrEqual(rank(before.outcome));
      expect(after.score).toBeGreaterThanOrEqual(before.score);
    }),
    { numRuns: 500 },
  );
});

test('nor by the default rules', () => {
  const cases = points.chain((point) => fc.tuple(fc.constant(point), snapshot(point), steps));
  fc.assert(
    fc.property(cases, ([point, features, by]) => {
      const before = judge(LATEST_RULES[point], features);
      const after = judge(LATEST_RULES[point], worsened(features, by));
      expect(rank(after.outcome)).toBeGreaterThanOrEqual(rank(before.outcome));
    }),
    { numRuns: 1_000 },
  );
});

test('one more rule is never milder; the highest outcome wins; a snoozed rule is not asked', () => {
  fc.assert(
    fc.property(rules, snapshot('CHECKOUT'), (made, features) => {
      const all = judge(made, features);
      expect(rank(judge(made.slice(1), features).outcome)).toBeLessThanOrEqual(rank(all.outcome));
      const worst = all.fired.reduce<RiskOutcome>(
        (a, { outcome }) => severer(a, outcome),
        'APPROVE',
      );
      expect(all.outcome).toBe(worst);
      const codes = made.map(({ code }) => code);
      expect(judge(made, features, codes)).toEqual({ outcome: 'APPROVE', score: 0, fired: [] });
    }),
  );
});

test('what is missing is skipped or reviewed as the rule says, never more', () => {
  const one = (onMissing: RiskRule['onMissing']): RiskRule => ({
    code: 'RULE',
    when: { feature: 'card.buyers_24h', is: 'gt', value: 1 },
    outcome: 'DECLINE',
    reason: 'r',
    score: 1,
    onMissing,
  });
  expect(judge([one('SKIP')], {}).outcome).toBe('APPROVE');
  expect(judge([one('REVIEW')], {}).outcome).toBe('REVIEW');
  expect(judge([one('SKIP')], { 'card.buyers_24h': 2 }).outcome).toBe('DECLINE');
});

test('rules that would be milder for something worse are refused, and those that do not fit', () => {
  const errors = (when: RiskRule['when'], more: Partial<RiskRule> = {}): number => {
    const base = { code: 'RULE', outcome: 'REVIEW', reason: 'r', score: 1, onMissing: 'SKIP' };
    return ruleErrors('CHECKOUT', [{ ...base, when, ...more } as RiskRule]).length;
  };
  const high = { feature: 'buyer.cards_1h', is: 'gt', value: 1 } as const;
  expect(errors(high)).toBe(0);
  expect(errors({ not: high })).toBe(1);
  expect(errors({ not: { not: high } })).toBe(0);
  expect(errors({ ...high, is: 'lt' })).toBe(1);
  expect(errors({ ...high, is: 'eq' })).toBe(1);
  expect(errors({ feature: 'seller.trust', is: 'gte', value: 3 })).toBe(1);
  expect(errors({ feature: 'seller.accountSharedBy', is: 'gt', value: 1 })).toBe(1);
  expect(errors(high, { snoozeBy: 'seller.ids' })).toBe(1);
  expect(errors(high, { snoozeBy: 'buyer.id' })).toBe(0);
  const twice = LATEST_RULES.CHECKOUT.slice(0, 1);
  expect(ruleErrors('CHECKOUT', [...twice, ...twice])).toHaveLength(1);
});

test.each<[RiskPoint, Features, RiskOutcome]>([
  ['PAYOUT', { 'seller.settled_90d': 499, 'seller.caseRatio_90d': 0.5 }, 'APPROVE'],
  ['PAYOUT', { 'seller.settled_90d': 500, 'seller.caseRatio_90d': 0.0064 }, 'APPROVE'],
  ['PAYOUT', { 'seller.settled_90d': 500, 'seller.caseRatio_90d': 0.0065 }, 'REVIEW'],
  ['PAYOUT', { 'seller.settled_90d': 500, 'seller.caseRatio_90d': 0.009 }, 'BLOCK_AND_REVIEW'],
  ['PAYOUT', { 'seller.trust': 1, 'seller.accountHours': 167, 'amount.minor': 500_000 }, 'REVIEW'],
  ['PAYOUT', { 'seller.trust': 1, 'seller.accountHours': 168, 'amount.minor': 500_000 }, 'APPROVE'],
  ['PAYOUT', { 'seller.trust': 2, 'seller.accountSharedBy': 5 }, 'REVIEW'],
  ['PAYOUT', { 'seller.trust': 2, 'seller.kybLevel': 1, 'amount.minor': 1_000_000 }, 'REVIEW'],
  ['PAYOUT', { 'seller.trust': 2, 'seller.kybLevel': 2, 'amount.minor': 1_000_000 }, 'APPROVE'],
  ['PAYOUT', { 'seller.onboarding': 1 }, 'BLOCK_AND_REVIEW'],
  [
    'RELEASE',
    { 'seller.trust': 1, 'release.minutesSinceDelivery': 9, 'amount.minor': 200_000 },
    'REVIEW',
  ],
  [
    'RELEASE',
    { 'seller.trust': 1, 'release.minutesSinceDelivery': 10, 'amount.minor': 200_000 },
    'APPROVE',
  ],
  ['ONBOARDING', { 'seller.trust': 2, 'seller.accountSharedBy': 5 }, 'REVIEW'],
  ['ONBOARDING', { 'seller.trust': 3, 'seller.accountSharedBy': 50 }, 'APPROVE'],
])('the default rules of %s about %j: %s', (point, features, outcome) => {
  expect(judge(LATEST_RULES[point], features).outcome).toBe(outcome);
});
