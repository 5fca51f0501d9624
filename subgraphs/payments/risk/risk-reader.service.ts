import DataLoader from 'dataloader';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import type { RiskDecisionRow } from './risk-decision.entity';
import type { RiskReviewRow } from './risk-review.entity';
import type { ReviewState } from './review.machine';
import type { RiskPoint } from './risk.rules';
import type { RiskRuleSetRow } from './rule-set.entity';

/** Operators and auditors read what was judged and why; to everybody else there is nothing. */
export const mayReadRisk = (viewer: Viewer): boolean =>
  hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');

/** Reads decisions, reviews and the rules behind them. Whoever asks has checked that the viewer may. */
export class RiskReader {
  constructor(private readonly db: Database) {}

  readonly decision = new DataLoader<string, RiskDecisionRow | null>(
    (ids) => this.byId('select * from "riskDecision" where id = any ($1)', ids),
    { cache: false },
  );
  readonly review = new DataLoader<string, RiskReviewRow | null>(
    (ids) => this.byId('select * from "riskReview" where id = any ($1)', ids),
    { cache: false },
  );
  readonly ruleSet = new DataLoader<string, RiskRuleSetRow | null>(
    (ids) => this.byId('select * from "riskRuleSet" where id = any ($1)', ids),
    { cache: false },
  );

  /** Newest first; one more than the page holds. */
  reviews(
    { state, point }: { readonly state: ReviewState | null; readonly point: RiskPoint | null },
    page: PageRequest,
  ): Promise<RiskReviewRow[]> {
    return this.db.query(
      `select * from "riskReview" where ($1::text is null or state = $1)
         and ($2::text is null or point = $2) ${keyset(page, 3)}`,
      [state, point, page.from?.[0] ?? null, page.size + 1],
    );
  }

  private async byId<T extends { readonly id: string }>(
    sql: string,
    ids: readonly string[],
  ): Promise<(T | null)[]> {
    const rows = await this.db.query<T>(sql, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }
}
