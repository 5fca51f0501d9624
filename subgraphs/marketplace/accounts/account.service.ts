import { createHash } from 'node:crypto';
import type { Viewer } from '#kernel/auth/viewer';
import { after } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import { refusals } from '#kernel/errors/refusal';
import { accountIds } from '#contracts/ids';
import { cleanLine, lengthOf } from '../catalogue/text.rules';
import type { AccessToken, AccessTokens } from './access-token.service';
import type { AccountRow, SignInThrottleRow } from './account.entity';
import { accountErrors } from './account.errors';
import { FAILURE_WINDOW_MS, foldEmail, isPasswordGood, waitAfter } from './account.rules';
import { Passwords } from './password.service';

const refuse = refusals(accountErrors);

export interface SignUp {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
}

export interface SignedIn extends AccessToken {
  readonly account: AccountRow;
}

export class AccountService {
  private constructor(
    private readonly db: Database,
    private readonly tokens: AccessTokens,
    private readonly passwords: Passwords,
  ) {}

  static async start(db: Database, tokens: AccessTokens): Promise<AccountService> {
    return new AccountService(db, tokens, await Passwords.start());
  }

  /** Makes an account and signs it in. Its e-mail is unique; it gets no role. */
  async signUp(viewer: Viewer, { email, password, displayName }: SignUp): Promise<SignedIn> {
    const folded = foldEmail(email);
    if (folded === undefined) throw refuse('EMAIL_INVALID', { field: ['email'] });
    if (!isPasswordGood(password)) throw refuse('PASSWORD_WEAK', { field: ['password'] });
    const name = cleanLine(displayName);
    if (lengthOf(name) < 1 || lengthOf(name) > 80) {
      throw refuse('ACCOUNT_NAME_INVALID', { field: ['displayName'] });
    }
    const passwordHash = await this.passwords.hash(password);
    const account = await this.db.transaction(viewer, (tx) =>
      tx.first<AccountRow>(
        `insert into account (id, email, "displayName", "passwordHash", "createdAt")
         values ($1, $2, $3, $4, $5) on conflict (email) do nothing returning *`,
        [accountIds.create(), folded, name, passwordHash, tx.now],
      ),
    );
    if (account === undefined) throw refuse('EMAIL_TAKEN', { field: ['email'] });
    return { account, ...(await this.tokens.issue(account)) };
  }

  /**
   * Signs in by e-mail and password. An unknown e-mail costs and answers the same as a wrong password. The throttle is
   * read before and after the slow check: of many guesses at once only the first few count.
   */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const folded = foldEmail(email) ?? '';
    const subject = createHash('sha256').update(folded).digest('base64url');
    await this.requireNotBlocked(subject);
    const account = await this.db.first<AccountRow>('select * from account where email = $1', [
      folded,
    ]);
    const fits = await this.passwords.verify(password, account?.passwordHash);
    if (account === undefined || !fits) {
      await this.recordFailure(subject);
      throw refuse('CREDENTIALS_INVALID');
    }
    await this.requireNotBlocked(subject);
    await this.db.query('delete from "signInThrottle" where subject = $1', [subject]);
    await this.renewHash(account, password);
    return { account, ...(await this.tokens.issue(account)) };
  }

  byId(id: string): Promise<AccountRow | undefined> {
    return this.db.first<AccountRow>('select * from account where id = $1', [id]);
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

  private async renewHash(account: AccountRow, password: string): Promise<void> {
    if (!this.passwords.isOutdated(account.passwordHash)) return;
    await this.db.query(
      'update account set "passwordHash" = $2 where id = $1 and "passwordHash" = $3',
      [account.id, await this.passwords.hash(password), account.passwordHash],
    );
  }
}
