import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { refusals } from '#kernel/errors/refusal';
import { accountIds } from '#contracts/ids';
import { cleanLine, lengthOf } from '../catalogue/text.rules';
import type { AccessToken, AccessTokens } from './access-token.service';
import type { AccountRow } from './account.entity';
import { accountErrors } from './account.errors';
import { foldEmail, isPasswordGood } from './account.rules';
import type { Passwords } from './password.service';
import { SignInThrottle } from './sign-in-throttle.service';

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
  private readonly throttle: SignInThrottle;

  constructor(
    private readonly db: Database,
    private readonly tokens: AccessTokens,
    private readonly passwords: Passwords,
  ) {
    this.throttle = new SignInThrottle(db);
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

  /** Signs in by e-mail and password. An unknown e-mail costs and answers the same as a wrong password. */
  async signIn(email: string, password: string): Promise<SignedIn> {
    const folded = foldEmail(email) ?? '';
    const account = await this.throttle.guard(folded, async () => {
      const known = await this.db.first<AccountRow>('select * from account where email = $1', [
        folded,
      ]);
      return (await this.passwords.verify(password, known?.passwordHash)) ? known : undefined;
    });
    await this.renewHash(account, password);
    return { account, ...(await this.tokens.issue(account)) };
  }

  byId(id: string): Promise<AccountRow | undefined> {
    return this.db.first<AccountRow>('select * from account where id = $1', [id]);
  }

  private async renewHash(account: AccountRow, password: string): Promise<void> {
    if (!this.passwords.isOutdated(account.passwordHash)) return;
    await this.db.query(
      'update account set "passwordHash" = $2 where id = $1 and "passwordHash" = $3',
      [account.id, await this.passwords.hash(password), account.passwordHash],
    );
  }
}
