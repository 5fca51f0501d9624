import { createHash, randomBytes } from 'node:crypto';
import { fact } from '#contracts/fact';
import type { MerchantId } from '#contracts/ids';
import { CallError } from '#kernel/errors/refusal';
import { type Viewer, hasRole, requireAccount } from '#kernel/auth/viewer';
import { DAY, HOUR, MINUTE, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { refuse } from '../merchant-services.errors';
import { isMember } from '../onboarding/merchant.service';
import { type ApiKeyId, type ApiKeyRow, apiKeyIds } from './api-key.entity';
import { type ApiKeyEvent, apiKeyMachine } from './api-key.machine';
import { isCostBudget } from './cost-budget.rules';
import { formatSecret, isScope } from './secret.rules';

const OVERLAP_MS = 24 * HOUR;
const MAX_LIFE_MS = 400 * DAY;
const USED_STEP_MS = MINUTE;

/** A key just made and its secret: null when the same request is repeated, because the secret is shown once. */
export interface MadeKey {
  readonly apiKey: ApiKeyRow;
  readonly secret: string | null;
}

export interface NewKey {
  readonly merchantId: MerchantId;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  /** What it may spend at once; null for what every caller may. */
  readonly costBudget: number | null;
}

/** Makes, rotates, revokes and recognises API keys. Only a member who is signed in manages them, never a key. */
export class ApiKeyService {
  /** `standardBudget` is what every caller may spend at once at the gateway. */
  constructor(
    private readonly db: Database,
    private readonly standardBudget: number,
  ) {}

  async list(
    viewer: Viewer,
    merchantId: string,
    limit: number,
    from?: string,
  ): Promise<ApiKeyRow[]> {
    if (!(await isMember(this.db, viewer, merchantId))) return [];
    return this.db.query<ApiKeyRow>(
      `select * from "apiKey" where "merchantId" = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
      [merchantId, from ?? null, limit],
    );
  }

  create(viewer: Viewer, idempotencyKey: string, input: NewKey): Promise<MadeKey> {
    const accountId = requireAccount(viewer);
    return this.db.transaction(viewer, async (tx) => {
      if (!(await isMember(tx, viewer, input.merchantId))) throw refuse('MERCHANT_NOT_FOUND');
      check(input, tx.now);
      this.checkBudget(viewer, input.costBudget);
      let secret: string | null = null;
      const intent = { scope: `${accountId}:apiKeyCreate`, key: idempotencyKey, input };
      const { id } = await once(tx, intent, async () => {
        secret = formatSecret(randomBytes(32));
        return { id: await insert(tx, { ...input, secret, createdBy: accountId }) };
      });
      return { apiKey: await mustFind(tx, id), secret };
    });
  }

  /** Makes a successor with the same rights; the old key goes on for 24 hours. */
  rotate(viewer: Viewer, idempotencyKey: string, keyId: string): Promise<MadeKey> {
    const accountId = requireAccount(viewer);
    return this.db.transaction(viewer, async (tx) => {
      let secret: string | null = null;
      const old = await this.lockOwned(tx, viewer, keyId);
      const intent = { scope: `${accountId}:apiKeyRotate`, key: idempotencyKey, input: { keyId } };
      const { id } = await once(tx, intent, async () => {
        secret = formatSecret(randomBytes(32));
        await this.step(tx, old, 'rotate');
        const { id: subject, version } = old;
        await setTimer(tx, { subject, kind: 'keyOverlapEnd', version }, after(tx.now, OVERLAP_MS));
        return { id: await insert(tx, { ...old, secret, createdBy: accountId }) };
      });
      return { apiKey: await mustFind(tx, id), secret };
    });
  }

  /** Ends a key at once, everywhere within seconds. Revoking a revoked key changes nothing. */
  revoke(viewer: Viewer, keyId: string): Promise<ApiKeyRow> {
    requireAccount(viewer);
    return this.db.transaction(viewer, async (tx) => {
      const key = await this.lockOwned(tx, viewer, keyId);
      if (key.state === 'REVOKED') return key;
      await this.step(tx, key, 'revoke');
      await clearTimers(tx, key.id);
      return key;
    });
  }

  /** Sets what a key may spend at once. Gateways hear it when they look the key up again, within 30 seconds. */
  setCostBudget(viewer: Viewer, keyId: string, costBudget: number | null): Promise<ApiKeyRow> {
    requireAccount(viewer);
    return this.db.transaction(viewer, async (tx) => {
      const key = isOperator(viewer)
        ? await lock(tx, keyId)
        : await this.lockOwned(tx, viewer, keyId);
      if (key === undefined) throw refuse('API_KEY_NOT_FOUND');
      this.checkBudget(viewer, costBudget);
      await tx.query('update "apiKey" set "costBudget" = $2 where id = $1', [key.id, costBudget]);
      return { ...key, costBudget };
    });
  }

  /** The overlap after a rotation is over. */
  async endOverlapIn(tx: Tx, keyId: string): Promise<void> {
    const key = await lock(tx, keyId);
    if (key?.state === 'ROTATING') await this.step(tx, key, 'end');
  }

  /** Whom a key stands for, by the hash of its secret. For the gateway only. */
  async caller(viewer: Viewer, hash: string) {
    if (viewer.kind !== 'SERVICE') throw new CallError('FORBIDDEN');
    const now = this.db.clock.now();
    const key = await this.db.first<ApiKeyRow & { sellerId: string }>(
      `select k.*, m."sellerId" from "apiKey" k join merchant m on m.id = k."merchantId"
       where k.hash = $1 and k.state in ('ACTIVE', 'ROTATING') and (k."expiresAt" is null or k."expiresAt" > $2)`,
      [hash, now],
    );
    if (key === undefined) return null;
    if (key.lastUsedAt === null || now.getTime() - key.lastUsedAt.getTime() > USED_STEP_MS) {
      await this.db.query('update "apiKey" set "lastUsedAt" = $2 where id = $1', [key.id, now]);
    }
    const { id: keyId, createdBy: accountId, scopes, expiresAt, costBudget } = key;
    return { keyId, accountId, tenantIds: [key.sellerId], scopes, expiresAt, costBudget };
  }

  private checkBudget(viewer: Viewer, costBudget: number | null): void {
    const by = { standard: this.standardBudget, isOperator: isOperator(viewer) };
    if (costBudget !== null && !isCostBudget(costBudget, by))
      throw refuse('COST_BUDGET_INVALID', { field: ['costBudget'] });
  }

  private async lockOwned(tx: Tx, viewer: Viewer, keyId: string): Promise<ApiKeyRow> {
    const key = await lock(tx, keyId);
    if (key === undefined || !(await isMember(tx, viewer, key.merchantId))) {
      throw refuse('API_KEY_NOT_FOUND');
    }
    return key;
  }

  private async step(tx: Tx, key: ApiKeyRow, event: ApiKeyEvent): Promise<void> {
    const next = apiKeyMachine.next(key.state, event);
    if (next === undefined) {
      throw refuse('TRANSITION_NOT_ALLOWED', {
        message: `cannot ${event} a key that is ${key.state}`,
      });
    }
    key.state = next;
    key.version += 1;
    await tx.query('update "apiKey" set state = $2, version = $3 where id = $1', [
      key.id,
      next,
      key.version,
    ]);
    const about = { subject: key.id, version: key.version, topics: [`merchant:${key.merchantId}`] };
    const type = next === 'ROTATING' ? 'api_key.rotated' : 'api_key.revoked';
    tx.publish(fact(type, about, { keyId: key.id, merchantId: key.merchantId }));
  }
}

const isOperator = (viewer: Viewer): boolean =>
  viewer.kind === 'USER' && hasRole(viewer, 'OPERATOR');

/** What a secret is stored and looked up as. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function check({ name, scopes, expiresAt }: NewKey, now: Date): void {
  if (name.length < 1 || name.length > 80)
    throw refuse('API_KEY_NAME_INVALID', { field: ['name'] });
  const unknown = scopes.findIndex((scope) => !isScope(scope));
  if (unknown >= 0) throw refuse('SCOPE_UNKNOWN', { field: ['scopes', String(unknown)] });
  const life = expiresAt === null ? 1 : expiresAt.getTime() - now.getTime();
  if (life <= 0 || life > MAX_LIFE_MS) throw refuse('EXPIRY_INVALID', { field: ['expiresAt'] });
}

async function insert(
  tx: Tx,
  key: NewKey & { readonly secret: string; readonly createdBy: string },
): Promise<ApiKeyId> {
  const id = apiKeyIds.create();
  const { merchantId, name, secret, scopes, createdBy, expiresAt, costBudget } = key;
  await tx.query(
    `insert into "apiKey" (
       id, "merchantId", name, hash, last4, scopes, state, "createdBy", "createdAt", "expiresAt", "costBudget"
     ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      merchantId,
      name,
      hashOf(secret),
      secret.slice(-4),
      scopes,
      apiKeyMachine.initial,
      createdBy,
      tx.now,
      expiresAt,
      costBudget,
    ],
  );
  const about = { subject: id, version: 1, topics: [`merchant:${merchantId}`] };
  tx.publish(fact('api_key.created', about, { keyId: id, merchantId, scopes: [...scopes] }));
  return id;
}

const lock = (tx: Tx, id: string): Promise<ApiKeyRow | undefined> =>
  tx.first<ApiKeyRow>('select * from "apiKey" where id = $1 for no key update', [id]);

async function mustFind(tx: Tx, id: string): Promise<ApiKeyRow> {
  const key = await tx.first<ApiKeyRow>('select * from "apiKey" where id = $1', [id]);
  if (key === undefined) throw new Error(`the API key ${id} is gone`);
  return key;
}
