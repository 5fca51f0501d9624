import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Viewer } from '#kernel/auth/viewer';
import { MINUTE } from '#kernel/clock/clock';
import type { Outlet } from '../../subscriptions/outlet';
import type { Caller } from '../caller.service';
import { clientNetwork } from '../client-network';
import { OperationCosts } from '../cost/operation-costs';
import type { SentDocument, OperationDocuments } from '../persisted/operation-documents';
import type { Bill } from './bill';
import { type IntrospectionPolicy, refuseSchema } from './introspection-policy';
import { type GuardedCaller, type GuardedOperation, guardOperation } from './operation-guard';
import { OVERLOAD, type Overload, type OverloadOptions } from './overload';
import { PlanningQuota, type PlanningRule } from './planning-quota';
import { type NeededScopes, neededScopes } from './root-scopes';
import { type BucketOptions, type Payer, TokenBuckets, UNKNOWN } from './token-buckets';

export interface LimitOptions {
  /** One operation may cost this much. */
  readonly costLimit: number;
  readonly bucket: BucketOptions;
  /** How many new operations are planned for one caller. */
  readonly planning: PlanningRule;
  readonly introspection: IntrospectionPolicy;
  /** When new work is refused because this process is late with what it has. */
  readonly overload: OverloadOptions;
}

export const DEFAULT_LIMITS: LimitOptions = {
  costLimit: 1_000,
  bucket: { size: 2_000, restorePerSecond: 100, gateways: 1 },
  planning: { operations: 60, withinMs: MINUTE },
  introspection: 'public',
  overload: OVERLOAD,
};

/** Of one that was forgotten, each connection goes by what it was told. */
const MAX_KEYS = 10_000;

/** A message of a live field costs this much when it is delivered: its execution is shared by all who follow. */
const DELIVERY = 1;

/** All that one caller may ask of a public graph, the same on every transport. */
export class Limits {
  private readonly costs: OperationCosts;
  private readonly buckets: TokenBuckets;
  private readonly planning: PlanningQuota;
  /** What keys may spend at once, as they were last looked up. */
  private readonly budgets = new LRUCache<string, { readonly budget: number | undefined }>({
    max: MAX_KEYS,
  });
  private readonly scopes = new WeakMap<GraphQLSchema, NeededScopes>();

  constructor(
    readonly options: LimitOptions,
    private readonly parts: {
      readonly documents: OperationDocuments;
      readonly overload: Overload;
      readonly trustedProxies: number;
      readonly sdlOf: (schema: GraphQLSchema) => string;
    },
  ) {
    this.costs = new OperationCosts(parts.sdlOf);
    this.buckets = new TokenBuckets(options.bucket);
    this.planning = new PlanningQuota(options.planning);
  }

  /** Throws UNAUTHENTICATED or FORBIDDEN when the schema is not for this caller. */
  refuseSchema(viewer: Viewer): void {
    refuseSchema(this.options.introspection, viewer);
  }

  /** Reads the costs and scopes of a supergraph before anybody waits for them. */
  prepare(schema: GraphQLSchema): void {
    this.costs.prepare(schema);
    this.scopesOf(schema);
  }

  /** Whom the cost of a request is charged to. */
  payer({ viewer, costBudget: budget }: Caller, request: IncomingMessage): Payer {
    const { keyId, accountId } = viewer;
    if (keyId !== undefined) return this.keyed(`key:${keyId}`, budget);
    if (accountId !== undefined) return { key: `account:${accountId}` };
    return { key: `network:${this.network(request)}` };
  }

  /** From where a request comes. */
  network(request: IncomingMessage): string {
    return clientNetwork(request, this.parts.trustedProxies);
  }

  /** The document of a request that comes in now. Throws OVERLOADED too. */
  document(sent: SentDocument, request: IncomingMessage): string | undefined {
    this.parts.overload.refuseNewWork();
    const app =
      request.headers['apollographql-client-name'] ?? request.headers['graphql-client-name'];
    return this.parts.documents.find(sent, typeof app === 'string' ? app : undefined);
  }

  /** Checks a valid operation; its bill has to be paid before it runs. */
  guard(operation: GuardedOperation, caller: GuardedCaller): Bill | undefined {
    const { costs, buckets } = this;
    const scopes = this.scopesOf(operation.schema);
    return guardOperation(operation, caller, { ...this.options, scopes, costs, buckets });
  }

  /** Counts an operation that has to be planned for a caller. Throws PLANNING_LIMIT. */
  planNew(payer: Payer = UNKNOWN): void {
    this.planning.take(payer);
  }

  /** The same way out, where each message is charged. */
  charged(outlet: Outlet, payer: Payer | undefined): Outlet {
    const { buckets } = this;
    if (payer === undefined) return outlet;
    return {
      next: (message) => {
        outlet.next(message);
        buckets.charge(payer, DELIVERY);
      },
      get buffered() {
        return outlet.buffered;
      },
      whenDrained: (then) => {
        outlet.whenDrained(then);
      },
      end: (error) => {
        outlet.end(error);
      },
    };
  }

  close(): void {
    this.parts.overload.close();
  }

  /** A connection outlives a change of its key's budget, so that is asked when it is needed. */
  private keyed(key: string, budget: number | undefined): Payer {
    const { budgets } = this;
    budgets.set(key, { budget });
    return {
      key,
      get budget() {
        return (budgets.get(key) ?? { budget }).budget;
      },
    };
  }

  private scopesOf(schema: GraphQLSchema): NeededScopes {
    const known = this.scopes.get(schema) ?? neededScopes(this.parts.sdlOf(schema));
    this.scopes.set(schema, known);
    return known;
  }
}
