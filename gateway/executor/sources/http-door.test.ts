import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newSecret, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { StatementSigner, StatementVerifier, isSigned } from '#kernel/auth/statement';
import { makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { HttpDoor } from './http-door';
import { within } from './patience';
import { SubgraphFailure } from './subgraph-failure';

const key = newSigningKey();
const secret = newSecret();
const viewer = makeViewer({ kind: 'USER', accountId: 'acc_1', correlationId: 'corr-0001' });
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function doorTo(listener: RequestListener, path = ''): Promise<HttpDoor> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const door = new HttpDoor({
    name: 'payments',
    url: `http://127.0.0.1:${port.toString()}${path}`,
    signer: new StatementSigner(key, systemClock),
    channelSecret: secret,
    clock: systemClock,
  });
  stops.push(async () => {
    await door.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return door;
}

const failure = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'answered',
    (error: unknown) => (error instanceof SubgraphFailure ? error.code : error),
  );

/** A connection can be used again shortly after the answer. */
const free = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** A server that answers once on each connection, and resets it when the next call comes. */
function answeringOnce(seen: string[]): RequestListener {
  const used = new WeakSet<object>();
  return (request, response) => {
    request.resume().on('end', () => {
      seen.push(request.url ?? '');
      if (used.has(request.socket)) request.socket.resetAndDestroy();
      else response.end('{"data":{"a":1}}');
      used.add(request.socket);
    });
  };
}

/** A server that drops the connection of the first so many requests. */
function dropping(count: number, seen: string[]): RequestListener {
  return (request, response) => {
    request.resume().on('end', () => {
      seen.push(request.url ?? '');
      if (seen.length <= count) request.socket.resetAndDestroy();
      else response.end('{"data":{"a":1}}');
    });
  };
}

describe('a call to a subgraph', () => {
  it('says who acts, for whom it is, and signs all of it', async () => {
    const calls: boolean[] = [];
    const names: string[] = [];
    const verifier = new StatementVerifier(publicHalf(key), 'payments', systemClock);
    const others = new StatementVerifier(publicHalf(key), 'marketplace', systemClock);
    const door = await doorTo((request, response) => {
      const chunks: Buffer[] = [];
      names.push(...Object.keys(request.headers).sort());
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const header = (name: string): string => String(request.headers[`tradegraph-${name}`]);
        const call = {
          statement: header('statement'),
          time: header('time'),
          timeout: header('timeout'),
          correlationId: header('correlation-id'),
          path: request.url ?? '',
          body: Buffer.concat(chunks),
        };
        void (async () => {
          const who = await verifier.verify(call.statement, call.correlationId);
          calls.push(
            isSigned(secret, call, header('signature'), new Date()),
            who?.accountId === 'acc_1' && who.correlationId === 'corr-0001',
            (await others.verify(call.statement, 'x')) === undefined,
            call.path === '/inside/graphql',
          );
          response.end('{"data":{"a":1}}');
        })();
      });
    }, '/inside/');
    expect(await door.execute({ query: '{ a }' }, viewer)).toEqual({ data: { a: 1 } });
    expect(calls).toEqual([true, true, true, true]);
    expect(names).toEqual([
      'connection',
      'content-length',
      'content-type',
      'host',
      'tradegraph-correlation-id',
      'tradegraph-signature',
      'tradegraph-statement',
      'tradegraph-time',
      'tradegraph-timeout',
    ]);
  });

  it('reads again once when the connection was reset, and never writes twice', async () => {
    const seen: string[] = [];
    const once = await doorTo(dropping(1, seen));
    expect(await once.execute({ query: '{ a }' }, viewer)).toEqual({ data: { a: 1 } });
    expect(seen).toHaveLength(2);
    const twice = await doorTo(dropping(2, ((seen.length = 0), seen)));
    expect(await failure(twice.execute({ query: '{ a }' }, viewer))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(seen).toHaveLength(2);
    const write = await doorTo(dropping(1, ((seen.length = 0), seen)));
    const mutation = { query: 'mutation Pay { a }' };
    expect(await failure(write.execute(mutation, viewer))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(seen).toHaveLength(1);
  });

  it('on a kept-alive connection that the other side resets: a read comes again, a write does not', async () => {
    const seen: string[] = [];
    const door = await doorTo(answeringOnce(seen));
    const read = { query: '{ a }' };
    await door.execute(read, viewer);
    await free();
    expect(await door.execute(read, viewer)).toEqual({ data: { a: 1 } });
    expect(seen).toHaveLength(3);
    await free();
    const write = { query: 'mutation { a }' };
    expect(await failure(door.execute(write, viewer))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(seen).toHaveLength(4);
  });

  it('does not use a connection that the other side closed meanwhile', async () => {
    let connections = 0;
    const door = await doorTo((request, response) => {
      request.resume();
      response.shouldKeepAlive = true;
      response.end('{"data":{"a":1}}', () => {
        setImmediate(() => request.socket.end());
      });
      request.socket.once('close', () => (connections += 1));
    });
    for (let call = 1; call <= 3; call++) {
      expect(await door.execute({ query: 'mutation { a }' }, viewer)).toEqual({ data: { a: 1 } });
      await until(() => connections === call, 'the connection to be closed');
    }
  });

  it('that the subgraph stops for lack of time was not in time', async () => {
    const door = await doorTo((request, response) => {
      request.resume();
      response.writeHead(504).end('{"error":"TIMEOUT"}');
    });
    expect(await failure(door.execute({ query: '{ a }' }, viewer))).toBe('SUBGRAPH_TIMEOUT');
  });

  it.each([
    ['a page', 200, '<html>'],
    ['half an answer', 200, '{"data":{"a"'],
    ['a list', 200, '[]'],
    ['nothing', 200, ''],
    ['a refusal', 401, '{"error":"UNAUTHENTICATED"}'],
    ['a fault', 500, '{"data":{"a":1}}'],
    ['too much', 200, JSON.stringify({ data: 'x'.repeat(17 * 1024 * 1024) })],
  ])('that is answered with %s counts as not answered', async (_what, status, body) => {
    const door = await doorTo((request, response) => {
      request.resume();
      response.writeHead(status).end(body);
    });
    expect(await failure(door.execute({ query: '{ a }' }, viewer))).toBe('SUBGRAPH_UNAVAILABLE');
  });

  it('ends when its time is over, and the subgraph sees that', async () => {
    let aborted = false;
    const door = await doorTo((request) => {
      request.resume();
      request.socket.once('close', () => (aborted = true));
    });
    const call = within(50, (patience) => door.execute({ query: '{ a }' }, viewer, patience));
    expect(await failure(call)).toBe('SUBGRAPH_TIMEOUT');
    await until(() => aborted, 'the subgraph to see it');
  });

  it('to nobody fails at once', async () => {
    const door = await doorTo(() => undefined);
    await stops.pop()?.();
    expect(await failure(door.execute({ query: '{ a }' }, viewer))).toBe('SUBGRAPH_UNAVAILABLE');
    expect(await door.ready()).toBe(false);
  });
});
