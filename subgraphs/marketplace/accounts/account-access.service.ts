import { fact } from '#contracts/fact';
import { accessTopic } from '#kernel/auth/access-topics';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { CallError, refusals } from '#kernel/errors/refusal';
import type { AccessTokens } from './access-token.service';
import type { AccountRow } from './account.entity';
import { accountErrors } from './account.errors';
import { isPasswordGood } from './account.rules';
import type { SignedIn } from './account.service';
import type { Passwords } from './password.service';
import { SignInThrottle } from './sign-in-throttle.service';

const refuse = refusals(accountErrors);

interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Changes of what an account's tokens may do. Each makes all tokens from before it worthless, everywhere. */
export class AccountAccessService {
  private readonly throttle: SignInThrottle;

  constructor(
    private readonly db: Database,
    private readonly tokens: AccessTokens,
    private readonly passwords: Passwords,
  ) {
    this.throttle = new SignInThrottle(db);
  }

  /** What a token has to say at least; for the gateway, where it cannot be sure to have heard of a change. */
  async permVersion(viewer: Viewer, id: string): Promise<number | undefined> {
    if (viewer.kind !== 'SERVICE') throw new CallError('FORBIDDEN');
    const row = await this.db.first<Pick<AccountRow, 'permVersion'>>(
      'select "permVersion" from account where id = $1',
      [id],
    );
    return row?.permVersion;
  }

  /** Ends every token of an account: one's own, or anybody's for an operator. */
  signOutEverywhere(viewer: Viewer, accountId: string): Promise<AccountRow> {
    const own = requirePerson(viewer);
    return this.db.transaction(viewer, async (tx) => {
      await lockCurrent(tx, viewer);
      const isAllowed = own === accountId || hasRole(viewer, 'OPERATOR');
      const account = isAllowed ? await changed(tx, accountId) : undefined;
      if (account === undefined) throw refuse('ACCOUNT_NOT_FOUND', { field: ['accountId'] });
      return account;
    });
  }

  /** A token that says that the password was entered just now: some acts ask for that. Older tokens go on as they are. */
  async stepUp(viewer: Viewer, password: string): Promise<SignedIn> {
    const account = await this.proven(viewer, password);
    return { account, ...(await this.tokens.issue(account)) };
  }

  /** Takes another password; whoever knew only the old one is signed out. The caller gets a token to go on with. */
  async changePassword(
    viewer: Viewer,
    { currentPassword, newPassword }: PasswordChange,
  ): Promise<SignedIn> {
    requirePerson(viewer);
    if (!isPasswordGood(newPassword)) throw refuse('PASSWORD_WEAK', { field: ['newPassword'] });
    const { id } = await this.proven(viewer, currentPassword);
    const passwordHash = await this.passwords.hash(newPassword);
    const account = await this.db.transaction(viewer, async (tx) => {
      await lockCurrent(tx, viewer);
      await tx.query('update account set "passwordHash" = $2 where id = $1', [id, passwordHash]);
      return changed(tx, id);
    });
    if (account === undefined) throw new Error(`the account ${id} is gone`);
    return { account, ...(await this.tokens.issue(account)) };
  }

  /** The account of a signed-in person who knows its password. Wrong ones count as failed sign-ins do. */
  private async proven(viewer: Viewer, password: string): Promise<AccountRow> {
    const id = requirePerson(viewer);
    const account = await this.db.first<AccountRow>('select * from account where id = $1', [id]);
    if (account === undefined || viewer.permVersion < account.permVersion) {
      throw new CallError('UNAUTHENTICATED');
    }
    return this.throttle.guard(account.email, async () =>
      (await this.passwords.verify(password, account.passwordHash)) ? account : undefined,
    );
  }
}

/** The account of a person who is signed in; no key acts on accounts. */
function requirePerson({ kind, accountId }: Viewer): string {
  if (kind === 'ANONYMOUS') throw new CallError('UNAUTHENTICATED');
  if (kind !== 'USER' || accountId === undefined) throw new CallError('FORBIDDEN');
  return accountId;
}

/** A token that was outdated a moment ago may still have come through: it must not change anything any more. */
async function lockCurrent(tx: Tx, { accountId, permVersion }: Viewer): Promise<void> {
  const row = await tx.first<Pick<AccountRow, 'permVersion'>>(
    'select "permVersion" from account where id = $1 for no key update',
    [accountId],
  );
  if (row === undefined || permVersion < row.permVersion) throw new CallError('UNAUTHENTICATED');
}

async function changed(tx: Tx, id: string): Promise<AccountRow | undefined> {
  const account = await tx.first<AccountRow>(
    'update account set "permVersion" = "permVersion" + 1 where id = $1 returning *',
    [id],
  );
  if (account === undefined) return undefined;
  const { permVersion } = account;
  const about = { subject: id, version: permVersion, topics: [accessTopic(tx.now)] };
  tx.publish(fact('account.access_changed', about, { accountId: account.id, permVersion }));
  return account;
}
