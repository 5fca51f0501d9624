import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type FactStore } from './fact.store';
import { type Fault } from './fault.plan';
import { type Call, findRoute, type Reply, type Route } from './http.routes';
import { Refusal } from './refusal';
import { mostBytes, readSent } from './sent.body';
import { fingerprintOf } from './stored.answers';

/** What a planned failure answers. */
const FAILED = {
  status: 500,
  body: { error: { code: 'PLANNED_FAULT', message: 'a planned fault' } },
};
/** Only in a container of its own does a simulator listen on more than this machine. */
const HOST = process.env['SIM_HOST'] ?? '127.0.0.1';

/** Says a refusal in the words of a dialect. */
export type RefusalWords = (path: string, refusal: Refusal) => Reply;

const plainWords: RefusalWords = (_path, refusal) => ({
  status: refusal.status,
  body: refusal.body(),
});
const isApi = (path: string): boolean => path.startsWith('/api/') || path.startsWith('/v1/');

/**
 * The HTTP side of a simulator: bearer auth and planned faults on `/api` and `/v1`, idempotent POSTs, and no
 * reply before its facts are on the disk. `/sim` and `/healthz` need no key.
 */
export class SimulatorServer<F extends { kind: string }> {
  private readonly server: Server;
  private baseUrl = '';

  constructor(
    private readonly store: FactStore<F>,
    private readonly routes: readonly Route<F>[],
    private readonly apiKey: string,
    private readonly words: RefusalWords = plainWords,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
    // Longer than a caller's pool keeps its sockets, so that we never close first.
    this.server.keepAliveTimeout = 65_000;
  }

  /** Binds HOST and runs `ready` before the first request is read. Returns the port. */
  async listen(port: number, ready: () => void): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, HOST, () => {
        try {
          const bound = (this.server.address() as AddressInfo).port;
          this.baseUrl = `http://127.0.0.1:${String(bound)}`;
          ready();
          resolve(bound);
        } catch (error) {
          this.server.close();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    let faults: readonly Fault[] = [];
    let answered: Reply & { replayed?: boolean };
    try {
      const body = await readBody(request);
      if (isApi(url.pathname)) {
        this.authenticate(request);
        faults = this.store.faults.forRequest(method, url.pathname);
      }
      if (await suffer(faults, response)) return;
      answered = await this.answer(request, method, url, body, faults);
    } catch (error) {
      answered = this.replyTo(error, url.pathname);
    }
    try {
      await this.store.settled();
    } catch {
      response.destroy();
      return;
    }
    for (const fault of faults) if (fault.kind === 'delay_after') await wait(fault.delayMs);
    if (faults.some((fault) => fault.kind === 'drop_after')) response.destroy();
    else send(response, answered);
  }

  private replyTo(error: unknown, path: string): Reply {
    if (error instanceof Refusal) return this.words(path, error);
    console.error(error);
    const body = { error: { code: 'INTERNAL', message: 'the simulator failed; see its log' } };
    return { status: 500, body };
  }

  private authenticate(request: IncomingMessage): void {
    const given = Buffer.from(request.headers.authorization ?? '');
    const expected = Buffer.from(`Bearer ${this.apiKey}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Refusal(401, 'AUTH', 'send Authorization: Bearer <api-key>');
    }
  }

  private async answer(
    request: IncomingMessage,
    method: string,
    url: URL,
    raw: Buffer,
    faults: readonly Fault[],
  ): Promise<Reply & { replayed?: boolean }> {
    const found = findRoute(this.routes, method, url.pathname);
    if (found === undefined) {
      throw new Refusal(404, 'ROUTE_UNKNOWN', `there is no ${method} ${url.pathname}`);
    }
    const type = request.headers['content-type'] ?? '';
    const name = url.searchParams.get('name') ?? '';
    const { fields: body, files, content } = readSent(raw, type, name);
    const { params } = found;
    const query = url.searchParams;
    const call = (): Call => ({ params, query, body, files, baseUrl: this.baseUrl });
    if (found.route.method === 'GET') return found.route.read(call());
    const header = request.headers['idempotency-key'];
    const key = typeof header === 'string' && isApi(url.pathname) ? header : undefined;
    if (key === undefined) {
      const change = found.route.write(call());
      this.store.commit(change.facts);
      return change;
    }
    const { write } = found.route;
    const failure = faults.find(({ kind }) => kind === 'stored_500' || kind === 'done_500');
    return this.once(
      { key, fingerprint: fingerprintOf(method, url.pathname, content) },
      () => {
        if (failure?.kind === 'stored_500') return { ...FAILED, facts: [] };
        const change = write(call());
        return failure === undefined ? change : { ...FAILED, facts: change.facts };
      },
      url.pathname,
    );
  }

  /** Runs a write once for its key; later calls get the stored answer. */
  private once(
    { key, fingerprint }: { key: string; fingerprint: string },
    write: () => Reply & { facts: Parameters<FactStore<F>['commit']>[0] },
    path: string,
  ): Reply & { replayed?: boolean } {
    const stored = this.store.answers.find(key, fingerprint);
    if (stored !== undefined) return { status: stored.status, body: stored.body, replayed: true };
    try {
      const { status, body, facts } = write();
      const answer = { key, fingerprint, status, body };
      this.store.commit([...facts, { kind: 'answer.stored', answer }]);
      return { status, body };
    } catch (error) {
      if (error instanceof Refusal && error.remember) {
        const answer = { key, fingerprint, ...this.words(path, error) };
        this.store.commit([{ kind: 'answer.stored', answer }]);
      }
      throw error;
    }
  }
}

/** Plays the faults that come before the work. True when the caller already got its trouble. */
async function suffer(faults: readonly Fault[], response: ServerResponse): Promise<boolean> {
  for (const fault of faults) if (fault.kind === 'delay') await wait(fault.delayMs);
  if (faults.some((fault) => fault.kind === 'drop_before')) {
    response.destroy();
    return true;
  }
  const status = faults.find((fault) => fault.kind === 'status')?.status;
  if (status === undefined) return false;
  const code = status === 429 ? 'RATE_LIMITED' : 'PLANNED_FAULT';
  send(response, { status, body: { error: { code, message: 'a planned fault' } } });
  return true;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const most = mostBytes(request.headers['content-type'] ?? '');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Refusal(400, 'BODY_TOO_LARGE', `at most ${String(most)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, reply: Reply & { replayed?: boolean }): void {
  if (response.destroyed) return;
  const bytes = Buffer.isBuffer(reply.body) ? reply.body : Buffer.from(JSON.stringify(reply.body));
  response.writeHead(reply.status, {
    'content-type': reply.mime ?? 'application/json',
    'content-length': bytes.length,
    ...(reply.replayed === true ? { 'idempotent-replayed': 'true' } : {}),
  });
  response.end(bytes);
}
