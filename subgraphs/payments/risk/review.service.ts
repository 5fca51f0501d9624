import { DAY, after } from '#kernel/clock/clock';
import { type Viewer, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { type RiskDecisionId, riskSnoozeIds } from '../payments.ids';
import { REMINDER_MS } from './decision.service';
import { closeIn } from './review-queue.service';
import type { RiskDecisionRow } from './risk-decision.entity';
import type { RiskReviewRow } from './risk-review.entity';
import { type RiskPoint, type RiskRule, snoozeValue } from './risk.rules';

/** What an operator says about something that waits. */
export interface ReviewInput {
  readonly key: string;
  readonly id: RiskDecisionId;
  readonly isApproved: boolean;
  readonly note: string;
  /** For how long the rules that fired are not asked about the same values; 0 = ask again. */
  readonly snoozeDays: number;
}

/**
 * What follows from a review: does it, and says whether it was approved in the end (a person may approve what meanwhile
 * must not go on). Refusing rolls the whole decision back.
 */
export type ReviewAct = (tx: Tx, review: RiskReviewRow, isApproved: boolean) => Promise<boolean>;
export type ReviewActs = Readonly<Partial<Record<RiskPoint, ReviewAct>>>;

/** What the rules leave to a person. */
export class ReviewService {
  constructor(
    private readonly db: Database,
    private readonly acts: ReviewActs,
    private readonly log: Logger,
  ) {}

  /**
   * Operators, and never who is part of it. What was waiting goes on, or ends, in the same transaction. Approving a
   * payout or a claim moves nothing by itself: it is asked for again, and the snooze lets it pass.
   */
  async decide(viewer: Viewer, input: ReviewInput): Promise<RiskDecisionId> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const { key, ...said } = input;
    const intent = { scope: `${actorOf(viewer)}:riskReviewDecide`, key, input: said };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        await this.decideIn(tx, person, said);
        return said.id;
      }),
    );
  }

  /** Handler of reminders: each day a person is called about what still waits. */
  timers(): TimerHandlers {
    return { RISK_REVIEW: (tx, timer) => this.remind(tx, timer) };
  }

  private async decideIn(
    tx: Tx,
    person: string,
    { id, isApproved, note, snoozeDays }: Omit<ReviewInput, 'key'>,
  ): Promise<void> {
    // The act locks its own rows first, as everybody does; the review's row is the last.
    const known = await tx.first<RiskReviewRow>('select * from "riskReview" where id = $1', [id]);
    if (known === undefined) throw refuse('NOT_FOUND', { field: ['input', 'reviewId'] });
    if (await isParty(tx, known.id, person)) throw refuse('DECIDER_CONFLICT');
    if (known.state !== 'OPEN') throw refuse('TRANSITION_NOT_ALLOWED');
    const act = this.acts[known.point];
    const goesOn = act === undefined ? isApproved : await act(tx, known, isApproved);
    const isClosed = await closeIn(tx, known, goesOn ? 'approve' : 'decline', { person, note });
    if (!isClosed) throw refuse('TRANSITION_NOT_ALLOWED');
    if (goesOn && snoozeDays > 0) await snoozeIn(tx, known, after(tx.now, snoozeDays * DAY));
  }

  private async remind(tx: Tx, { subject, version }: Timer): Promise<void> {
    const review = await tx.first<RiskReviewRow>(
      `select * from "riskReview" where id = $1 and state = 'OPEN' for no key update`,
      [subject],
    );
    if (review === undefined) return;
    const { id, point } = review;
    this.log.error({ alarm: 'RISK_REVIEW_WAITS', id, point }, 'a risk review was not answered yet');
    const again = { subject, kind: 'RISK_REVIEW', version };
    await setTimer(tx, again, after(tx.now, REMINDER_MS));
  }
}

/** Whoever buys or sells in it does not judge it. */
async function isParty(tx: Tx, id: RiskDecisionId, person: string): Promise<boolean> {
  const row = await tx.first(
    `select 1 as one from "riskDecision" d where d.id = $1 and (d.features->>'buyer.id' = $2
       or exists (select 1 from "sellerMember" m where m."accountId" = $2
         and (m."sellerId" = d.features->>'seller.id'
           or coalesce(d.features->'seller.ids', '[]') ? m."sellerId")))`,
    [id, person],
  );
  return row !== undefined;
}

/** The rules that fired are not asked about the values they fired on. */
async function snoozeIn(tx: Tx, { id, point }: RiskReviewRow, until: Date): Promise<void> {
  const decision = await tx.first<RiskDecisionRow & { rules: readonly RiskRule[] }>(
    `select d.*, s.rules from "riskDecision" d join "riskRuleSet" s on s.id = d."ruleSetId"
     where d.id = $1`,
    [id],
  );
  if (decision === undefined) throw new Error(`there is no decision ${id}`);
  const { rules, fired, features } = decision;
  const codes = new Set(fired.map(({ code }) => code));
  const snoozes = rules.flatMap((rule) => {
    const value = codes.has(rule.code) ? snoozeValue(rule, features) : undefined;
    return value === undefined ? [] : [{ rule: rule.code, value }];
  });
  await tx.query(
    `insert into "riskSnooze" (id, point, rule, value, until, "reviewId")
     select id, $2, rule, value, $3, $4 from unnest($1::text[], $5::text[], $6::text[])
       as x (id, rule, value)`,
    [
      ...[snoozes.map(() => riskSnoozeIds.create()), point, until, id],
      ...[snoozes.map(({ rule }) => rule), snoozes.map(({ value }) => value)],
    ],
  );
}
