import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { type Answer, user } from '../testing/acts';
import { type SeenChargeback, chargebackOf, complain, reaches } from '../testing/complaints';
import { readBooks } from '../testing/psp.settling';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const MEMBER = 'acc_00000000000000000000000061';
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000062', ['OPERATOR']);
const FEE = 1_500n;

describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  let keys = 0;
  beforeAll(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.settled();
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
  });

  const key = (): string => `cbk ${(keys += 1)}`;
  const orderOf = (group: PlacedGroup, n = 0): string => group.orders[n]?.orderId ?? '';
  const sellerOf = (group: PlacedGroup, n = 0): string => group.orders[n]?.sellerId ?? '';
  const codes = (answer: Answer): string[] => answer.userErrors.map(({ code }) => code);

  async function paid(totals: readonly bigint[], member2 = MEMBER): Promise<PlacedGroup> {
    const group = world.group(totals);
    for (const { sellerId } of group.orders) await world.openSeller(sellerId, member2, true);
    await world.pay(group);
    return group;
  }
  async function released(total: bigint): Promise<PlacedGroup> {
    const group = await paid([total]);
    await world.ship(group);
    await world.ship(group, 0, 'delivered');
    await world.partyFact('order.receipt_confirmed', group);
    return group;
  }
  const submit = (id: string): Promise<Answer> => world.chargebackAnswer(operator, id, key());
  const accept = (id: string): Promise<Answer> =>
    world.chargebackAnswer(operator, id, key(), 'chargebackAccept');
  const tranches = async (group: PlacedGroup, n = 0): Promise<unknown[]> =>
    (await world.tranches(group, n)).map((t) => [
      ...[t['kind'], t['state'], t['availableMinor'], t['chargedBackMinor']],
      t['clawedBackMinor'],
    ]);
  const funds = async (sellerId: string): Promise<bigint[]> => {
    const [row] = await world.db.query<Record<string, bigint>>(
      `select ${[6, 7, 11, 12]
        .map(
          (kind) => `coalesce(sum(case guard when 2 then dp - cp else cp - dp - dh end)
            filter (where kind = ${kind}), 0)::bigint as k${kind}`,
        )
        .join(', ')} from ledger_total where owner_id = $1`,
      [(await import('#kernel/ids/id')).uuidOf(sellerId)],
    );
    return Object.values(row ?? {});
  };
  const platform = async (kind: number): Promise<bigint> => {
    const [row] = await world.db.query<{ n: bigint }>(
      'select coalesce(sum(dp - cp), 0)::bigint as n from ledger_total where kind = $1',
      [kind],
    );
    return row?.n ?? 0n;
  };
  const ended = async ({ id, pspDisputeId }: SeenChargeback, state: string): Promise<void> => {
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, id, state);
    expect((await chargebackOf(world, pspDisputeId))?.state).toBe(state);
  };
  /** The janitor looks until it knows what became of an answer. */
  const answered = ({ id }: SeenChargeback): Promise<unknown> =>
    until(async () => {
      await world.db.query(
        `update "pspOperation" set "nextAt" = $2 where subject = $1 and state = 'UNKNOWN'`,
        [id, world.clock.now()],
      );
      for (const loop of world.payments.loops) loop.wake();
      const done = `select 1 as one from "pspOperation" where subject = $1 and state = 'SUCCEEDED'`;
      return (await world.db.query(done, [id])).length > 0;
    }, 'the answer to be settled');
  const told = async (group: PlacedGroup, n = 0): Promise<string[]> =>
    (await world.told(orderOf(group, n))).filter((type) => type.startsWith('chargeback.'));

  test('held money pays; won, it is held again and its deadline goes on', async () => {
    const group = await paid([10_000n]);
    await world.ship(group);
    await world.ship(group, 0, 'delivered');
    const fees = await platform(23);
    const seen = await complain(world, group, { outcome: 'won' });
    expect(seen.state).toBe('OPENED');
    expect(await tranches(group)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n, 0n]]);
    expect(await platform(23)).toBe(fees + FEE);
    expect(codes(await world.refund(operator, orderOf(group), 1n, key()))).toEqual([
      'REFUND_BLOCKED_BY_CHARGEBACK',
    ]);
    expect(codes(await submit(seen.id))).toEqual([]);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await ended(seen, 'WON');
    expect(await tranches(group)).toEqual([['WHOLE', 'DELIVERED', 10_000n, 0n, 0n]]);
    expect(await platform(23)).toBe(fees + FEE);
    expect(await told(group)).toEqual(['chargeback.opened', 'chargeback.closed']);
    expect(codes(await world.refund(operator, orderOf(group), 1_000n, key()))).toEqual([]);
    await world.settled();
  });

  test('the seller loses held money; the rest of the payment goes on', async () => {
    const group = await paid([10_000n]);
    await world.ship(group);
    const seen = await complain(world, group, { amountMinor: '4000' });
    expect(await tranches(group)).toEqual([
      ['WHOLE', 'SHIPPED', 6_000n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 4_000n, 0n],
    ]);
    expect(codes(await accept(seen.id))).toEqual([]);
    await world.settled();
    expect(await tranches(group)).toEqual([
      ['WHOLE', 'SHIPPED', 6_000n, 0n, 0n],
      ['CLAIM', 'CLOSED', 0n, 4_000n, 0n],
    ]);
    await ended(seen, 'ACCEPTED');
  });

  test('released money is taken back, what was paid out is owed; won, all of it is as it was', async () => {
    const group = await released(10_000n);
    await world.payOut(member, sellerOf(group), 5_000n);
    await world.settled();
    const before = await funds(sellerOf(group));
    expect(before).toEqual([3_810n, 0n, 0n, 0n]);
    const seen = await complain(world, group, { outcome: 'won' });
    expect(await funds(sellerOf(group))).toEqual([0n, 0n, 0n, 5_000n]);
    expect(await tranches(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 10_000n]]);
    await submit(seen.id);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await ended(seen, 'WON');
    expect(await funds(sellerOf(group))).toEqual(before);
    expect(await tranches(group)).toEqual([['WHOLE', 'RELEASED', 0n, 0n, 0n]]);
    const lines = await world.db.query(
      `select kind, "amountMinor" from "balanceTransaction" where "orderId" = $1 order by id`,
      [orderOf(group)],
    );
    expect(lines).toEqual([
      { kind: 'RELEASE', amountMinor: 8_810n },
      { kind: 'CHARGEBACK', amountMinor: -8_810n },
      { kind: 'CHARGEBACK_REVERSED', amountMinor: 8_810n },
    ]);
  });

  test('fraud is the platform’s: lost, the seller has the money again and we bear it', async () => {
    const group = await released(10_000n);
    const losses = await platform(24);
    const seen = await complain(world, group, { reason: 'fraudulent' });
    expect(await funds(sellerOf(group))).toEqual([0n, 0n, 0n, 0n]);
    await submit(seen.id);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await ended(seen, 'LOST');
    expect(await funds(sellerOf(group))).toEqual([8_810n, 0n, 0n, 0n]);
    expect(await platform(24)).toBe(losses + 10_000n);
  });

  test('over several orders and tenders, each bears by what it has left; a seller answers only for all', async () => {
    const group = world.group([6_000n, 3_000n, 1_000n]);
    for (const [n, { sellerId }] of group.orders.entries()) {
      await world.openSeller(sellerId, n === 2 ? 'acc_00000000000000000000000063' : MEMBER, true);
    }
    await world.pay(group, {
      tenders: [
        { token: 'tok_ok', minorUnits: '4000' },
        { token: 'tok_ok', minorUnits: '6000' },
      ],
    });
    await world.refund(operator, orderOf(group, 1), 3_000n, key());
    await world.settled();
    const seen = await complain(world, group, { tender: 0 });
    expect(await tranches(group, 0)).toEqual([
      ['WHOLE', 'FUNDED', 2_571n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 3_429n, 0n],
    ]);
    expect(await tranches(group, 2)).toEqual([
      ['WHOLE', 'FUNDED', 429n, 0n, 0n],
      ['CLAIM', 'FROZEN', 0n, 571n, 0n],
    ]);
    expect(codes(await world.chargebackAnswer(member, seen.id, key()))).toEqual(['NOT_FOUND']);
    await submit(seen.id);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    await ended(seen, 'LOST');
    expect(codes(await world.refund(operator, orderOf(group, 0), 2_571n, key()))).toEqual([]);
    expect(codes(await world.refund(operator, orderOf(group, 2), 429n, key()))).toEqual([]);
  });

  test('after a full refund the case bears it alone: lost, it is ours; the refund is the proof', async () => {
    const group = await paid([10_000n]);
    await world.refund(operator, orderOf(group), 10_000n, key());
    await world.settled();
    const losses = await platform(24);
    const seen = await complain(world, group);
    expect(seen.uncoveredMinor).toBe(10_000n);
    await submit(seen.id);
    await reaches(world, seen.id, 'UNDER_REVIEW');
    const [operation] = await world.db.query<{ request: { fields: Record<string, string> } }>(
      `select request from "pspOperation" where subject = $1`,
      [seen.id],
    );
    expect(operation?.request.fields['refund_refusal_explanation']).toMatch(/^100.00 EUR of order/);
    await ended(seen, 'LOST');
    expect(await platform(24)).toBe(losses + 10_000n);
  });

  test('a warning freezes what it is about; closed, it is free; opened, it pays', async () => {
    const [kept, gone] = [await released(10_000n), await paid([10_000n])];
    const first = await complain(world, kept, { warning: true });
    const second = await complain(world, gone, { warning: true });
    expect([first.state, second.state]).toEqual(['WARNING', 'WARNING']);
    expect(await funds(sellerOf(kept))).toEqual([0n, 0n, 0n, 0n]);
    expect(await tranches(gone)).toEqual([['WHOLE', 'FROZEN', 0n, 0n, 0n]]);
    await world.psp.post(`/sim/disputes/${second.pspDisputeId}/escalate`, {});
    await reaches(world, second.id, 'OPENED');
    expect(await tranches(gone)).toEqual([['WHOLE', 'FROZEN', 0n, 10_000n, 0n]]);
    await world.psp.post('/sim/advance', { seconds: (8 * DAY) / 1_000 });
    await reaches(world, first.id, 'PREVENTED');
    expect(await funds(sellerOf(kept))).toEqual([8_810n, 0n, 0n, 0n]);
    await reaches(world, second.id, 'LOST');
    expect(await told(kept)).toEqual(['chargeback.closed']);
  });

  test.each(['drop_before', 'drop_after'])(
    'webhooks twice and out of order, and the reply to our evidence is lost (%s): once each',
    async (kind) => {
      const group = await released(10_000n);
      const again = [{ kind: 'duplicate' }, { kind: 'reorder', probability: 0.5 }];
      await world.psp.faults(...again, { match: 'POST *disputes/*', kind, times: 3 });
      const seen = await complain(world, group, { outcome: 'won' });
      expect(codes(await submit(seen.id))).toEqual([]);
      await answered(seen);
      await reaches(world, seen.id, 'UNDER_REVIEW');
      await ended(seen, 'WON');
      await world.psp.faults();
      const [operation] = await world.db.query(
        'select state from "pspOperation" where subject = $1',
        [seen.id],
      );
      expect(operation).toEqual({ state: 'SUCCEEDED' });
      expect(await told(group)).toEqual(['chargeback.opened', 'chargeback.closed']);
      expect(await funds(sellerOf(group))).toEqual([8_810n, 0n, 0n, 0n]);
    },
  );
});
