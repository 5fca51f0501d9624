import { until } from '#kernel/testing/until';
import { gatewayError } from '../../gateway.errors';
import { PARTS, StreamWorld, live, message } from '../../testing/stream-world';

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

describe('multipart subscriptions', () => {
  it('carry each message as a part, signs of life and the end', async () => {
    const reader = await world.parts(live('1'));
    expect(reader.status).toBe(200);
    expect(reader.header('content-type')).toBe(
      'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
    );
    const { outlet } = await world.follower();
    outlet.next(message(1));
    await until(() => reader.text.includes('\r\n\r\n{}\r\n--graphql'), 'a sign of life');
    outlet.end();
    expect(await reader.ending()).toBe('complete');
    expect(reader.withoutBeats).toBe(
      '\r\n--graphql\r\ncontent-type: application/json\r\n\r\n' +
        `{"payload":${message(1).json}}\r\n--graphql--\r\n`,
    );
  });

  it('tell what ended them as a fatal part with the cursor', async () => {
    const reader = await world.parts(live('1'));
    const { outlet } = await world.follower();
    outlet.next(message(4));
    outlet.end(gatewayError('SUBSCRIPTION_REVOKED', { extensions: { cursor: 'c4' } }));
    const [, last] = await reader.received(2);
    expect(last).toMatchObject({
      payload: null,
      errors: [{ extensions: { code: 'SUBSCRIPTION_REVOKED', cursor: 'c4' } }],
    });
    expect(await reader.ending()).toBe('complete');
    expect(reader.text).toMatch(/\r\n--graphql--\r\n$/);
  });

  it.each([
    ['a query', { query: '{ echo(text: "x") }' }, PARTS],
    ['a mistake', { query: '{ nonsense' }, PARTS],
    ['nothing', {}, PARTS],
    ['a subscription for JSON', live('1'), { accept: 'application/json' }],
    ['another specification', live('1'), { accept: 'multipart/mixed;subscriptionSpec="1.05"' }],
    ['deferring', live('1'), { accept: 'multipart/mixed;deferSpec=20220824' }],
  ])('leave %s to the next handler', async (_what, given, headers) => {
    const reader = await world.parts(given, headers);
    await reader.ending();
    expect(reader.text).toBe('{"plain":true}');
  });

  it('refuse with an ordinary answer as long as nothing was sent', async () => {
    const accept = `${PARTS.accept},application/graphql-response+json`;
    const card = await world.parts(live('card'), { accept });
    expect([card.status, await card.codes()]).toEqual([400, ['SENSITIVE_DATA_REFUSED']]);
    expect(card.header('content-type')).toBe('application/graphql-response+json; charset=utf-8');
    const fault = await world.parts(live('fault'));
    expect([fault.status, await fault.codes()]).toEqual([500, ['INTERNAL']]);
    expect(fault.text).not.toContain('secret');
    const forged = await world.parts(JSON.stringify(live('1')), { 'content-type': 'text/plain' });
    await forged.ending();
    expect(forged.text).toBe('{"plain":true}');
  });
});
