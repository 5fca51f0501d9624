import { z } from 'zod';
import { type Deciding, evaluate } from '#kernel/predicates/evaluate';
import { type Features, leavesOf, predicateShape, typeErrors } from '#kernel/predicates/predicate';
import { FEATURES, featureTypes } from './feature.rules';

/** Moments at which something is judged. */
export const RISK_POINTS = [
  'CHECKOUT',
  'CAPTURE',
  'RELEASE',
  'PAYOUT',
  'CLAIM',
  'ONBOARDING',
] as const;
export type RiskPoint = (typeof RISK_POINTS)[number];

/** Mildest first; of several the last wins. */
export const RISK_OUTCOMES = ['APPROVE', 'REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE'] as const;
export type RiskOutcome = (typeof RISK_OUTCOMES)[number];

const rule = z.strictObject({
  /** Names the rule within its set. */
  code: z.string().regex(/^[A-Z][A-Z0-9_]{2,63}$/),
  when: predicateShape,
  outcome: z.enum(['REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE']),
  /** In words, for operators; never shown to a party. */
  reason: z.string().min(1).max(300),
  /** What it means that a feature is missing and the rule therefore has no answer. */
  onMissing: z.enum(['SKIP', 'REVIEW']).default('SKIP'),
  score: z.int().min(0).max(1000),
  /** The feature whose value an approval can snooze the rule for, e.g. `buyer.id`. */
  snoozeBy: z.string().optional(),
});

/** A rule: when its predicate holds, its outcome is the least that happens. */
export type RiskRule = z.infer<typeof rule>;

/** The rules of a set as they are stored: data. */
export const ruleListShape = z.array(rule).max(200);

/** What can be done about it at each point: nothing else may be asked for. */
const OUTCOMES_AT: Readonly<Record<RiskPoint, readonly RiskOutcome[]>> = {
  CHECKOUT: ['REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE'],
  CAPTURE: ['DECLINE'],
  RELEASE: ['REVIEW', 'BLOCK_AND_REVIEW'],
  PAYOUT: ['REVIEW', 'BLOCK_AND_REVIEW', 'DECLINE'],
  CLAIM: ['REVIEW'],
  ONBOARDING: ['REVIEW', 'BLOCK_AND_REVIEW'],
};

/** A rule that fired, with the leaves that decided. */
export interface FiredRule {
  readonly code: string;
  readonly outcome: RiskOutcome;
  readonly reason: string;
  readonly score: number;
  readonly because: readonly Deciding[];
}

export interface Judgement {
  readonly outcome: RiskOutcome;
  /** Of all that fired: sorts what waits for review. */
  readonly score: number;
  readonly fired: readonly FiredRule[];
}

/** The severer of two outcomes. */
export const severer = (a: RiskOutcome, b: RiskOutcome): RiskOutcome =>
  RISK_OUTCOMES.indexOf(a) >= RISK_OUTCOMES.indexOf(b) ? a : b;

/** What a set of rules says about features. The same rules, features and snoozed codes always give the same answer. */
export function judge(
  rules: readonly RiskRule[],
  features: Features,
  snoozed: readonly string[] = [],
): Judgement {
  const fired = rules.flatMap((one): FiredRule[] => {
    if (snoozed.includes(one.code)) return [];
    const { verdict, because } = evaluate(one.when, features);
    const isOpen = verdict === 'UNKNOWN' && one.onMissing === 'REVIEW';
    if (verdict !== 'TRUE' && !isOpen) return [];
    const { code, reason, score } = one;
    return [{ code, reason, score, because, outcome: isOpen ? 'REVIEW' : one.outcome }];
  });
  return {
    outcome: fired.reduce<RiskOutcome>((worst, one) => severer(worst, one.outcome), 'APPROVE'),
    score: fired.reduce((sum, one) => sum + one.score, 0),
    fired,
  };
}

/** The value that a rule is snoozed for, if the rule says by what and that is known. */
export function snoozeValue({ snoozeBy }: RiskRule, features: Features): string | undefined {
  const value = snoozeBy === undefined ? undefined : features[snoozeBy];
  return typeof value === 'string' ? value : undefined;
}

/** Which way a comparison pushes: with a growing value it goes from false to true (UP) or back (DOWN). */
const PUSHES = { gt: 'UP', gte: 'UP', lt: 'DOWN', lte: 'DOWN' } as const;

/**
 * What is wrong with a set's rules, in words; empty when nothing is. Besides types: a rule whose predicate could turn
 * false when a signal gets worse is refused, so that worse signals never give a milder outcome.
 */
export function ruleErrors(point: RiskPoint, rules: readonly RiskRule[]): string[] {
  const types = featureTypes(point);
  const codes = rules.map(({ code }) => code);
  const twice = codes.filter((code, n) => codes.indexOf(code) !== n);
  return [
    ...twice.map((code) => `${code} is there twice`),
    ...rules.flatMap((one) => [
      ...typeErrors(one.when, types).map((error) => `${one.code}: ${error}`),
      ...milder(one),
      ...[one.outcome, ...(one.onMissing === 'REVIEW' ? (['REVIEW'] as const) : [])]
        .filter((outcome) => !OUTCOMES_AT[point].includes(outcome))
        .map((outcome) => `${one.code}: ${outcome} is impossible at ${point}`),
      ...(one.snoozeBy === undefined || types[one.snoozeBy] === 'string'
        ? []
        : [`${one.code}: cannot be snoozed by ${one.snoozeBy}`]),
    ]),
  ];
}

function milder({ code, when }: RiskRule): string[] {
  return leavesOf(when).flatMap(({ leaf, isNegated }) => {
    const worse = FEATURES[leaf.feature]?.worse;
    if (worse === undefined || leaf.is === 'missing') return [];
    const pushes = leaf.is in PUSHES ? PUSHES[leaf.is as keyof typeof PUSHES] : undefined;
    const isRight = pushes !== undefined && (pushes === worse) !== isNegated;
    return isRight ? [] : [`${code}: would be milder for a worse ${leaf.feature}`];
  });
}
