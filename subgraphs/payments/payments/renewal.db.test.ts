import pino from 'pino';
import { DAY, HOUR, SECOND } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import type { PspDialect } from '../psp/psp.port';
import { user } from '../testing/acts';
import { BuyerActs } from '../testing/buyer.acts';
import { codes, decide, onAmount, paymentsOf, publish, reviewsOf } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(120_000);

describe.each<PspDialect>(['generic', 'stripe'])('T14 at a PSP that speaks %s', (dialect) => {
  let world: World;
  const lines: { alarm?: string; cause?: string; paymentId?: string }[] = [];
  beforeAll(async () => {
    const log = pino(
      { level: 'error' },
      { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[number]) },
    );
    world = await World.open(dialect, log);
    await publish(world, 'CHECKOUT', [onAmount(100_000)]);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.psp.faults();
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });

  const stateOf = async (group: PlacedGroup): Promise<string | undefined> =>
    (await paymentsOf(world, group)).at(-1)?.state;
  const becomes = (group: PlacedGroup, state: string): Promise<unknown> =>
    until(async () => (await stateOf(group)) === state, `the payment to be ${state}`);

  /** A payment that waits for a person, of what its buyer keeps or of a token that is good once. */
  async function held(kept: string | undefined, minor = 100_000n) {
    const acts = new BuyerActs(world, world.group([1n]).buyerId);
    const group = world.group([minor], acts.buyerId);
    const means =
      kept === undefined ? { token: 'tok_ok' } : { paymentMethodId: await acts.keep(kept) };
    const tenders = [{ ...means, minorUnits: minor.toString() }];
    const { payment } = await world.pay(group, { tenders });
    const id = payment?.id ?? '';
    if (payment?.status === 'REQUIRES_ACTION') {
      await world.post3ds(id, 'success');
      await world.confirmPayment(user(acts.buyerId), id);
      await becomes(group, 'AUTHORIZED');
    }
    const [review] = await reviewsOf(world, id);
    return { acts, group, id, reviewId: review?.id ?? '', dueAt: review?.dueAt?.getTime() ?? 0 };
  }

  /** Charges at the PSP of a payment's tenders, oldest first: all that were ever asked for. */
  async function charges(paymentId: string): Promise<string[]> {
    const rows = await world.db.query<{ pspId: string }>(
      `select o."pspId" from "pspOperation" o
       left join "tenderRenewal" n on o.id in (n."operationId", n."replacedId")
       left join tender t on t.id = o.subject
       where $1 in (n."paymentId", t."paymentId") group by o.id order by o.id`,
      [paymentId],
    );
    const { payments } = await world.psp.books();
    return rows.map(({ pspId }) => payments.find(({ id }) => id === pspId)?.status ?? 'none');
  }
  const are = (paymentId: string, wanted: string[]): Promise<unknown> =>
    until(
      async () => (await charges(paymentId)).join() === wanted.join(),
      `the charges to be ${wanted.join()}`,
    );
  const causes = (paymentId: string): (string | undefined)[] =>
    lines
      .filter((line) => line.alarm === 'AUTHORIZATION_ENDS' && line.paymentId === paymentId)
      .map(({ cause }) => cause);
  const dueAt = async (paymentId: string): Promise<number> =>
    (await reviewsOf(world, paymentId))[0]?.dueAt?.getTime() ?? 0;

  test('who looked at the first before it was replaced does not capture it after', async () => {
    const { group, id, reviewId } = await held('tok_ok');
    // the webhook of the first has been read: it is only while the clocks agree, so this test comes first
    await until(
      async () =>
        (await world.db.query('select 1 as one from "pspEvent" where "handledAt" is not null'))
          .length > 0,
      'the webhook',
    );
    await world.settled();
    const base = dialect === 'stripe' ? '/v1/payment_intents' : '/api/payments';
    const look = dialect === 'stripe' ? `GET ${base}/*` : 'GET /api/operations';
    await world.psp.faults(
      { match: look, kind: 'delay', delayMs: 2_500, times: 1 },
      { match: `POST ${base}/*/capture`, kind: 'delay', delayMs: 6_000, times: 1 },
      // neither the capture of the second nor the void of the first is there when the look returns
      {
        match: `POST ${base}/*/${dialect === 'stripe' ? 'cancel' : 'void'}`,
        kind: 'delay',
        delayMs: 6_000,
        times: 1,
      },
    );
    const due = (): Promise<unknown[]> =>
      world.db.query(
        `select 1 as one from "pspOperation" o join tender t on t.id = o.subject
         where t."paymentId" = $1 and o."nextAt" <= $2`,
        [id, world.clock.now()],
      );
    await world.db.query(
      `update "pspOperation" set "nextAt" = $2
       where subject = (select id from tender where "paymentId" = $1)`,
      [id, world.clock.now()],
    );
    await until(async () => (await due()).length === 0, 'somebody to look at the first');
    await world.advance(5 * DAY);
    await until(
      async () => (await dueAt(id)) > world.clock.now().getTime() + 2 * DAY,
      'the second',
    );
    expect(codes(await decide(world, reviewId, true))).toEqual([]);
    await becomes(group, 'CAPTURED');
    await until(async () => {
      world.clock.advance(31 * SECOND);
      return (await charges(id)).join() === 'voided,captured';
    }, 'the first to be voided');
  });

  test('what the buyer keeps is authorized once more; then the first is voided, and one is captured', async () => {
    const { group, id, reviewId, dueAt: before } = await held('tok_ok');
    await world.advance(5 * DAY);
    await are(id, ['voided', 'authorized']);
    expect(await dueAt(id)).toBe(before + 5 * DAY);
    expect(await stateOf(group)).toBe('AUTHORIZED');
    await world.advance(2 * DAY);
    expect(await stateOf(group)).toBe('AUTHORIZED');
    expect(codes(await decide(world, reviewId, true))).toEqual([]);
    await becomes(group, 'CAPTURED');
    await are(id, ['voided', 'captured']);
    expect(causes(id)).toEqual([]);
    expect((await world.tranche(group))['state']).toBe('FUNDED');
  });

  test('no more than once: a person is called a day before, then it is voided and its buyer told', async () => {
    const { group, id, acts } = await held('tok_ok');
    await world.advance(5 * DAY);
    await are(id, ['voided', 'authorized']);
    await world.advance(5 * DAY);
    expect(causes(id)).toEqual(['RENEWED_ENOUGH']);
    expect(await stateOf(group)).toBe('AUTHORIZED');
    await world.advance(DAY);
    expect(await stateOf(group)).toBe('EXPIRED');
    await are(id, ['voided', 'voided']);
    const seen = await world.call(
      user(acts.buyerId),
      `query ($id: ID!) { _entities(representations: [{ __typename: "OrderGroup", id: $id }]) {
        ... on OrderGroup { payment { status tenders { status declineCode } } } } }`,
      { id: group.request.orderGroupId },
    );
    const payment = { status: 'EXPIRED', tenders: [{ declineCode: 'authorization_ended' }] };
    expect(seen.data).toMatchObject({ _entities: [{ payment }] });
    const [told] = await world.db.query<{ data: object }>(
      `select data from outbox where type = 'payment.expired' and subject = $1`,
      [group.request.orderGroupId],
    );
    expect(told?.data).toMatchObject({ reason: 'AUTHORIZATION_ENDED' });
  });

  test('a token that is good once, or a method that is gone, is not renewed: an alarm, and a void', async () => {
    const once = await held(undefined);
    const gone = await held('tok_ok', 100_001n);
    const [method] = await world.db.query<{ id: string }>(
      'select "methodId" as id from tender where "paymentId" = $1',
      [gone.id],
    );
    expect(codes(await gone.acts.remove(method?.id ?? ''))).toEqual([]);
    await world.advance(5 * DAY);
    for (const { id } of [once, gone]) expect(causes(id)).toEqual(['METHOD_NOT_KEPT']);
    await world.advance(DAY);
    for (const { id, group } of [once, gone]) {
      expect(await stateOf(group)).toBe('EXPIRED');
      await are(id, ['voided']);
    }
  });

  test('the bank wants the payer to agree again: the first stands until its end', async () => {
    const { group, id, reviewId } = await held('tok_3ds');
    await world.advance(5 * DAY);
    await are(id, ['authorized', 'failed']);
    await until(() => causes(id).join() === 'RENEWAL_REFUSED', 'the alarm');
    await world.advance(DAY - HOUR);
    expect(await stateOf(group)).toBe('AUTHORIZED');
    await decide(world, reviewId, true);
    await becomes(group, 'CAPTURED');
    expect(await charges(id)).toEqual(['captured', 'failed']);
  });

  test.each(['drop_before', 'drop_after'])(
    'a reply that is lost (%s) renews once',
    async (kind) => {
      const { group, id, reviewId } = await held('tok_ok');
      await world.psp.faults({ match: world.psp.match('PAYMENT'), kind, times: 2 });
      await world.advance(5 * DAY);
      await until(async () => {
        world.clock.advance(31 * SECOND);
        return (await charges(id)).join() === 'voided,authorized';
      }, 'the renewal');
      await decide(world, reviewId, true);
      await becomes(group, 'CAPTURED');
      await are(id, ['voided', 'captured']);
    },
  );

  test.each([true, false])(
    'decided (%s) while the second is on its way: at most one is captured',
    async (isApproved) => {
      const { group, id, reviewId } = await held('tok_ok');
      const slow = {
        match: world.psp.match('PAYMENT'),
        kind: 'delay_after',
        delayMs: 800,
        times: 1,
      };
      await world.psp.faults(slow);
      await world.advance(5 * DAY);
      expect(codes(await decide(world, reviewId, isApproved))).toEqual([]);
      await becomes(group, isApproved ? 'CAPTURED' : 'FAILED');
      await until(async () => {
        world.clock.advance(31 * SECOND);
        const all = await charges(id);
        return !all.includes('authorized') && !all.includes('none');
      }, 'nothing to be left at the PSP');
      expect((await charges(id)).filter((one) => one === 'captured')).toHaveLength(
        isApproved ? 1 : 0,
      );
    },
  );

  test('unknown until the end: both are voided, whenever the second is found', async () => {
    const { group, id } = await held('tok_ok');
    await world.psp.faults(
      { match: world.psp.match('PAYMENT'), kind: 'drop_after', times: 99 },
      // nor does a look find it
      { match: 'GET *', kind: 'status', status: 500, times: 99 },
    );
    await world.advance(5 * DAY);
    await world.advance(DAY);
    expect(await stateOf(group)).toBe('EXPIRED');
    await world.psp.faults();
    await until(async () => {
      world.clock.advance(HOUR);
      return (await charges(id)).join() === 'voided,voided';
    }, 'both to be voided');
  });

  test('two means of payment and one is refused: all ends with the first authorization of that one', async () => {
    const acts = new BuyerActs(world, world.group([1n]).buyerId);
    const group = world.group([120_000n], acts.buyerId);
    const tenders = [
      { paymentMethodId: await acts.keep('tok_ok'), minorUnits: '60000' },
      { paymentMethodId: await acts.keep('tok_3ds'), minorUnits: '60000' },
    ];
    const { payment } = await world.pay(group, { tenders });
    const id = payment?.id ?? '';
    await world.settled();
    await world.post3ds(id, 'success');
    await world.confirmPayment(user(acts.buyerId), id);
    await becomes(group, 'AUTHORIZED');
    const before = await dueAt(id);
    await world.advance(5 * DAY);
    await until(async () => (await charges(id)).includes('voided'), 'one to be renewed');
    expect(await dueAt(id)).toBe(before);
    await world.advance(DAY);
    expect(await stateOf(group)).toBe('EXPIRED');
    await until(async () => !(await charges(id)).includes('authorized'), 'all to be voided');
  });
});
