import { createClient } from 'graphql-sse';
import { until } from '#kernel/testing/until';
import { gatewayError } from '../../gateway.errors';
import { LIVE, SSE, StreamWorld, live, message } from '../../testing/stream-world';

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

describe('Server-Sent Events', () => {
  it('carry each message with its cursor as id, signs of life and the end', async () => {
    const reader = await world.sse(live('1'));
    expect(reader.status).toBe(200);
    expect(reader.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(reader.header('content-encoding')).toBeUndefined();
    const { outlet } = await world.follower();
    outlet.next(message(1));
    outlet.next(message(2));
    await until(() => reader.text.endsWith('\n\n:\n\n'), 'a sign of life');
    outlet.end();
    outlet.next(message(3));
    expect(await reader.ending()).toBe('complete');
    expect(reader.text.startsWith(':\n\n')).toBe(true);
    expect(reader.withoutBeats).toBe(
      `id: c1\nevent: next\ndata: ${message(1).json}\n\n` +
        `id: c2\nevent: next\ndata: ${message(2).json}\n\nevent: complete\ndata:\n\n`,
    );
  });

  it('answer queries and mutations too, by GET only what changes nothing', async () => {
    const once = await world.sse({ query: '{ echo(text: "x") }' });
    expect(await once.ending()).toBe('complete');
    expect(once.withoutBeats).toBe(
      'event: next\ndata: {"data":{"echo":"line\\nbreak"}}\n\nevent: complete\ndata:\n\n',
    );
    const get = (query: string, headers: Record<string, string> = {}) =>
      world.call(
        `/graphql/stream?${new URLSearchParams({ query, variables: '{"id":"1"}' }).toString()}`,
        { ...SSE, 'apollo-require-preflight': 'true', ...headers },
        { method: 'GET' },
      );
    expect((await (await get('{ echo(text: "x") }')).received(1)).length).toBe(1);
    const write = await get('mutation { write }');
    expect([write.status, write.header('allow'), await write.codes()]).toEqual([
      405,
      'POST',
      ['BAD_REQUEST'],
    ]);
    expect(world.ran).toEqual(['sse { echo(text: "x") }', 'sse { echo(text: "x") }']);
    await get(LIVE, { 'last-event-id': 'c7' });
    expect((await world.follower()).plan.after).toBe('c7');
  });

  it('go on behind the last event, which is newer than the address', async () => {
    await world.sse(live('1', 'c1'));
    expect((await world.follower()).plan.after).toBe('c1');
    await world.sse(live('1', 'c1'), { 'last-event-id': 'c2' });
    expect(world.followers.at(-1)?.plan.after).toBe('c2');
  });

  it.each([
    ['PUT', 405, { method: 'PUT', body: {} }, SSE],
    ['DELETE', 405, { method: 'DELETE' }, { ...SSE, 'content-type': 'application/json' }],
    ['JSON only', 406, { body: {} }, { accept: 'application/json' }],
    ['GET that a page could forge', 400, { method: 'GET' }, SSE],
    ['text', 415, { body: 'x' }, { ...SSE, 'content-type': 'application/graphql' }],
    ['text that a page could forge', 400, { body: 'x' }, { ...SSE, 'content-type': 'text/plain' }],
    [
      'an empty preflight header',
      400,
      { method: 'GET' },
      { ...SSE, 'apollo-require-preflight': '' },
    ],
    ['no query', 400, { body: {} }, SSE],
    ['a batch', 400, { body: [] }, SSE],
    ['a number for a query', 400, { body: { query: 7 } }, SSE],
    ['a list of variables', 400, { body: { query: LIVE, variables: [] } }, SSE],
    ['a number for a name', 400, { body: { query: LIVE, operationName: 1 } }, SSE],
  ])('refuse %s with %i', async (_what, status, given, headers) => {
    const reader = await world.call('/graphql/stream', headers, given);
    expect([reader.status, await reader.codes()]).toEqual([status, ['BAD_REQUEST']]);
    expect(world.followers).toEqual([]);
  });

  it('refuse variables in an address that are not JSON', async () => {
    const reader = await world.call(
      '/graphql/stream?query=%7Becho%7D&variables=%7B',
      { ...SSE, 'apollo-require-preflight': '1' },
      { method: 'GET' },
    );
    expect([reader.status, await reader.codes()]).toEqual([400, ['BAD_REQUEST']]);
  });

  it.each([
    ['{ nonsense', '1', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { nothing }', '1', 'GRAPHQL_VALIDATION_FAILED'],
    [LIVE, 'card', 'SENSITIVE_DATA_REFUSED'],
    [LIVE, 'fault', 'INTERNAL'],
  ])('tell %s of %s as a message: %s', async (query, id, code) => {
    const reader = await world.sse({ query, variables: { id } });
    expect([reader.status, await reader.codes()]).toEqual([200, [code]]);
    expect(reader.text).toMatch(/event: complete\ndata:\n\n$/);
    expect(reader.text).not.toContain('secret');
  });
});

describe('the graphql-sse client', () => {
  it('gets messages, errors and the end, and comes back by itself when the process stops', async () => {
    const client = createClient({
      url: `${world.url}/graphql/stream`,
      retry: () => Promise.resolve(),
    });
    const request = { query: LIVE, variables: { id: '1', after: undefined as string | undefined } };
    const got: unknown[] = [];
    let completed = false;
    client.subscribe<Record<string, unknown>, { cursor: string }>(request, {
      next: (result) => {
        got.push(result);
        request.variables.after = result.extensions?.cursor;
      },
      error: (error) => got.push(error),
      complete: () => (completed = true),
    });
    (await world.follower()).outlet.next(message(1));
    await until(() => got.length === 1, 'a message');
    await world.streams.drain();
    const again = await until(
      () => world.followers.length === 2 && world.followers[1],
      'the client again',
    );
    expect(again.plan.after).toBe('c1');
    again.outlet.next(message(2));
    again.outlet.end(gatewayError('SUBSCRIPTION_REVOKED'));
    await until(() => completed, 'the end');
    expect(got).toEqual([
      JSON.parse(message(1).json),
      JSON.parse(message(2).json),
      { errors: [expect.objectContaining({ message: 'You may no longer follow this.' })] },
    ]);
  });

  it('gets the answer of a query, and leaves', async () => {
    const client = createClient({ url: `${world.url}/graphql/stream` });
    const results = client.iterate({ query: '{ echo(text: "x") }' });
    expect(await results.next()).toMatchObject({ value: { data: { echo: 'line\nbreak' } } });
    const live = client.iterate({ query: LIVE, variables: { id: '1' } });
    const first = live.next();
    (await world.follower()).outlet.next(message(1));
    expect(await first).toMatchObject({ value: { extensions: { cursor: 'c1' } } });
    client.dispose();
    await until(() => world.followers[0]?.closed, 'the client to be gone');
  });
});
