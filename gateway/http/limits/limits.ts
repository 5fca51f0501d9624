import type { IncomingMessage } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import type { Viewer } from '#kernel/auth/viewer';
import type { Outlet } from '../../subscriptions/outlet';
import type { Caller } from '../caller.service';
import { clientNetwork } from '../client-network';
import { OperationCosts } from '../cost/operation-costs';
import type { SentDocument, OperationDocuments } from '../persisted/operation-documents';
import type { Bill } from './bill';
import { type IntrospectionPolicy, refuseSchema } from './introspection-policy';
import { type GuardedCaller, type GuardedOperation, guardOperation } from './operation-guard';
import type { Overload } from './overload';
import { type BucketOptions, type Payer, TokenBuckets } from './token-buckets';

export interface LimitOptions {
  /** One operation may cost this much. */
  readonly costLimit: number;
  readonly bucket: BucketOptions;
  readonly introspection: IntrospectionPolicy;
}

export const DEFAULT_LIMITS: LimitOptions = {
  costLimit: 1_000,
  bucket: { size: 2_000, restorePerSecond: 100, gateways: 1 },
  introspection: 'public',
};

/** A message of a live field costs this much when it is delivered: its execution is shared by all who follow. */
const DELIVERY = 1;

/** All that one caller may ask of a public graph, the same on every transport. */
export class Limits {
  private readonly costs: OperationCosts;
  private readonly buckets: TokenBuckets;

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
  }

  /** Throws UNAUTHENTICATED or FORBIDDEN when the schema is not for this caller. */
  refuseSchema(viewer: Viewer): void {
    refuseSchema(this.options.introspection, viewer);
  }

  /** Reads the costs of a supergraph before anybody waits for them. */
  prepare(schema: GraphQLSchema): void {
    this.costs.prepare(schema);
  }

  /** Whom the cost of a request is charged to. */
  payer({ viewer, costBudget: budget }: Caller, request: IncomingMessage): Payer {
    const { keyId, accountId } = viewer;
    if (keyId !== undefined) return { key: `key:${keyId}`, budget };
    if (accountId !== undefined) return { key: `account:${accountId}` };
    return { key: `network:${clientNetwork(request, this.parts.trustedProxies)}` };
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
    return guardOperation(operation, caller, { ...this.options, costs, buckets });
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
}
