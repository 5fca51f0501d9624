import type { Tx } from '#kernel/db/database';
import { clearTimers } from '#kernel/events/timers';
import { tellDecided } from './decision.service';
import type { ReviewEvent } from './review.machine';
import type { RiskReviewRow } from './risk-review.entity';

const OUTCOMES = { approve: 'APPROVED', decline: 'DECLINED', expire: 'EXPIRED' } as const;

/** Ends an open review and tells it; false when it was not open any more. */
export async function closeIn(
  tx: Tx,
  { id, point, subject, version }: RiskReviewRow,
  event: ReviewEvent,
  by: { readonly person: string; readonly note: string } | undefined,
): Promise<boolean> {
  const state = OUTCOMES[event];
  const closed = await tx.first(
    `update "riskReview" set state = $2, "decidedBy" = $3, note = $4, "decidedAt" = $5,
       version = version + 1 where id = $1 and state = 'OPEN' returning 1 as one`,
    [id, state, by?.person ?? null, by?.note ?? null, tx.now],
  );
  if (closed === undefined) return false;
  await clearTimers(tx, id);
  if (point === 'CHECKOUT') await clearTimers(tx, subject, ['T14']);
  tellDecided(tx, { id, version: version + 1, point, subject, outcome: state });
  return true;
}

/** What waited is over before anybody looked: nothing is left to decide. */
export async function expireReviewsIn(tx: Tx, subjects: readonly string[]): Promise<void> {
  const open = await tx.query<RiskReviewRow>(
    `select * from "riskReview" where subject = any ($1) and state = 'OPEN'`,
    [subjects],
  );
  for (const review of open) await closeIn(tx, review, 'expire', undefined);
}
