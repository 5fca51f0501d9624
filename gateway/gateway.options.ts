import type { JWK } from 'jose';
import type { Clock } from '#kernel/clock/clock';
import type { Doorbell } from '#kernel/events/doorbell';
import type { EventLog } from '#kernel/events/event-log';
import type { Logger } from '#kernel/server/log';
import { type Tracing } from '#kernel/telemetry/tracing';
import { type DoorPlace } from './executor/doors';
import type { FetchLimits } from './executor/sources/subgraph-source';
import type { OpenPlanner } from './executor/planning/planner';
import { type LimitOptions } from './http/limits/limits';
import { type DocumentOptions } from './http/persisted/operation-documents';
import { type ReadyCheck } from './http/health';
import type { DemoAccount } from './playground/playground';
import type { TransportLimits } from './subscriptions/transports/transport-limits';
import type { GatewayMetrics } from './telemetry/gateway.metrics';

export interface GatewayOptions {
  readonly supergraphSdl: string;
  readonly doors: readonly DoorPlace[];
  /** Private Ed25519 key that statements to subgraphs are signed with. */
  readonly signingKey: JWK;
  /** HMAC secret of calls to subgraphs. */
  readonly channelSecret: string;
  /** Public key that marketplace signs account tokens with. */
  readonly accountKey: JWK;
  /** The same for all gateways: cursors of one are good at another. */
  readonly cursorSecret: string;
  /** The outboxes that feed live fields, and what rings when there may be news. */
  readonly logs: readonly EventLog[];
  readonly doorbell: Doorbell;
  /** 0 takes a free one. */
  readonly port: number;
  readonly host?: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where everything is counted; nobody reads it when it is not given. */
  readonly metrics?: GatewayMetrics;
  readonly tracing?: Tracing;
  readonly demoAccounts?: readonly DemoAccount[];
  /** Example operations for the playground; `schema/operations` by default. */
  readonly operationsFolder?: string;
  /** The built playground; `dist/playground` by default. */
  readonly playgroundFolder?: string;
  /** Says "Did you mean …?" no more; for graphs whose schema is not public. */
  readonly hideSchemaDetails?: boolean;
  readonly fetchLimits?: FetchLimits;
  readonly transportLimits?: Partial<TransportLimits>;
  /** Origins of pages that may call; any by default. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** How many proxies in front of this one append to `X-Forwarded-For`; 0 by default. */
  readonly trustedProxies?: number;
  /** What one caller may ask; a public graph's defaults when it is not said. */
  readonly limits?: Partial<LimitOptions>;
  /** Documents that apps have registered, and whether others are run too. */
  readonly persisted?: DocumentOptions;
  /** How operations are planned; in a thread of their own by default. */
  readonly openPlanner?: OpenPlanner;
  /** What else must be done before `/readyz` sends clients here, e.g. the demo data. */
  readonly alsoReady?: readonly ReadyCheck[];
}
