import { type FormattedExecutionResult, GraphQLError, buildSchema } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { LocalDoorbell } from '#kernel/events/doorbell';
import type { Fact } from '#kernel/events/fact';
import { silentLogger } from '#kernel/server/log';
import { until } from '#kernel/testing/until';
import type { Caller } from '../http/caller.service';
import { liveFields } from '../subscriptions/live-field';
import { LiveHub, type LiveHubOptions } from '../subscriptions/live-hub';
import { type LivePlan, planLive } from '../subscriptions/live-plan';
import type { LiveSchema } from '../subscriptions/live-schema';
import type { LiveMessage, Outlet } from '../subscriptions/outlet';
import { MemoryLog } from './memory-log';

const CLIENT_SDL = `
  scalar Cursor
  type Query { thing(id: ID!): Thing }
  type Thing { id: ID! state: String! own: String! }
  type ThingUpdate { kind: String! cursor: Cursor! eventType: String occurredAt: String! thing: Thing }
  type Subscription {
    shared(id: ID!, after: Cursor): ThingUpdate
    latest(id: ID!, after: Cursor): ThingUpdate
    own(id: ID!, after: Cursor): ThingUpdate
    public(id: ID!, after: Cursor): ThingUpdate
  }
`;
const live = (name: string, delivery: string, share: string): string =>
  `${name}(id: ID!): String
    @live(topics: ["thing:{id}"], query: "thing", delivery: "${delivery}", share: "${share}")`;
const FIELDS = liveFields(`type Subscription {
  ${live('shared', 'LOSSLESS', 'PARTY')}
  ${live('latest', 'LATEST', 'PARTY')}
  ${live('own', 'LOSSLESS', 'USER')}
  ${live('public', 'LOSSLESS', 'PUBLIC')}
}`);

export type LiveFieldName = 'shared' | 'latest' | 'own' | 'public';

/** A schema of clients with one live field for each way to share and deliver. */
export const liveSchema = (generation = 'one', sdl = CLIENT_SDL): LiveSchema => ({
  schema: buildSchema(sdl),
  fields: FIELDS,
  maxTokens: 2_000,
  generation,
  perUser: new Set(['Thing.own']),
});
export const clientSdl = CLIENT_SDL;

/** A reader that keeps what it is handed, and takes as much as the test says. */
export class TestOutlet implements Outlet {
  readonly messages: LiveMessage[] = [];
  ended: { readonly error: GraphQLError | undefined } | undefined;
  buffered = 0;
  /** Bytes that count as open for each message from now on. */
  weight = 0;
  private waiting: (() => void)[] = [];

  next(message: LiveMessage): void {
    if (this.ended !== undefined) throw new Error('a message behind the end');
    this.messages.push(message);
    this.buffered += this.weight;
  }

  whenDrained(then: () => void): void {
    this.waiting.push(then);
  }

  end(error?: GraphQLError): void {
    this.ended = { error };
  }

  /** The reader has taken everything. */
  drain(): void {
    this.buffered = 0;
    for (const then of this.waiting.splice(0)) then();
  }

  get code(): unknown {
    return this.ended?.error?.extensions['code'];
  }

  /** Event types, `SNAPSHOT` for the first message. */
  get events(): string[] {
    return this.messages.map(({ json }) => {
      const { data } = JSON.parse(json) as { data: Record<string, { eventType: string | null }> };
      return Object.values(data)[0]?.eventType ?? 'SNAPSHOT';
    });
  }

  received(count: number): Promise<unknown> {
    return until(() => this.messages.length >= count, `${count.toString()} messages`);
  }

  stopped(): Promise<unknown> {
    return until(() => this.ended, 'the end');
  }
}

/** What each account is to the things; absent: a stranger. */
export type Roles = Map<string, string>;

/** A hub over two logs in memory, with a graph whose answers the test decides. */
export class LiveWorld {
  readonly logs = [new MemoryLog('one'), new MemoryLog('two')] as const;
  readonly roles: Roles = new Map();
  readonly ran: { readonly as: string; readonly query: string; readonly causedBy: string }[] = [];
  readonly doorbell = new LocalDoorbell();
  readonly hub: LiveHub;
  /** Owners who cannot be reached. */
  isDown = false;
  grantMs = 60_000;
  /** Runs while a query is being answered. */
  during: ((viewer: Viewer) => Promise<void> | void) | undefined;
  schema = liveSchema();

  constructor(options: Partial<LiveHubOptions> = {}) {
    this.hub = new LiveHub({
      logs: this.logs,
      doorbell: this.doorbell,
      cursorSecret: 'secret',
      clock: systemClock,
      log: silentLogger(),
      heard: () => undefined,
      reloadWithinMs: 0,
      run: ({ query }, viewer, grants) => this.run(query, viewer, grants),
      ...options,
    });
    this.hub.start();
  }

  close(): Promise<void> {
    return this.hub.stop();
  }

  plan(field: LiveFieldName, id = 'a', after?: string, select = 'thing { id state }'): LivePlan {
    const query = `subscription ($id: ID!, $after: Cursor) {
      ${field}(id: $id, after: $after) { kind cursor eventType occurredAt ${select} }
    }`;
    return planLive({ query, variables: { id, after } }, this.schema);
  }

  follow(
    account: string,
    field: LiveFieldName = 'shared',
    { id = 'a', after, select, caller = {} }: FollowOptions = {},
  ): Followed {
    const outlet = new TestOutlet();
    const kind = account === 'nobody' ? 'ANONYMOUS' : 'USER';
    const viewer = makeViewer({
      kind,
      correlationId: 'subscribing',
      ...(kind === 'USER' && { accountId: account, permVersion: 1 }),
      ...caller.viewer,
    });
    const plan = this.plan(field, id, after, select);
    const subscription = this.hub.subscribe(plan, { ...caller, viewer }, outlet);
    return { outlet, close: () => subscription.close() };
  }

  /** Commits a fact. */
  tell(type: string, id = 'a', source: 0 | 1 = 0, more: Partial<Fact> = {}): Fact {
    const fact = this.logs[source].append(type, [`thing:${id}`], more);
    this.doorbell.ring(this.logs[source].source);
    return fact;
  }

  /** How often something ran for an event. */
  get executions(): number {
    return this.ran.filter(({ causedBy }) => causedBy.startsWith('cause')).length;
  }

  private async run(
    query: string,
    viewer: Viewer,
    grants: Grant[],
  ): Promise<FormattedExecutionResult> {
    const as = viewer.accountId ?? 'nobody';
    this.ran.push({ as, query, causedBy: viewer.correlationId });
    const role = this.roles.get(as);
    await new Promise((resolve) => setImmediate(resolve));
    await this.during?.(viewer);
    const key = query.includes('liveAccess') ? 'liveAccess' : 'thing';
    if (this.isDown) {
      const error = new GraphQLError('down', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
      return { data: { [key]: null }, errors: [error.toJSON()] };
    }
    if (role === undefined) return { data: { [key]: null } };
    const scope = `a:${role}`;
    grants.push({ scope, subject: 'a', permVersion: 1, until: Date.now() + this.grantMs });
    return { data: { [key]: { id: 'a', state: role, own: as, __typename: 'Thing' } } };
  }
}

export interface Followed {
  readonly outlet: TestOutlet;
  close(): void;
}

export interface FollowOptions {
  readonly id?: string;
  readonly after?: string | undefined;
  readonly select?: string;
  readonly caller?: Omit<Partial<Caller>, 'viewer'> & { readonly viewer?: Partial<Viewer> };
}
