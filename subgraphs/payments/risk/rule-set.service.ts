import { type Viewer, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { type RiskRuleSetId, riskRuleSetIds } from '../payments.ids';
import { snoozedCodes } from './decision.service';
import type { RiskDecisionRow } from './risk-decision.entity';
import {
  type RiskOutcome,
  type RiskPoint,
  type RiskRule,
  judge,
  ruleErrors,
  ruleListShape,
} from './risk.rules';
import type { RiskRuleSetRow } from './rule-set.entity';
import { type RuleSetState, ruleSetMachine } from './rule-set.machine';

/** New rules as JSON text. */
export interface DraftInput {
  readonly key: string;
  readonly point: RiskPoint;
  readonly rules: string;
  readonly note: string;
}

export interface PublishInput {
  readonly key: string;
  readonly id: RiskRuleSetId;
  readonly to: Exclude<RuleSetState, 'DRAFT'>;
}

/** What a set of rules would have said about what was judged before. */
export interface BackRun {
  readonly judged: number;
  readonly changes: readonly {
    readonly from: RiskOutcome;
    readonly to: RiskOutcome;
    readonly count: number;
    /** Newest first, a few. */
    readonly decisionIds: readonly string[];
  }[];
}

const EVENTS = { SHADOW: 'shadow', LIVE: 'publish', RETIRED: 'retire' } as const;
const EXAMPLES = 10;
const MAX_BACK_RUN = 10_000;
const LONGEST_RULES = 200_000;

/** Rules as data: written as drafts, tried on what was judged, run in the shadow, then live. */
export class RuleSetService {
  constructor(private readonly db: Database) {}

  /** Operators. Refuses rules that are malformed or would be milder for a worse signal with RULE_SET_INVALID. */
  async draft(viewer: Viewer, { key, ...input }: DraftInput): Promise<RiskRuleSetId> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const rules = parsed(input.point, input.rules);
    const intent = { scope: `${actorOf(viewer)}:riskRuleSetCreate`, key, input };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, () => insertDraft(tx, { ...input, rules, person })),
    );
  }

  /** Operators. What was in the shadow, or live, before is retired in the same moment. */
  async publish(viewer: Viewer, { key, ...input }: PublishInput): Promise<RiskRuleSetId> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const intent = { scope: `${actorOf(viewer)}:riskRuleSetPublish`, key, input };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        await moveSet(tx, input, person);
        return input.id;
      }),
    );
  }

  /** Newest first. */
  list(point: RiskPoint | null): Promise<RiskRuleSetRow[]> {
    return this.db.query<RiskRuleSetRow>(
      `select * from "riskRuleSet" where ($1::text is null or point = $1)
       order by point, number desc limit 500`,
      [point],
    );
  }

  /** Judges the latest snapshots of the set's point again by this set; writes nothing. Undefined: no such set. */
  async backRun(id: string, latest: number): Promise<BackRun | undefined> {
    const set = await this.db.first<RiskRuleSetRow>('select * from "riskRuleSet" where id = $1', [
      id,
    ]);
    if (set === undefined) return undefined;
    const decided = await this.db.query<RiskDecisionRow>(
      `select * from "riskDecision" where point = $1 and not "isShadow" order by id desc limit $2`,
      [set.point, Math.max(1, Math.min(latest, MAX_BACK_RUN))],
    );
    const changes = new Map<string, { from: RiskOutcome; to: RiskOutcome; ids: string[] }>();
    for (const row of decided) {
      const to = rejudge(set.rules, row);
      if (to === row.outcome) continue;
      const change = changes.get(`${row.outcome} ${to}`) ?? { from: row.outcome, to, ids: [] };
      change.ids.push(row.id);
      changes.set(`${row.outcome} ${to}`, change);
    }
    return {
      judged: decided.length,
      changes: [...changes.values()].map(({ from, to, ids }) => ({
        ...{ from, to, count: ids.length },
        decisionIds: ids.slice(0, EXAMPLES),
      })),
    };
  }
}

/** What rules say about a stored snapshot. By the rules that decided it, that is what was decided. */
export function rejudge(
  rules: readonly RiskRule[],
  { features, snoozes }: Pick<RiskDecisionRow, 'features' | 'snoozes'>,
): RiskOutcome {
  return judge(rules, features, snoozedCodes(rules, features, snoozes)).outcome;
}

function parsed(point: RiskPoint, text: string): readonly RiskRule[] {
  const field = ['input', 'rules'];
  if (text.length > LONGEST_RULES) {
    throw refuse('RULE_SET_INVALID', { field, message: 'These are too many.' });
  }
  const read = ruleListShape.safeParse(json(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`;
    throw refuse('RULE_SET_INVALID', { field, message });
  }
  const errors = ruleErrors(point, read.data);
  if (errors.length > 0) throw refuse('RULE_SET_INVALID', { field, message: errors.join('; ') });
  return read.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function insertDraft(
  tx: Tx,
  draft: { point: RiskPoint; rules: readonly RiskRule[]; note: string; person: string },
): Promise<RiskRuleSetId> {
  const { point, rules, note, person } = draft;
  await lockPoint(tx, point);
  const id = riskRuleSetIds.create();
  await tx.query(
    `insert into "riskRuleSet" (id, point, number, state, rules, note, "createdBy", "createdAt",
       "changedBy", "changedAt")
     select $1, $2, coalesce(max(number), 0) + 1, 'DRAFT', $3, $4, $5, $6, $5, $6
     from "riskRuleSet" where point = $2`,
    [id, point, JSON.stringify(rules), note, person, tx.now],
  );
  return id;
}

async function moveSet(
  tx: Tx,
  { id, to }: Omit<PublishInput, 'key'>,
  person: string,
): Promise<void> {
  const known = await tx.first<RiskRuleSetRow>('select * from "riskRuleSet" where id = $1', [id]);
  if (known === undefined) throw refuse('NOT_FOUND', { field: ['input', 'ruleSetId'] });
  await lockPoint(tx, known.point);
  const set = await tx.first<RiskRuleSetRow>('select * from "riskRuleSet" where id = $1', [id]);
  const next = set && ruleSetMachine.next(set.state, EVENTS[to]);
  if (next === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
  if (next !== 'RETIRED') {
    await tx.query(
      `update "riskRuleSet" set state = 'RETIRED', "changedBy" = $3, "changedAt" = $4,
         version = version + 1 where point = $1 and state = $2`,
      [known.point, next, person, tx.now],
    );
  }
  await tx.query(
    `update "riskRuleSet" set state = $2, "changedBy" = $3, "changedAt" = $4,
       version = version + 1 where id = $1`,
    [id, next, person, tx.now],
  );
}

/** One at a time moves the sets of a point: two that are live cannot be. */
const lockPoint = (tx: Tx, point: RiskPoint) =>
  tx.query('select 1 as one from "riskRuleSet" where point = $1 order by id for no key update', [
    point,
  ]);
