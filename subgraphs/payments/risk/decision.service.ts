import { fact } from '#contracts/fact';
import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import type { Features } from '#kernel/predicates/predicate';
import { type RiskDecisionId, riskDecisionIds } from '../payments.ids';
import { AUTHORIZATION_POLICY } from '../payments/authorization.rules';
import type { Attempt, Known } from './feature.service';
import type { Snooze } from './risk-decision.entity';
import {
  type Judgement,
  type RiskOutcome,
  type RiskPoint,
  type RiskRule,
  judge,
  snoozeValue,
} from './risk.rules';

/** How long something waits for an operator before the next reminder. */
export const REMINDER_MS = DAY;

/** What is judged. */
export interface Asked {
  readonly point: RiskPoint;
  readonly subject: string;
  readonly known: Known;
  /** Until when it can wait for an operator; without it: for ever. */
  readonly dueAt?: Date;
  /** What is remembered for later windows. */
  readonly seen?: Attempt;
}

/** What was decided; `id` names the decision and the review that it may have opened. */
export interface Decided {
  readonly id: RiskDecisionId;
  readonly outcome: RiskOutcome;
  readonly reason: string;
}

// One statement, because it stands in the way of every payment.
const WRITE = `
  with d as (
    insert into "riskDecision" (id, point, subject, "ruleSetId", "isShadow", features, snoozes,
      outcome, score, fired, "createdAt")
    select id, $2, $3, "setId", shadow, $4, $5, outcome, score, fired, $1
    from unnest($6::text[], $7::text[], $8::boolean[], $9::text[], $10::int[], $11::jsonb[])
      as x (id, "setId", shadow, outcome, score, fired)),
  s as (
    insert into "riskSignal" (kind, subject, "buyerId", network, device, card, token, "amountMinor",
      at)
    select 'PAYMENT', $3, $12, $13, $14, card, token, amount, $1
    from unnest($15::text[], $16::text[], $17::bigint[]) as t (card, token, amount)),
  r as (
    insert into "riskReview" (id, point, subject, state, act, "openedAt", "dueAt")
    select $18::text, $2, $3, 'OPEN', '{}', $1, $19 where $18::text is not null
    on conflict do nothing returning id)
  insert into timer (subject, kind, "fireAt", version)
  select id, 'RISK_REVIEW', $20::timestamptz, 1 from r
  union all select $3::text, 'T14', $21::timestamptz, 1 from r where $21::timestamptz is not null`;

/** Judges by the live rules (which count) and those in the shadow (which are only recorded). */
export class Decisions {
  /** By set: they never change, so each set is read once. */
  private readonly rules = new Map<string, readonly RiskRule[]>();

  /** Judges, records, and opens a review if a person is to look. Without a live set all is approved. */
  async decideIn(tx: Tx, asked: Asked): Promise<Decided> {
    const { features, sets, snoozes } = asked.known;
    await this.learn(tx, sets);
    const judged = sets.map(({ id, state }) => {
      const rules = this.rules.get(id) ?? [];
      const judgement = judge(rules, features, snoozedCodes(rules, features, snoozes));
      return {
        id: riskDecisionIds.create(),
        setId: id,
        isShadow: state === 'SHADOW',
        ...judgement,
      };
    });
    const live = judged.find(({ isShadow }) => !isShadow);
    const outcome = live?.outcome ?? 'APPROVE';
    const isOpen = live !== undefined && (outcome === 'REVIEW' || outcome === 'BLOCK_AND_REVIEW');
    await write(tx, asked, judged, isOpen ? live.id : null);
    const id = live?.id ?? riskDecisionIds.create();
    if (outcome !== 'APPROVE') tellDecided(tx, { ...asked, id, version: 1, outcome });
    return { id, outcome, reason: live?.fired[0]?.reason ?? '' };
  }

  private async learn(tx: Tx, sets: Known['sets']): Promise<void> {
    const missing = sets.map(({ id }) => id).filter((id) => !this.rules.has(id));
    if (missing.length === 0) return;
    const read = await tx.query<{ id: string; rules: readonly RiskRule[] }>(
      'select id, rules from "riskRuleSet" where id = any ($1)',
      [missing],
    );
    for (const { id, rules } of read) this.rules.set(id, rules);
  }
}

/** The rules that are not asked about these features now. */
export const snoozedCodes = (
  rules: readonly RiskRule[],
  features: Features,
  snoozes: readonly Snooze[],
): string[] =>
  rules.flatMap((rule) => {
    const value = snoozeValue(rule, features);
    return snoozes.some((one) => one.rule === rule.code && one.value === value) ? [rule.code] : [];
  });

async function write(
  tx: Tx,
  { point, subject, known, dueAt, seen }: Asked,
  judged: readonly (Judgement & { id: string; setId: string; isShadow: boolean })[],
  reviewId: string | null,
): Promise<void> {
  const tenders = seen?.tenders ?? [];
  await tx.query(WRITE, [
    ...[tx.now, point, subject, JSON.stringify(known.features), JSON.stringify(known.snoozes)],
    judged.map(({ id }) => id),
    judged.map(({ setId }) => setId),
    judged.map(({ isShadow }) => isShadow),
    judged.map(({ outcome }) => outcome),
    judged.map(({ score }) => score),
    judged.map(({ fired }) => JSON.stringify(fired)),
    ...[seen?.buyerId ?? null, seen?.network ?? null, seen?.device ?? null],
    tenders.map(({ card }) => card ?? null),
    tenders.map(({ token }) => token),
    tenders.map(({ amountMinor }) => amountMinor),
    ...[reviewId, dueAt ?? null, after(tx.now, REMINDER_MS)],
    dueAt === undefined ? null : after(dueAt, -AUTHORIZATION_POLICY.aheadMs),
  ]);
}

/** Tells what the rules or a person decided. No party follows this fact's topics, because it has none. */
export function tellDecided(
  tx: Tx,
  told: {
    readonly id: RiskDecisionId;
    readonly version: number;
    readonly point: RiskPoint;
    readonly subject: string;
    readonly outcome: Exclude<RiskOutcome, 'APPROVE'> | 'APPROVED' | 'DECLINED' | 'EXPIRED';
  },
): void {
  const { id: decisionId, version, point, subject, outcome } = told;
  const about = { subject: decisionId, version, topics: [] };
  tx.publish(fact('risk.decided', about, { decisionId, point, subject, outcome }));
}
