import { createHash } from 'node:crypto';
import { after } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import { refusals } from '#kernel/errors/refusal';
import type { SignInThrottleRow } from './account.entity';
import { accountErrors } from './account.errors';
import { FAILURE_WINDOW_MS, waitAfter } from './account.rules';

const refuse = refusals(accountErrors);

/** Counts wrong passwords by e-mail, known or not, wherever a password is asked for. */
export class SignInThrottle {
  constructor(private readonly db: Database) {}

  /**
   * Runs a slow check of a password. The throttle is read before and after it: of many guesses at once only the first
   * few count. A check that finds nothing is a failure, and refused.
   */
  async guard<T>(email: string, check: () => Promise<T | undefined>): Promise<T> {
    const subject = createHash('sha256').update(email).digest('base64url');
    await this.requireNotBlocked(subject);
    const found = await check();
    if (found === undefined) {
      await this.recordFailure(subject);
      throw refuse('CREDENTIALS_INVALID');
    }
    await this.requireNotBlocked(subject);
    await this.db.query('delete from "signInThrottle" where subject = $1', [subject]);
    return found;
  }

  private async requireNotBlocked(subject: string): Promise<void> {
    const row = await this.db.first<Pick<SignInThrottleRow, 'blockedUntil'>>(
      'select "blockedUntil" from "signInThrottle" where subject = $1 and "blockedUntil" > $2',
      [subject, this.db.clock.now()],
    );
    if (row !== undefined) throw refuse('TOO_MANY_ATTEMPTS', { retryable: true });
  }

  /** Committed by itself: the refusal that follows must not undo it. */
  private async recordFailure(subject: string): Promise<void> {
    const now = this.db.clock.now();
    const row = await this.db.first<Pick<SignInThrottleRow, 'failures'>>(
      `insert into "signInThrottle" as t (subject, failures, "firstFailureAt") values ($1, 1, $2)
       on conflict (subject) do update set
         failures = case when greatest(t."firstFailureAt", t."blockedUntil") < $3 then 1 else t.failures + 1 end,
         "firstFailureAt" =
           case when greatest(t."firstFailureAt", t."blockedUntil") < $3 then $2 else t."firstFailureAt" end
       returning failures`,
      [subject, now, after(now, -FAILURE_WINDOW_MS)],
    );
    const wait = waitAfter(row?.failures ?? 0);
    if (wait === 0) return;
    await this.db.query(
      `update "signInThrottle" set "blockedUntil" = greatest("blockedUntil", $2) where subject = $1`,
      [subject, after(now, wait)],
    );
  }
}
