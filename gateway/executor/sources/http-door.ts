import { Readable } from 'node:stream';
import { Pool } from 'undici';
import {
  CORRELATION_HEADER,
  SIGNATURE_HEADER,
  STATEMENT_HEADER,
  type StatementSigner,
  TIMEOUT_HEADER,
  TIME_HEADER,
  signCall,
} from '#kernel/auth/statement';
import { marked } from '#kernel/auth/marked-stream';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import type { DoorRequest, DoorResponse, SubgraphDoor } from '#kernel/graphql/door';
import {
  type FileRequest,
  type FileResponse,
  type HookRequest,
  type HookResponse,
  MAX_FILE_BYTES,
} from '#kernel/server/subgraph';
import type { Tracing } from '#kernel/telemetry/tracing';
import { type HttpAnswer, exchange, exchangeFile } from './exchange';
import type { Patience } from './patience';
import { SubgraphFailure } from './subgraph-failure';

const CONNECTIONS = 64;
const FILE_CONNECTIONS = 8;
const KEEP_ALIVE_MS = 60_000; // shorter than the subgraphs' 65 s, so that it never meets a closing socket
const MAX_ANSWER = 16 * 1024 * 1024;
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** What a call without its own limit may take: a check of health, a hook. */
const LONGEST_MS = 10_000;

export interface HttpDoorOptions {
  readonly name: string;
  /** Where the subgraph's internal server listens, e.g. `http://payments:4002`. */
  readonly url: string;
  readonly signer: StatementSigner;
  /** Shared by gateway and subgraphs. */
  readonly channelSecret: string;
  readonly clock: Clock;
  readonly tracing?: Tracing | undefined;
}

/** A subgraph in another process, over kept-alive connections. Every call says who acts and is signed. */
export class HttpDoor implements SubgraphDoor {
  readonly name: string;
  private readonly pool: Pool;
  /** Files are large and rare: they never hold up the calls of the graph. */
  private readonly filePool: Pool;
  private readonly base: string;

  constructor(private readonly options: HttpDoorOptions) {
    const { origin, pathname } = new URL(options.url);
    this.name = options.name;
    this.base = pathname.replace(/\/$/, '');
    const common = {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0, // the caller's patience ends a call
      bodyTimeout: 0,
      connect: { timeout: 2_000 },
    };
    this.pool = new Pool(origin, {
      ...common,
      connections: CONNECTIONS,
      maxResponseSize: MAX_ANSWER,
    });
    this.filePool = new Pool(origin, {
      ...common,
      connections: FILE_CONNECTIONS,
      maxResponseSize: MAX_FILE_BYTES,
    });
  }

  async execute(request: DoorRequest, viewer: Viewer, patience?: Patience): Promise<DoorResponse> {
    const body = JSON.stringify(request);
    const call = () => this.post('/graphql', viewer, body, {}, patience);
    const answer = await (isMutation(request) ? call() : onceMoreWhenReset(call, patience));
    if (answer.status === 200) return this.parse(answer.body);
    if (answer.status === 504) throw new SubgraphFailure('SUBGRAPH_TIMEOUT');
    throw this.unavailable(`status ${answer.status.toString()}`);
  }

  /** Hands an outside party's call on, bytes and headers untouched. */
  async hook(
    kind: string,
    { connection, headers, body }: HookRequest,
    viewer: Viewer,
    patience?: Patience,
  ): Promise<HookResponse> {
    return this.post(`/hooks/${kind}/${connection}`, viewer, body, headers, patience);
  }

  /** Hands a call about a file on. What is put is sent as it comes, with its mark behind it. */
  async file(
    kind: string,
    { method, token, body }: FileRequest,
    viewer: Viewer,
    patience?: Patience,
  ): Promise<FileResponse> {
    const path = `/${method === 'PUT' ? 'streams' : 'files'}/${kind}/${method}/${token}`;
    const request = await this.signed(path, viewer, '', {}, patience);
    const mine =
      method === 'PUT' ? { ...request, body: this.streamOf(request.headers, body) } : request;
    const answer = await this.sent(() => exchangeFile(this.filePool, mine, patience));
    // 401 is about the call, never about the file: a version before knows no streams
    if (answer.status >= 500 || answer.status === 401)
      throw this.unavailable(`status ${answer.status.toString()}`);
    return answer;
  }

  /** True when the subgraph says that it can serve. */
  async ready(): Promise<boolean> {
    try {
      const { statusCode, body } = await this.pool.request({
        method: 'GET',
        path: `${this.base}/readyz`,
        signal: AbortSignal.timeout(1_000),
      });
      await body.dump();
      return statusCode === 200;
    } catch {
      return false;
    }
  }

  close(): Promise<void> {
    return Promise.all([this.pool.destroy(), this.filePool.destroy()]).then(() => undefined);
  }

  private streamOf(headers: Readonly<Record<string, string>>, body: AsyncIterable<Buffer>) {
    const signature = headers[SIGNATURE_HEADER] ?? '';
    return Readable.from(marked(this.options.channelSecret, signature, body), {
      objectMode: false,
    });
  }

  private async post(
    path: string,
    viewer: Viewer,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    patience: Patience | undefined,
  ): Promise<HttpAnswer> {
    const request = await this.signed(path, viewer, body, headers, patience);
    return this.sent(() => exchange(this.pool, request, patience));
  }

  private async signed(
    path: string,
    viewer: Viewer,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    patience: Patience | undefined,
  ) {
    const { signer, channelSecret, clock } = this.options;
    const known = signer.sign(viewer, this.name);
    const call = {
      statement: typeof known === 'string' ? known : await known,
      time: clock.now().getTime().toString(),
      timeout: (patience?.leftMs ?? LONGEST_MS).toString(),
      correlationId: viewer.correlationId,
      path: this.base + path,
      body,
    };
    const traceparent = this.options.tracing?.traceparent();
    return {
      method: 'POST' as const,
      path: call.path,
      body,
      headers: {
        'content-type': 'application/json',
        ...headers,
        [STATEMENT_HEADER]: call.statement,
        [TIME_HEADER]: call.time,
        [TIMEOUT_HEADER]: call.timeout,
        [CORRELATION_HEADER]: call.correlationId,
        [SIGNATURE_HEADER]: signCall(channelSecret, call),
        ...(traceparent !== undefined && { traceparent }),
      },
    };
  }

  private async sent<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', error);
    }
  }

  private parse(text: string): DoorResponse {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      throw this.unavailable('not JSON');
    }
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw this.unavailable('not a GraphQL response');
    }
    return parsed;
  }

  private unavailable(what: string): SubgraphFailure {
    return new SubgraphFailure('SUBGRAPH_UNAVAILABLE', new Error(`${this.name}: ${what}`));
  }
}

/** The planner prints the operation first, with its keyword. */
export const isMutation = ({ query }: DoorRequest): boolean => /^\s*mutation\b/.test(query);

/** A kept-alive connection can be closed by the other side just as it is used. Only a read may be sent twice. */
async function onceMoreWhenReset(
  call: () => Promise<HttpAnswer>,
  patience: Patience | undefined,
): Promise<HttpAnswer> {
  try {
    return await call();
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    if (code === undefined || !RESET.has(code) || patience?.over === true) throw error;
    return call();
  }
}
