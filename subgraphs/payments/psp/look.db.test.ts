import { DAY, HOUR } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { readBooks, settleAll } from '../testing/psp.settling';
import { World } from '../testing/world';

jest.setTimeout(90_000);
const MEMBER = 'acc_00000000000000000000000033';

interface Operation {
  readonly id: string;
  readonly state: string;
  readonly detail: string | null;
  readonly pspId: string | null;
}

// What a look at the PSP means for an act that we know nothing of, and for how long it may be sent again.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.psp.faults();
    expect(await world.violations()).toEqual([]);
  });

  const find = dialect === 'stripe' ? 'GET /v1/refunds' : 'GET /api/operations';
  const last = async (kind: string): Promise<Operation | undefined> =>
    world.db.first<Operation>(
      'select * from "pspOperation" where kind = $1 order by id desc limit 1',
      [kind],
    );
  /** Time passes here and at the PSP. */
  const pass = async (ms: number): Promise<void> => {
    world.clock.advance(ms);
    await world.psp.post('/sim/advance', { seconds: ms / 1_000 });
  };
  /** Refunds of an amount that the PSP has made. */
  const refundsOf = async (minor: bigint): Promise<number> =>
    (await world.psp.books()).refunds.filter(({ amountMinor }) => amountMinor === String(minor))
      .length;

  test('a refund that waited for longer than a key lives is sent again when its first reply is lost', async () => {
    const group = world.group([2_100n]);
    await world.pay(group);
    await world.break(`
      create function asleep() returns trigger language plpgsql as
        $$ begin new."nextAt" := null; return new; end $$;
      create trigger asleep before insert on "pspOperation" for each row
        when (new.kind = 'REFUND') execute function asleep()`);
    await world.partyFact('order.cancelled', group);
    await world.break('drop trigger asleep on "pspOperation"; drop function asleep');
    await pass(31 * DAY);
    await world.psp.faults({ match: world.psp.match('REFUND'), kind: 'drop_before', times: 2 });
    await world.db.query(
      `update "pspOperation" set "nextAt" = $1 where kind = 'REFUND' and state = 'READY'`,
      [world.clock.now()],
    );
    await settleAll(world);
    expect(await last('REFUND')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await refundsOf(2_100n)).toBe(1);
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
    // what is read once is not compared with what the tests below move
    await world.break('delete from "pspBook"');
  });

  test('a look that is refused is no answer about the act', async () => {
    const group = world.group([2_200n]);
    await world.pay(group);
    await world.psp.faults(
      { match: world.psp.match('REFUND'), kind: 'drop_before', times: 2 },
      { match: find, kind: 'status', status: 400, times: 1 },
    );
    await world.partyFact('order.cancelled', group);
    await settleAll(world);
    expect(await last('REFUND')).toMatchObject({ state: 'SUCCEEDED' });
    expect(await refundsOf(2_200n)).toBe(1);
  });

  test('what the PSP has shown and does not find now is looked for again, never given up', async () => {
    const group = world.group([10_000n]);
    const { sellerId = '' } = group.orders[0] ?? {};
    await world.openSeller(sellerId, MEMBER, false);
    await world.gate(sellerId, true, 1);
    await world.payoutAccount(user(MEMBER), sellerId, 'dest_slow');
    await world.payoutEvery(user(MEMBER), sellerId, 'MANUAL');
    await world.pay(group);
    await world.ship(group);
    await world.partyFact('order.receipt_confirmed', group);
    const made = await world.payOut(user(MEMBER), sellerId, 2_300n);
    expect(made.userErrors).toEqual([]);
    const reaches = (state: string, test: (one: Operation | undefined) => boolean) =>
      until(async () => test(await last('PAYOUT')), `the payout to be ${state}`);
    await reaches('under way', (one) => one?.state === 'PENDING');
    const { id = '', pspId = '' } = (await last('PAYOUT')) ?? {};
    const hide = (reference: string, theirs: string): Promise<unknown> =>
      world.break(`update "pspOperation" set "pspId" = '${theirs}', id = '${reference}'
        where kind = 'PAYOUT'`);
    await hide('pop_nobody', 'po_nobody');
    await pass(31 * DAY);
    await reaches('missed', (one) => one?.detail === 'not there any more');
    expect(await last('PAYOUT')).toMatchObject({ state: 'PENDING' });
    await hide(id, pspId ?? '');
    await pass(HOUR);
    await settleAll(world);
    expect(await last('PAYOUT')).toMatchObject({ state: 'SUCCEEDED' });
  });
});
