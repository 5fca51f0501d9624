import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { LRUCache } from 'lru-cache';
import { formatTraceparent, parseTraceparent } from './traceparent';
import type { Tracing, Work } from './tracing';

const REMEMBERED = 5_000;
const EXPORT_EVERY_MS = 1_000;

/**
 * Traces to a collector over OTLP/HTTP. Nothing of it is global: the provider and the current span are this object's own,
 * so that several processes' worth of parts can live in one.
 */
export class OtelTracing implements Tracing {
  readonly on = true;
  private readonly provider: NodeTracerProvider;
  private readonly tracer: Tracer;
  private readonly current = new AsyncLocalStorage<Context>();
  private readonly causing = new LRUCache<string, SpanContext>({ max: REMEMBERED });

  constructor(service: string, endpoint: string) {
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.provider = new NodeTracerProvider({
      resource: resourceFromAttributes({ 'service.name': `tradegraph-${service}` }),
      spanProcessors: [new BatchSpanProcessor(exporter, { scheduledDelayMillis: EXPORT_EVERY_MS })],
    });
    this.tracer = this.provider.getTracer('tradegraph');
  }

  async span<T>(name: string, work: Work, run: () => Promise<T>): Promise<T> {
    const parent = this.parentOf(work);
    const span = this.tracer.startSpan(name, this.optionsOf(work), parent);
    try {
      return await this.current.run(trace.setSpan(parent, span), run);
    } catch (error) {
      // The message stays here: it may hold what a client sent.
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
      throw error;
    } finally {
      span.end();
    }
  }

  describe(attributes: Attributes, name?: string): void {
    const span = this.active();
    span?.setAttributes(attributes);
    if (name !== undefined) span?.updateName(name);
  }

  failed(code: string): void {
    this.active()?.setStatus({ code: SpanStatusCode.ERROR, message: code });
  }

  causes(correlationId: string): void {
    const context = this.active()?.spanContext();
    if (context !== undefined) this.causing.set(correlationId, context);
  }

  traceparent(): string | undefined {
    const context = this.active()?.spanContext();
    return context && formatTraceparent(context);
  }

  close(): Promise<void> {
    return this.provider.shutdown();
  }

  private active(): Span | undefined {
    const context = this.current.getStore();
    return context && trace.getSpan(context);
  }

  private parentOf({ traceparent }: Work): Context {
    const remote = parseTraceparent(traceparent);
    if (remote !== undefined) return trace.setSpanContext(ROOT_CONTEXT, remote);
    return this.current.getStore() ?? ROOT_CONTEXT;
  }

  private optionsOf({ kind = 'INTERNAL', attributes = {}, causedBy }: Work): {
    kind: SpanKind;
    attributes: Attributes;
    links: Link[];
  } {
    const cause = causedBy === undefined ? undefined : this.causing.get(causedBy);
    return {
      kind: SpanKind[kind],
      attributes: {
        ...attributes,
        ...(causedBy !== undefined && { 'tradegraph.correlation_id': causedBy }),
      },
      links: cause === undefined ? [] : [{ context: cause }],
    };
  }
}
