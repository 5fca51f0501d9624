import { createHash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { type JWK, importJWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { type Clock, MINUTE, SECOND } from '#kernel/clock/clock';
import type { Fact } from '#kernel/events/fact';
import type { Logger } from '#kernel/server/log';
import { within } from '../executor/sources/patience';
import { gatewayError } from '../gateway.errors';
import { AccessChanges } from './access-changes';
import type { AccountDirectory } from './account.port';
import type { KeyCaller, KeyDirectory } from './api-key.port';
import { KnownKeys } from './known-keys';
import type { Payer } from './limits/token-buckets';

/** Who calls, and until when that is known. */
export interface Caller {
  readonly viewer: Viewer;
  readonly expiresAt?: Date;
  /** Size of its cost budget, when it has one of its own. */
  readonly costBudget?: number;
  /** Whom the cost of its operations is charged to. */
  readonly payer?: Payer;
  /**
   * Looks at its credential again; throws UNAUTHENTICATED once that is worth nothing. `surely`: not without its owner's
   * word when its end may not have been heard of.
   */
  readonly recheck?: (how?: { readonly surely: boolean }) => Promise<void>;
}

/** Where it is heard that credentials end. */
export interface AccessFeed {
  /** Settled once it is known what was told before and still matters. */
  readonly following: Promise<unknown>;
  /** True while something may have been told without being heard. */
  readonly isSilent: boolean;
}

type Claims = Omit<Viewer, 'correlationId'>;
type Known = {
  readonly claims: Claims;
  readonly expiresAt: number;
  readonly costBudget?: number;
};

const KEY = /^tg[sp]_(?:live|test)_[\w-]{20,100}$/;
const LONGEST_TOKEN_MS = 61 * MINUTE;
const MAX_KNOWN = 10_000;
/** How long a call waits for what a gateway that starts has to know; an account whose owner is away is not asked for meanwhile. */
const START_MS = 3 * SECOND;
const OWNER_AWAY_MS = SECOND;

export interface CallerOptions {
  /** Public key that account tokens are signed with. */
  readonly accountKey: JWK;
  readonly keys: KeyDirectory;
  readonly accounts: AccountDirectory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells who calls from an `Authorization` value. The only place that makes a viewer out of something from outside. */
export class CallerService {
  private readonly tokens = new LRUCache<string, Known>({ max: MAX_KNOWN });
  private readonly keys: KnownKeys;
  private readonly changes = new AccessChanges(LONGEST_TOKEN_MS, () => this.now());
  private feed: AccessFeed | undefined;
  private isReady = true;
  private ownerAwayUntil = -Infinity;

  constructor(private readonly options: CallerOptions) {
    this.keys = new KnownKeys(options.keys, () => this.now());
  }

  /** From now on what is remembered is believed as far as this feed is heard. */
  follow(feed: AccessFeed): void {
    this.feed = feed;
    this.isReady = false;
    void feed.following.then(() => (this.isReady = true));
  }

  /** ANONYMOUS without credentials; bad ones are refused with UNAUTHENTICATED, never taken for anonymous. */
  async identify(
    authorization: string | undefined,
    correlationId: string,
    network?: string,
  ): Promise<Caller> {
    if (authorization === undefined || authorization.trim() === '') {
      return { viewer: makeViewer({ kind: 'ANONYMOUS', correlationId }) };
    }
    const [, secret] = /^Bearer +([\w.~+/=-]{10,4096})$/i.exec(authorization.trim()) ?? [];
    if (secret === undefined) throw refused('Send `Authorization: Bearer …`.');
    const ask = KEY.test(secret)
      ? this.keyQuestion(secret, correlationId)
      : this.tokenQuestion(secret, correlationId);
    const { claims, expiresAt, costBudget } = await ask(false);
    return {
      viewer: makeViewer({
        ...claims,
        ...(network !== undefined && claims.kind === 'USER' && { network }),
        correlationId,
      }),
      recheck: async ({ surely } = { surely: false }) => {
        await ask(surely);
      },
      ...(expiresAt !== Infinity && { expiresAt: new Date(expiresAt) }),
      ...(costBudget !== undefined && { costBudget }),
    };
  }

  /** Facts that end what was known: a revoked key, an account whose rights changed. */
  heard(fact: Fact): void {
    if (fact.type === 'api_key.revoked' || fact.type === 'api_key.rotated') {
      this.keys.forget(fact.subject);
    }
    this.changes.heard(fact);
  }

  private tokenQuestion(token: string, correlationId: string) {
    return async (surely: boolean): Promise<Known> => {
      if (!this.isReady) await this.start();
      const known = this.tokens.get(token) ?? (await this.verify(token));
      if (known.expiresAt <= this.now()) throw expired();
      const { accountId = '', permVersion } = known.claims;
      if (permVersion < (await this.leastVersion(accountId, correlationId, surely))) {
        throw refused('Your rights changed: sign in again.');
      }
      return known;
    };
  }

  private keyQuestion(secret: string, correlationId: string) {
    const hash = createHash('sha256').update(secret).digest('hex');
    return (): Promise<Known> => this.byKey(hash, correlationId);
  }

  /** A gateway that starts does not know yet whose tokens are worth nothing. */
  private async start(): Promise<void> {
    const { following } = this.feed ?? {};
    try {
      await within(START_MS, async () => following);
    } catch {
      throw gatewayError('SUBGRAPH_UNAVAILABLE');
    }
  }

  /** While changes may go unheard the account's owner is asked. If that is away too, a signature is all there is. */
  private async leastVersion(
    accountId: string,
    correlationId: string,
    surely: boolean,
  ): Promise<number> {
    const heard = this.changes.leastVersion(accountId);
    if (this.feed?.isSilent !== true) return heard;
    if (!surely && this.ownerAwayUntil > this.now()) return heard;
    try {
      const told = await this.options.accounts.permVersion(accountId, correlationId);
      return Math.max(heard, told ?? Infinity);
    } catch (error) {
      this.ownerAwayUntil = this.now() + OWNER_AWAY_MS;
      this.options.log.warn({ err: error, correlationId }, 'accounts cannot be looked up');
      if (surely) throw gatewayError('SUBGRAPH_UNAVAILABLE');
      return heard;
    }
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

  private async byKey(hash: string, correlationId: string): Promise<Known> {
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

  /** What is remembered of a key is worth nothing while its end may go unheard. */
  private async lookUp(hash: string, correlationId: string): Promise<KeyCaller | undefined> {
    try {
      return await this.keys.find(hash, correlationId, this.feed?.isSilent === true);
    } catch (error) {
      this.options.log.error({ err: error, correlationId }, 'API keys cannot be looked up');
      throw gatewayError('SUBGRAPH_UNAVAILABLE');
    }
  }

  private now(): number {
    return this.options.clock.now().getTime();
  }
}

function claimsOf(payload: Readonly<Record<string, unknown>>): Claims {
  const { sub, roles, scope, permVersion, auth_time: authenticatedAt } = payload;
  return {
    kind: 'USER',
    accountId: String(sub),
    roles: Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [],
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
    tenantIds: [],
    permVersion: typeof permVersion === 'number' ? permVersion : 0,
    ...(typeof authenticatedAt === 'number' && { authenticatedAt }),
  };
}

const refused = (message = 'The token or key is not valid.'): GraphQLError =>
  gatewayError('UNAUTHENTICATED', { message });

const EXPIRED = 'The token has expired: sign in again.';
const expired = (): GraphQLError => gatewayError('UNAUTHENTICATED', { message: EXPIRED });

/** True for the refusal of a credential that was good once: the client may come back with a fresh one. */
export const isExpiry = (error: unknown): boolean => (error as Error).message === EXPIRED;
