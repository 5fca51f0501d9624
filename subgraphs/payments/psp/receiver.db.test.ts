import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { until } from '#kernel/testing/until';
import { PSP_SECRET } from '../testing/psp.process';
import { World } from '../testing/world';

jest.setTimeout(60_000);

// A message whose signature is right is still only a hint: what it says of money is never believed.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });

  const signed = (id: string, text: string): Record<string, string> => {
    const at = world.clock.now();
    const seconds = String(Math.floor(at.getTime() / 1000));
    if (dialect === 'stripe') {
      const hmac = createHmac('sha256', PSP_SECRET).update(`${seconds}.${text}`).digest('hex');
      return { 'stripe-signature': `t=${seconds},v1=${hmac}` };
    }
    return {
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': new Webhook(PSP_SECRET).sign(id, at, text),
    };
  };
  const send = async (id: string, body: object, headers?: Record<string, string>) => {
    const text = JSON.stringify(body);
    const request = { connection: 'sim', headers: headers ?? signed(id, text) };
    const hook = world.payments.hooks['psp'];
    return (await hook?.({ ...request, body: Buffer.from(text) }))?.status;
  };
  /** Says that a charge of this much is in. */
  const claim = (id: string, reference: string, pspId: string, minor: number): object =>
    dialect === 'stripe'
      ? {
          id,
          object: 'event',
          type: 'payment_intent.succeeded',
          data: {
            object: {
              id: pspId,
              object: 'payment_intent',
              amount: minor,
              amount_received: minor,
              status: 'succeeded',
              metadata: { operation: reference },
            },
          },
        }
      : {
          type: 'payment.captured',
          data: { id: pspId, reference, status: 'captured', capturedMinor: String(minor) },
        };
  const operationOf = async (paymentId: string | undefined) => {
    const row = await world.db.first<{ id: string; pspId: string }>(
      `select o.id, o."pspId" from "pspOperation" o join tender t on t.id = o.subject
       where t."paymentId" = $1`,
      [paymentId],
    );
    return row ?? { id: '', pspId: '' };
  };
  const looksAt = async (id: string): Promise<number> => {
    const [event] = await world.db.query<{ attempts: number }>(
      'select attempts from "pspEvent" where id = $1',
      [id],
    );
    return event?.attempts ?? 0;
  };
  const handled = (id: string): Promise<unknown> =>
    until(
      async () =>
        (
          await world.db.query(
            `select 1 as one from "pspEvent" where id = $1 and "handledAt" is not null`,
            [id],
          )
        ).length === 1,
      `the event ${id}`,
      30_000,
    );

  test('a payment that still waits for its payer is not captured by a message', async () => {
    const group = world.group([2_100n]);
    const { payment } = await world.pay(group, { token: 'tok_3ds' });
    const { id, pspId } = await operationOf(payment?.id);
    expect(await send('evt_forged', claim('evt_forged', id, pspId, 2_100))).toBe(204);
    await handled('evt_forged');
    expect(await world.tranche(group)).toMatchObject({ state: 'AWAITING_FUNDS' });
    await world.post3ds(payment?.id ?? '', 'success');
    await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding', 30_000);
    expect(await world.tranche(group)).toMatchObject({ capturedMinor: 2_100n });
  });

  test('a message about another payment’s object, or about nobody’s, changes nothing', async () => {
    const paid = await world.pay(world.group([2_200n]));
    const other = await operationOf(paid.payment?.id);
    await world.psp.faults({ match: world.psp.match('PAYMENT'), kind: 'status', times: 1 });
    const group = world.group([2_200n]);
    const { payment } = await world.pay(group);
    expect(payment?.status).toBe('UNKNOWN');
    const { id } = await operationOf(payment?.id);
    await send('evt_other', claim('evt_other', id, other.pspId, 2_200));
    await send('evt_nobody', claim('evt_nobody', 'pop_nobody', 'pay_nobody', 1));
    await handled('evt_nobody');
    await until(async () => (await looksAt('evt_other')) > 0, 'a look at the event');
    expect(await world.tranche(group)).toMatchObject({ state: 'AWAITING_FUNDS' });
    world.clock.advance(31_000);
    await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding', 30_000);
    world.clock.advance(11 * 60_000); // the event's own next look
    await handled('evt_other');
  });

  test('the same event counts once, and one that is not signed not at all', async () => {
    const body = claim('evt_same', 'pop_none', 'pay_none', 1);
    expect(await send('evt_same', body)).toBe(204);
    expect(await send('evt_same', body)).toBe(204);
    const rows = await world.db.query(`select 1 as one from "pspEvent" where id = 'evt_same'`);
    expect(rows).toHaveLength(1);
    const headers = signed('evt_same', 'another text');
    expect(await send('evt_same', body, headers)).toBe(401);
    expect(await send('evt_same', body, {})).toBe(401);
    expect(await send('evt_big', { text: 'x'.repeat(1_100_000) })).toBe(413);
  });
});
