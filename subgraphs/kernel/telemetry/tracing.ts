import type { Attributes } from '@opentelemetry/api';

/** What is known of a piece of work when it begins. Nothing here may hold a variable, a token or an account. */
export interface Work {
  /** Whether somebody asked us (SERVER), we ask somebody (CLIENT), or it stays inside. */
  readonly kind?: 'SERVER' | 'CLIENT' | 'INTERNAL';
  readonly attributes?: Attributes;
  /** W3C `traceparent` of whoever asked; without it the work belongs to what runs now. */
  readonly traceparent?: string | undefined;
  /** Correlation id of the request that caused this work later: the two traces are linked. */
  readonly causedBy?: string | undefined;
}

/** Distributed tracing. It is handed to the parts that are traced, as everything else is. */
export interface Tracing {
  /** False when nothing is recorded: callers then spare themselves the preparation. */
  readonly on: boolean;
  /** Runs a piece of work as a span of its own; what it calls belongs to it. */
  span<T>(name: string, work: Work, run: () => Promise<T>): Promise<T>;
  /** Says more about the work that runs now. */
  describe(attributes: Attributes, name?: string): void;
  /** The work that runs now has failed; `code` is one that a client may see. */
  failed(code: string): void;
  /** What comes of the work that runs now can be linked to it by this correlation id. */
  causes(correlationId: string): void;
  /** W3C `traceparent` of the work that runs now, for a call to another process. */
  traceparent(): string | undefined;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Records nothing and costs a call. */
export const noTracing: Tracing = {
  on: false,
  span: (_name, _work, run) => run(),
  describe: () => undefined,
  failed: () => undefined,
  causes: () => undefined,
  traceparent: () => undefined,
  close: () => Promise.resolve(),
};

export interface TracingOptions {
  /** Name of this process, e.g. `gateway`. */
  readonly service: string;
  /** Base address of an OpenTelemetry collector; without one nothing is traced. */
  readonly endpoint: string | undefined;
}

/** The SDK is loaded only when somebody collects. */
export async function openTracing({ service, endpoint }: TracingOptions): Promise<Tracing> {
  if (endpoint === undefined) return noTracing;
  const { OtelTracing } = await import('#kernel/telemetry/otel-tracing');
  return new OtelTracing(service, endpoint);
}
