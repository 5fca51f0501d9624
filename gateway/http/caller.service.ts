import { createHash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { type JWK, importJWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { type Clock, MINUTE, SECOND } from '#kernel/clock/clock';
import type { Fact } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import { gatewayError } from '../gateway.errors';
import type { KeyCaller, KeyDirectory } from './api-key.port';
import type { Payer } from './limits/token-buckets';

/** Who calls, and until when that is known. */
export interface Caller {
  readonly viewer: Viewer;
  readonly expiresAt?: Date;
  /** Size of its cost budget, when it has one of its own. */
  readonly costBudget?: number;
  /** Whom the cost of its operations is charged to. */
  readonly payer?: Payer;
}

type Claims = Omit<Viewer, 'correlationId'>;
type Known = {
  readonly claims: Claims;
  readonly expiresAt: number;
  readonly costBudget?: number;
};

const KEY = /^tg[sp]_(?:live|test)_[\w-]{20,100}$/;
const KEY_KEPT_MS = 30 * SECOND;
const UNKNOWN_KEPT_MS = 5 * SECOND;
const LONGEST_TOKEN_MS = 61 * MINUTE;
const MAX_KNOWN = 10_000;

export interface CallerOptions {
  /** Public key that account tokens are signed with. */
  readonly accountKey: JWK;
  readonly keys: KeyDirectory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells who calls from an `Authorization` value. The only place that makes a viewer out of something from outside. */
export class CallerService {
  private readonly tokens = new LRUCache<string, Known>({ max: MAX_KNOWN });
  private readonly keys = new LRUCache<string, { caller: KeyCaller | undefined; until: number }>({
    max: MAX_KNOWN,
  });
  /** Tokens of an account that are older than its last change of rights. */
  private readonly permVersions = new LRUCache<string, number>({ max: MAX_KNOWN });

  constructor(private readonly options: CallerOptions) {}

  /** ANONYMOUS without credentials; bad ones are refused with UNAUTHENTICATED, never taken for anonymous. */
  async identify(authorization: string | undefined, correlationId: string): Promise<Caller> {
    if (authorization === undefined || authorization.trim() === '') {
      return { viewer: makeViewer({ kind: 'ANONYMOUS', correlationId }) };
    }
    const [, secret] = /^Bearer +([\w.~+/=-]{10,4096})$/i.exec(authorization.trim()) ?? [];
    if (secret === undefined) throw refused('Send `Authorization: Bearer …`.');
    const { claims, expiresAt, costBudget } = KEY.test(secret)
      ? await this.byKey(secret, correlationId)
      : await this.byToken(secret);
    return {
      viewer: makeViewer({ ...claims, correlationId }),
      ...(expiresAt !== Infinity && { expiresAt: new Date(expiresAt) }),
      ...(costBudget !== undefined && { costBudget }),
    };
  }

  /** Facts that end what was known: a revoked key, an account whose rights changed. */
  heard(fact: Fact): void {
    if (fact.type === 'api_key.revoked' || fact.type === 'api_key.rotated') {
      for (const [hash, { caller }] of this.keys.entries()) {
        if (caller?.keyId === fact.subject) this.keys.delete(hash);
      }
    }
    const { accountId, permVersion } = fact.data;
    if (fact.type !== 'account.access_changed' || typeof accountId !== 'string') return;
    if (typeof permVersion === 'number') this.permVersions.set(accountId, permVersion);
  }

  private async byToken(token: string): Promise<Known> {
    const known = this.tokens.get(token) ?? (await this.verify(token));
    if (known.expiresAt <= this.now()) throw expired();
    const newest = this.permVersions.get(known.claims.accountId ?? '') ?? 0;
    if (known.claims.permVersion < newest) throw refused('Your rights changed: sign in again.');
    return known;
  }

  private async verify(token: string): Promise<Known> {
    const { accountKey, clock } = this.options;
    try {
      const { payload } = await jwtVerify(token, await importJWK(accountKey, 'EdDSA'), {
        issuer: 'marketplace',
        audience: 'tradegraph',
        algorithms: ['EdDSA'],
        requiredClaims: ['sub', 'exp'],
        currentDate: clock.now(),
      });
      const expiresAt = (payload.exp ?? 0) * SECOND;
      if (expiresAt - this.now() > LONGEST_TOKEN_MS) throw refused('The token lives too long.');
      const known: Known = { claims: claimsOf(payload), expiresAt };
      this.tokens.set(token, known);
      return known;
    } catch (error) {
      throw (error as { code?: string }).code === 'ERR_JWT_EXPIRED' ? expired() : refused();
    }
  }

  private async byKey(secret: string, correlationId: string): Promise<Known> {
    const hash = createHash('sha256').update(secret).digest('hex');
    const caller = await this.lookUp(hash, correlationId);
    if (caller === undefined) throw refused();
    const { accountId, tenantIds, scopes, keyId, costBudget } = caller;
    const expiresAt = caller.expiresAt === null ? Infinity : Date.parse(caller.expiresAt);
    if (!(expiresAt > this.now())) throw expired();
    const claims: Claims = {
      kind: 'API_KEY',
      accountId,
      tenantIds,
      scopes,
      keyId,
      roles: [],
      permVersion: 0,
    };
    return { claims, expiresAt, ...(costBudget != null && { costBudget }) };
  }

  private async lookUp(hash: string, correlationId: string): Promise<KeyCaller | undefined> {
    const known = this.keys.get(hash);
    if (known !== undefined && known.until > this.now()) return known.caller;
    let caller: KeyCaller | undefined;
    try {
      caller = await this.options.keys.find(hash, correlationId);
    } catch (error) {
      this.options.log.error({ err: error, correlationId }, 'API keys cannot be looked up');
      throw gatewayError('SUBGRAPH_UNAVAILABLE');
    }
    const kept = caller === undefined ? UNKNOWN_KEPT_MS : KEY_KEPT_MS;
    this.keys.set(hash, { caller, until: this.now() + kept });
    return caller;
  }

  private now(): number {
    return this.options.clock.now().getTime();
  }
}

function claimsOf(payload: Readonly<Record<string, unknown>>): Claims {
  const { sub, roles, scope, permVersion } = payload;
  return {
    kind: 'USER',
    accountId: String(sub),
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
    tenantIds: [],
    permVersion: typeof permVersion === 'number' ? permVersion : 0,
  };
}

const refused = (message = 'The token or key is not valid.'): GraphQLError =>
  gatewayError('UNAUTHENTICATED', { message });

const EXPIRED = 'The token has expired: sign in again.';
const expired = (): GraphQLError => gatewayError('UNAUTHENTICATED', { message: EXPIRED });

/** True for the refusal of a credential that was good once: the client may come back with a fresh one. */
export const isExpiry = (error: unknown): boolean => (error as Error).message === EXPIRED;
