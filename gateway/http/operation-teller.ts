import type { ViewerKind } from '#kernel/auth/viewer';
import type { Logger } from '#kernel/server/log';
import { type Tracing, noTracing } from '#kernel/telemetry/tracing';
import type { EndedOperation, RequestMeter } from './request-meter';

/** An operation that has its answer, or its refusal. Nothing of it is a variable, a token or an account. */
export interface EndedRequest extends Pick<EndedOperation, 'kind' | 'transport' | 'ms'> {
  readonly name: string | null | undefined;
  /** SHA-256 of its document, hex. */
  readonly hash: string | undefined;
  /** Undefined when it was refused before that was known. */
  readonly caller: ViewerKind | undefined;
  readonly correlationId: string;
  readonly errors:
    readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] | undefined;
  /** Over plain HTTP. */
  readonly status?: number | undefined;
  /** What it could cost and, once it was run, what it did cost. */
  readonly cost?: { readonly requested: number; readonly actual?: number } | undefined;
}

/** Tells everybody who wants to know of each operation: one line of the log, one count, and its span's name. */
export class OperationTeller {
  readonly tracing: Tracing;

  constructor(
    private readonly log: Logger,
    private readonly meter?: RequestMeter,
    tracing?: Tracing,
  ) {
    this.tracing = tracing ?? noTracing;
  }

  ended(request: EndedRequest): void {
    const { name, kind, transport, caller, errors, status, cost, ms, correlationId } = request;
    const codes = errors?.map(({ extensions }) => extensions?.['code']);
    const hash = request.hash?.slice(0, 12);
    this.meter?.operation({ kind, transport, code: codes?.[0], ms });
    this.log.info(
      {
        operation: name ?? null,
        kind,
        hash,
        transport,
        caller,
        cost,
        status,
        codes,
        ms: Math.round(ms),
        correlationId,
      },
      'operation',
    );
    if (this.tracing.on) this.describe(request, codes);
  }

  private describe(request: EndedRequest, codes: readonly unknown[] | undefined): void {
    const { name, kind, hash, transport, caller, correlationId } = request;
    this.tracing.describe(
      {
        'graphql.operation.type': kind ?? '',
        'graphql.operation.name': name ?? '',
        'graphql.document.hash': hash ?? '',
        'tradegraph.transport': transport,
        'tradegraph.caller': caller ?? '',
        'tradegraph.correlation_id': correlationId,
      },
      kind === undefined ? undefined : `${kind} ${name ?? ''}`.trim(),
    );
    const [code] = codes ?? [];
    if (codes !== undefined) this.tracing.failed(typeof code === 'string' ? code : 'INTERNAL');
  }
}
