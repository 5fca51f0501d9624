import { randomUUID } from 'node:crypto';
import { type JWK, SignJWT, importJWK } from 'jose';
import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { systemViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { migrate } from '#kernel/db/migrate';
import { LocalDoorbell } from '#kernel/events/doorbell';
import { PostgresEventLog } from '#kernel/events/event-log';
import type { HookRequest, HookResponse } from '#kernel/server/subgraph';
import { silentLogger } from '#kernel/server/log';
import { cloneDatabase } from '#kernel/testing/database';
import type { DoorPlace } from '../executor/doors';
import { openInlinePlanner } from '../executor/planning/planner';
import { type RunningGateway, startGateway } from '../gateway.main';
import type { GatewayOptions } from '../gateway.options';
import { type SmallGraph, smallGraph } from './small-graph';

const SCHEMAS = ['small_one', 'small_two'] as const;
const THINGS = `create table thing (
  id text primary key, "ownerId" text not null, state text not null, version integer not null
)`;

/** A database with two outboxes, the small graph on the first, and gateways over it. */
export class SmallWorld {
  readonly accountKey = newSigningKey();
  readonly signingKey = newSigningKey();
  readonly channelSecret = newSecret();
  readonly cursorSecret = newSecret();
  readonly hooks: HookRequest[] = [];
  private readonly gateways: RunningGateway[] = [];

  private constructor(
    readonly db: Database,
    /** Another source of facts on the same topics. */
    readonly second: Database,
    readonly doorbell: LocalDoorbell,
    private readonly drop: () => Promise<void>,
  ) {}

  graph!: SmallGraph;

  static async open(): Promise<SmallWorld> {
    const clone = await cloneDatabase();
    const doorbell = new LocalDoorbell();
    const [one, two] = await Promise.all(
      SCHEMAS.map(async (schema, i) => {
        const role = `tradegraph_${schema}`;
        await migrate(clone.url, {
          schema,
          role,
          steps: i === 0 ? [{ at: 1_800_000_000_000, name: 'Things', sql: THINGS }] : [],
        });
        return Database.open({
          url: clone.url,
          schema,
          role,
          clock: systemClock,
          poolSize: 20,
          onFacts: () => doorbell.ring(schema),
        });
      }),
    );
    if (one === undefined || two === undefined) throw new Error('two schemas give two databases');
    const world = new SmallWorld(one, two, doorbell, () => clone.drop());
    world.graph = await smallGraph(
      one,
      (request) => world.hook(request),
      (accountId) => world.token(accountId),
    );
    return world;
  }

  /** Starts a gateway over doors in this process, unless told otherwise. */
  async gateway(options: Partial<GatewayOptions> = {}): Promise<RunningGateway> {
    const gateway = await startGateway({
      supergraphSdl: this.graph.supergraphSdl,
      doors: this.graph.subgraphs.map((subgraph): DoorPlace => ({ subgraph })),
      signingKey: this.signingKey,
      channelSecret: this.channelSecret,
      accountKey: publicHalf(this.accountKey),
      cursorSecret: this.cursorSecret,
      logs: [
        new PostgresEventLog('small_one', this.db),
        new PostgresEventLog('small_two', this.second),
      ],
      doorbell: this.doorbell,
      port: 0,
      openPlanner: openInlinePlanner,
      clock: systemClock,
      log: silentLogger(),
      // A test is one caller that asks faster than any client; those about limits say their own.
      limits: {
        bucket: { size: 1_000_000, restorePerSecond: 100_000, gateways: 1 },
        planning: { operations: 100_000, withinMs: 1_000 },
      },
      ...options,
    });
    this.gateways.push(gateway);
    return gateway;
  }

  /** A new thing of an account. */
  async thing(ownerId: string, state = 'new'): Promise<string> {
    const id = `thg_${randomUUID()}`;
    await this.db.query(
      'insert into thing (id, "ownerId", state, version) values ($1, $2, $3, 0)',
      [id, ownerId, state],
    );
    return id;
  }

  /** A fact of the second source about a thing. */
  async tellSecond(id: string, type = 'care.given'): Promise<void> {
    await this.second.transaction(systemViewer('tell-second'), (tx) => {
      tx.publish({ type, subject: `${id} ${randomUUID()}`, topics: [`thing:${id}`], data: {} });
      return Promise.resolve();
    });
  }

  /** An account's access token. */
  token(accountId: string, seconds = 600, claims: Record<string, unknown> = {}): Promise<string> {
    return accountToken(this.accountKey, accountId, seconds, claims);
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.close()));
    await Promise.all([this.db.close(), this.second.close()]);
    await this.drop();
  }

  private hook(request: HookRequest): Promise<HookResponse> {
    this.hooks.push(request);
    return Promise.resolve({ status: 202, body: 'taken' });
  }
}

/** An access token as marketplace makes it. */
async function accountToken(
  key: JWK,
  accountId: string,
  seconds: number,
  claims: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles: [], scope: '*', permVersion: 1, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid ?? '' })
    .setIssuer('marketplace')
    .setAudience('tradegraph')
    .setSubject(accountId)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(await importJWK(key, 'EdDSA'));
}
