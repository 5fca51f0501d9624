import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { StatementSigner, StatementVerifier } from '#kernel/auth/statement';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { silentLogger } from '#kernel/server/log';
import { type FileRequest, MAX_FILE_BYTES, type Subgraph } from '#kernel/server/subgraph';
import { type DoorPlace, type DoorSet, openDoors } from '../executor/doors';
import { fileHandler } from './files';
import { answerBroken } from './incoming-call';

const key = newSigningKey();
const channelSecret = newSecret();
const kept = new Map<string, Buffer>();
let waiting: (() => void)[] = [];
/** Bytes of what is put that were read. */
let read = 0;

/** Keeps what is put under its token; `slow` waits, `fault` fails. */
async function serve({ method, token, body: coming }: FileRequest) {
  if (token === 'fault') throw new Error('broken');
  if (token === 'slow') await new Promise<void>((resolve) => waiting.push(resolve));
  if (token === 'early') return { status: 403, headers: {}, body: Buffer.from('no') };
  if (method === 'PUT') {
    const pieces: Buffer[] = [];
    for await (const piece of coming) {
      pieces.push(piece);
      read += piece.length;
    }
    kept.set(token, Buffer.concat(pieces));
  }
  const file = kept.get(token);
  const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment' };
  return file === undefined
    ? { status: 403, headers: {}, body: Buffer.from('no') }
    : { status: method === 'PUT' ? 201 : 200, headers, body: file };
}

const subgraph = {
  name: 'payments',
  schema: new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { a: { type: GraphQLString } } }),
  }),
  context: (who: object) => who,
  hooks: {},
  files: { evidence: serve },
} as unknown as Subgraph;

const servers: Server[] = [];
const opened: DoorSet[] = [];
async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A gateway that reaches the subgraph in this process or over HTTP. */
async function gateway(place: DoorPlace): Promise<string> {
  const log = silentLogger();
  const signer = new StatementSigner(key, systemClock);
  const doors = openDoors([place], { signer, channelSecret, clock: systemClock, log });
  opened.push(doors);
  const app = express();
  app.use('/files', fileHandler(doors.fileKeepers, log));
  app.use((error: unknown, _request: unknown, response: express.Response, _next: unknown) => {
    answerBroken(error, response, log);
  });
  return listen(createServer(app));
}

const urls: Record<string, string> = {};
beforeAll(async () => {
  const verifier = new StatementVerifier(publicHalf(key), 'payments', systemClock);
  const tools = { channelSecret, clock: systemClock, log: silentLogger() };
  const url = await listen(httpDoor({ subgraph, verifier, ...tools }));
  urls['in this process'] = await gateway({ subgraph });
  urls['over HTTP'] = await gateway({ name: 'payments', url });
});
afterAll(async () => {
  for (const doors of opened) await doors.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

describe.each(['in this process', 'over HTTP'])('files, %s', (place) => {
  const ask = (path: string, method = 'GET', body?: Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(`${urls[place] ?? ''}/files/${path}`, { method, ...(body && { body }) });

  it('come and go byte by byte, and are never part of a page', async () => {
    const bytes = new Uint8Array([0, 255, 10, 13, 195, 40, 123]);
    expect((await ask('evidence/evd_1.a-b_c', 'PUT', bytes)).status).toBe(201);
    const got = await ask('evidence/evd_1.a-b_c');
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'attachment',
      'cache-control': 'private, no-store',
      'content-security-policy': "default-src 'none'; sandbox",
    });
    expect((await ask('evidence/none')).status).toBe(403);
  });

  it('may have 20 MiB and not a byte more', async () => {
    expect((await ask('evidence/large', 'PUT', new Uint8Array(MAX_FILE_BYTES))).status).toBe(201);
    const got = await ask('evidence/large');
    expect((await got.arrayBuffer()).byteLength).toBe(MAX_FILE_BYTES);
    const larger = new Uint8Array(MAX_FILE_BYTES + 1);
    expect((await ask('evidence/larger', 'PUT', larger)).status).toBe(413);
    expect(kept.has('larger')).toBe(false);
  }, 60_000);

  /** Comes without saying how much it is. */
  const stream = (bytes: number): ReadableStream<Uint8Array> => {
    let left = bytes;
    return new ReadableStream({
      pull(controller) {
        const piece = new Uint8Array(Math.min(left, 65_536));
        left -= piece.length;
        if (piece.length > 0) controller.enqueue(piece);
        if (left === 0) controller.close();
      },
    });
  };
  const put = async (path: string, bytes: number): Promise<Response> => {
    const more = { body: stream(bytes), duplex: 'half' } as RequestInit;
    return fetch(`${urls[place] ?? ''}/files/${path}`, { method: 'PUT', ...more });
  };

  it('that do not say how large they are stop at the limit', async () => {
    read = 0;
    expect((await put('evidence/streamed', 1_000_000)).status).toBe(201);
    expect(kept.get('streamed')).toHaveLength(1_000_000);
    read = 0;
    const answer = await put('evidence/endless', MAX_FILE_BYTES + 70_000).catch(() => undefined);
    expect(answer?.status ?? 413).toBe(413);
    expect(read).toBeLessThanOrEqual(MAX_FILE_BYTES);
    expect(kept.has('endless')).toBe(false);
  }, 60_000);

  it('are answered before they are read, when the keeper does not want them', async () => {
    const answer = await ask('evidence/early', 'PUT', new Uint8Array(200_000));
    expect(answer.status).toBe(403);
  });

  it('of no kind that is kept are not found; a fault tells nothing', async () => {
    for (const path of ['others/a', 'evidence/a%2Fb', 'constructor/a', 'evidence/%00']) {
      expect((await ask(path)).status).toBe(404);
    }
    expect((await ask('evidence/a', 'POST')).status).toBe(404);
    const fault = await ask('evidence/fault');
    expect([fault.status, await fault.json()]).toEqual([503, { error: 'UNAVAILABLE' }]);
  });

  it('are few at once: the ninth is told to come again', async () => {
    kept.set('slow', Buffer.from('x'));
    const eight = Array.from({ length: 8 }, () => ask('evidence/slow'));
    while (waiting.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    const ninth = await ask('evidence/large');
    expect([ninth.status, ninth.headers.get('retry-after')]).toEqual([503, '2']);
    for (const go of waiting) go();
    waiting = [];
    for (const one of await Promise.all(eight)) expect(one.status).toBe(200);
    expect((await ask('evidence/large')).status).toBe(200);
  });
});
