import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { World } from '../testing/world';

jest.setTimeout(90_000);

// The same money in either dialect of the PSP.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  const owner = user('acc_00000000000000000000000009');
  beforeAll(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });
  const funded = (group: Parameters<World['pay']>[0]): Promise<unknown> =>
    until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding', 30_000);
  const stateIs = (table: string, id: string, state: string): Promise<unknown> =>
    until(
      async () => {
        const [row] = await world.db.query<{ state: string }>(
          `select state from ${table} where id = $1`,
          [id],
        );
        return row?.state === state;
      },
      `${table} ${id} to be ${state}`,
      30_000,
    );

  test('paid at once, declined, and after 3-D Secure by webhook', async () => {
    expect((await world.pay(world.group([1_200n]))).payment?.status).toBe('CAPTURED');
    const declined = await world.pay(world.group([1_300n]), { token: 'tok_decline_generic' });
    expect(declined.userErrors[0]?.code).toBe('PAYMENT_DECLINED');
    const group = world.group([1_400n]);
    const { payment } = await world.pay(group, { token: 'tok_3ds' });
    expect(payment?.status).toBe('REQUIRES_ACTION');
    await world.post3ds(payment?.id ?? '', 'success');
    await funded(group);
  });

  test('a lost reply is UNKNOWN until the janitor has looked, and one charge', async () => {
    // Stripe's package tries once more after a reset.
    await world.psp.faults({ match: world.psp.match('PAYMENT'), kind: 'drop_after', times: 2 });
    const group = world.group([1_500n]);
    const pending = await world.pay(group);
    await world.psp.faults();
    expect(['UNKNOWN', 'CAPTURED']).toContain(pending.payment?.status);
    world.clock.advance(31_000);
    await funded(group);
    const { payments } = await world.psp.books();
    expect(payments.filter(({ capturedMinor }) => capturedMinor === '1500')).toHaveLength(1);
  });

  test('refunded before release; paid out after it, and returned', async () => {
    const refunded = world.group([1_600n]);
    await world.pay(refunded);
    await world.partyFact('order.cancelled', refunded);
    const orderId = refunded.orders[0]?.orderId ?? '';
    await until(
      async () => (await world.told(orderId)).includes('refund.succeeded'),
      'the refund',
      30_000,
    );
    const group = world.group([10_000n]);
    const sellerId = group.orders[0]?.sellerId ?? '';
    await world.openSeller(sellerId, owner.accountId ?? '', true);
    await world.hear('seller_trust.changed', {
      sellerId,
      tier: 'TRUSTED',
      reasons: [],
      version: 1,
    });
    await world.pay(group);
    await world.ship(group);
    await world.partyFact('order.receipt_confirmed', group);
    await world.advance(25 * 3_600_000);
    await world.payoutAccount(owner, sellerId, 'dest_return');
    await world.advance(73 * 3_600_000);
    const answer = await world.payOut(owner, sellerId, 2_000n);
    expect(answer.userErrors).toEqual([]);
    const { id } = answer['payout'] as { id: string };
    await until(async () => {
      const [row] = await world.db.query<{ state: string }>(
        'select state from payout where id = $1',
        [id],
      );
      return row?.state !== 'CREATED';
    }, 'the payout to be sent');
    // The PSP signs its webhooks in real time.
    world.clock.advance(-98 * 3_600_000);
    await stateIs('payout', id, 'RETURNED');
  });

  test('an expired payment that waits for 3-D Secure is voided at the PSP', async () => {
    const group = world.group([1_700n]);
    const { payment } = await world.pay(group, { token: 'tok_3ds' });
    await world.advance(15 * 60_000 + 1_000);
    await until(
      async () => {
        const { payments } = await world.psp.books();
        return payments.find(({ amountMinor }) => amountMinor === '1700')?.status === 'voided';
      },
      'the void',
      30_000,
    );
    await expect(world.post3ds(payment?.id ?? '', 'success')).rejects.toThrow('409');
  });
});
