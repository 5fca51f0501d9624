import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import {
  CORRELATION_HEADER,
  SIGNATURE_HEADER,
  STATEMENT_HEADER,
  type StatementVerifier,
  TIMEOUT_HEADER,
  TIME_HEADER,
  isSigned,
} from '../auth/statement';
import { unmarked } from '../auth/marked-stream';
import type { Viewer } from '../auth/viewer';
import type { Clock } from '../clock/clock';
import { CALL_ERRORS } from '../errors/refusal';
import { type DoorRequest, type DoorResponse, LocalDoor } from '../graphql/door';
import { type Tracing, noTracing } from '../telemetry/tracing';
import type { Logger } from './log';
import { type FileRequest, MAX_FILE_BYTES, type Subgraph } from './subgraph';

const MAX_BODY = 1024 * 1024;
/**
 * Operations at a time. More would only wait for the same few database connections, until their callers have gone; at
 * 100 a second the last of these is answered in the time that a gateway waits for a query.
 */
const MOST_UNDER_WAY = 256;
/** W3C Trace Context; it is not signed, because it changes nothing but what is seen in traces. */
const TRACEPARENT = 'traceparent';

export interface HttpDoorOptions {
  readonly subgraph: Subgraph;
  readonly verifier: StatementVerifier;
  /** Shared by gateway and subgraphs: signs every call between them. */
  readonly channelSecret: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracing?: Tracing;
  /** Operations at a time; one more is refused with SERVICE_BUSY before anything of it is done. */
  readonly mostUnderWay?: number;
}

/**
 * A subgraph's internal HTTP server. `POST /graphql`, `POST /hooks/{kind}/{connection}`, `POST /files/{kind}/{method}/{token}`
 * and `POST /streams/{kind}/PUT/{token}` (a file as it comes, its mark behind it) take only calls signed by the gateway; `/healthz` and `/readyz` take anyone's.
 */
export function httpDoor(options: HttpDoorOptions): Server {
  const { subgraph, log, tracing, mostUnderWay = MOST_UNDER_WAY } = options;
  const door = new BusyDoor(new LocalDoor(subgraph, log, tracing), mostUnderWay);
  const server = createServer((request, response) => {
    route(options, door, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, 'fault at the internal door');
      if (!response.headersSent) answer(response, 500, { error: 'INTERNAL' });
    });
  });
  server.keepAliveTimeout = 65_000; // longer than the gateway's 60 s, so that it never meets a closing socket
  return server;
}

/** Takes so many operations at a time: what was taken is done, also when nobody waits for its answer any more. */
class BusyDoor {
  private underWay = 0;

  constructor(
    private readonly door: LocalDoor,
    private readonly most: number,
  ) {}

  async execute(request: DoorRequest, viewer: Viewer): Promise<DoorResponse> {
    if (this.underWay >= this.most) return BUSY;
    this.underWay += 1;
    try {
      return await this.door.execute(request, viewer);
    } finally {
      this.underWay -= 1;
    }
  }
}

const BUSY: DoorResponse = {
  errors: [{ message: CALL_ERRORS.SERVICE_BUSY, extensions: { code: 'SERVICE_BUSY' } }],
};

async function route(
  options: HttpDoorOptions,
  door: BusyDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const began = performance.now();
  const path = request.url ?? '/';
  if (path === '/healthz') {
    answer(response, 200, { alive: true });
    return;
  }
  if (path === '/readyz') return ready(options.subgraph, response);
  if (request.method !== 'POST') {
    answer(response, 404, { error: 'NOT_FOUND' });
    return;
  }
  if (path.startsWith('/streams/')) return stream(options, request, path, response);
  const body = await readBody(request, path.startsWith('/files/') ? MAX_FILE_BYTES : MAX_BODY);
  if (body === undefined) {
    response.setHeader('connection', 'close'); // the rest of it is not read
    answer(response, 413, { error: 'TOO_LARGE' });
    return;
  }
  const viewer = await authenticate(options, request, path, body);
  if (viewer === undefined) {
    answer(response, 401, { error: 'UNAUTHENTICATED' });
    return;
  }
  const leftMs = began + Number(request.headers[TIMEOUT_HEADER]) - performance.now();
  await traced(options, request, path, () =>
    path === '/graphql'
      ? graphql(door, viewer, body, response, leftMs)
      : path.startsWith('/files/')
        ? file(options.subgraph, path, once(body), response)
        : hook(options.subgraph, request, path, body, response),
  );
}

/** A call is part of the gateway's trace. Only a signed one comes here, so nobody else writes into our traces. */
function traced(
  { subgraph, tracing = noTracing }: HttpDoorOptions,
  { headers }: IncomingMessage,
  path: string,
  run: () => Promise<void>,
): Promise<void> {
  const traceparent = headers[TRACEPARENT];
  const attributes = { 'tradegraph.subgraph': subgraph.name };
  const [, first = ''] = path.split('/');
  const name = `POST /${first}`;
  return tracing.span(
    name,
    {
      kind: 'SERVER',
      attributes,
      ...(typeof traceparent === 'string' && { traceparent }),
    },
    run,
  );
}

async function authenticate(
  { verifier, channelSecret, clock }: HttpDoorOptions,
  request: IncomingMessage,
  path: string,
  body: Buffer,
): Promise<Viewer | undefined> {
  const header = (name: string): string => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const statement = header(STATEMENT_HEADER);
  const correlationId = header(CORRELATION_HEADER);
  const [time, timeout] = [header(TIME_HEADER), header(TIMEOUT_HEADER)];
  if (!/^\d{1,6}$/.test(timeout)) return undefined;
  const call = { statement, time, timeout, correlationId, path, body };
  if (!isSigned(channelSecret, call, header(SIGNATURE_HEADER), clock.now())) return undefined;
  return verifier.verify(statement, correlationId);
}

/** Begins nothing that nobody waits for any more, and waits no longer than the gateway does. */
async function graphql(
  door: BusyDoor,
  viewer: Viewer,
  body: Buffer,
  response: ServerResponse,
  leftMs: number,
): Promise<void> {
  const parsed = parseRequest(body);
  if (parsed === undefined) {
    answer(response, 400, { error: 'BAD_REQUEST' });
    return;
  }
  if (response.destroyed) return;
  if (leftMs <= 0) {
    answer(response, 504, { error: 'TIMEOUT' });
    return;
  }
  const timer = setTimeout(() => {
    answer(response, 504, { error: 'TIMEOUT' });
  }, leftMs);
  try {
    const result = await door.execute(parsed, viewer);
    if (!response.headersSent) answer(response, 200, result);
  } finally {
    clearTimeout(timer);
  }
}

function parseRequest(body: Buffer): DoorRequest | undefined {
  try {
    const parsed = JSON.parse(body.toString()) as DoorRequest | null;
    return typeof parsed?.query === 'string' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function hook(
  subgraph: Subgraph,
  request: IncomingMessage,
  path: string,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const [, kind = '', connection = ''] = /^\/hooks\/([a-z]+)\/([\w-]+)$/.exec(path) ?? [];
  const receive = Object.hasOwn(subgraph.hooks, kind) ? subgraph.hooks[kind] : undefined;
  if (receive === undefined) {
    answer(response, 404, { error: 'NOT_FOUND' });
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const result = await receive({ connection, headers, body });
  response.writeHead(result.status, { 'content-type': 'text/plain' }).end(result.body);
}

/** Who calls is known before anything of the file is read; whether all of it came, when it ends. */
async function stream(
  options: HttpDoorOptions,
  request: IncomingMessage,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const { channelSecret } = options;
  const viewer = await authenticate(options, request, path, Buffer.alloc(0));
  if (viewer === undefined) {
    answer(response, 401, { error: 'UNAUTHENTICATED' });
    return;
  }
  const signature = String(request.headers[SIGNATURE_HEADER]);
  const coming = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const body = unmarked(channelSecret, signature, coming);
  await traced(options, request, path, () => file(options.subgraph, path, body, response));
  // what nobody wanted is let through, or the answer would not arrive
  request.resume();
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  if (body.length > 0) yield await Promise.resolve(body);
}

async function file(
  { files = {} }: Subgraph,
  path: string,
  body: AsyncIterable<Buffer>,
  response: ServerResponse,
): Promise<void> {
  const [, kind = '', method = '', token = ''] =
    /^\/(?:files|streams)\/([a-z]+)\/(GET|PUT)\/([\w.-]+)$/.exec(path) ?? [];
  const serve = Object.hasOwn(files, kind) ? files[kind] : undefined;
  if (serve === undefined) {
    answer(response, 404, { error: 'NOT_FOUND' });
    return;
  }
  const result = await serve({ method: method as FileRequest['method'], token, body });
  response.writeHead(result.status, result.headers).end(result.body);
}

async function ready({ db, name }: Subgraph, response: ServerResponse): Promise<void> {
  const reason = await db.query('select 1 as one').then(
    () => undefined,
    () => 'database',
  );
  answer(response, reason === undefined ? 200 : 503, { subgraph: name, notReady: reason ?? null });
}

/** The whole body; undefined when it is too large. Events, because an async iterator costs as much as a small query. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve(undefined);
    });
    request.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    request.once('error', reject);
  });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}
