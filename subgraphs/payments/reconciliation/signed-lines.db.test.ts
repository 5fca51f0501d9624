import { systemViewer } from '#kernel/auth/viewer';
import { DAY } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { type Answer, user } from '../testing/acts';
import { chargebackOf, reaches } from '../testing/complaints';
import { readBooks } from '../testing/psp.settling';
import { MEMBER } from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { PSP_CONNECTION } from '../psp/connection.rules';
import { DISPUTES, OPERATIONS } from './booked.service';

jest.setTimeout(90_000);
const operator = user('acc_00000000000000000000000025', ['OPERATOR']);
const member = user(MEMBER);

interface Settled {
  settlements: { bankMinor: string; bankReference: string; createdAt: string }[];
}

/** Reports with amounts below zero, and lines about what the PSP cannot move yet or that we sent late. */
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  let runs = 0;
  beforeEach(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterEach(async () => {
    await world.settled();
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
    await world.close();
  });

  const run = async (bankStatement = ''): Promise<Answer> => {
    const input = {
      from: new Date(Date.now() - 20 * DAY).toISOString(),
      to: new Date(Date.now() + DAY).toISOString(),
      bankStatement,
      idempotencyKey: `run ${(runs += 1)}`,
    };
    const fields = 'reconciliationRun { matched open }';
    return world.mutate(operator, 'reconciliationRun', input, fields);
  };
  const net = async (kind: number): Promise<bigint> =>
    (
      await world.db.query<{ net: bigint }>(
        'select coalesce(sum(dp - cp), 0)::bigint as net from ledger_total where kind = $1',
        [kind],
      )
    )[0]?.net ?? 0n;
  const open = async (): Promise<string[]> =>
    (
      await world.db.query<{ what: string }>(
        `select side || ' ' || outcome as what from "reconciliationItem" where state = 'OPEN'`,
      )
    ).map(({ what }) => what);
  const toBank = async (): Promise<string> => {
    const { settlements } = (await world.psp.post('/sim/settlements', { toBank: true })) as Settled;
    return settlements
      .map(({ bankMinor, bankReference, createdAt }) =>
        [bankReference, createdAt, bankReference, 'EUR', bankMinor].join(','),
      )
      .join('\n');
  };
  const refunded = async (group: PlacedGroup): Promise<void> => {
    await world.partyFact('order.cancelled', group);
    const { orderId = '' } = group.orders[0] ?? {};
    await until(async () => (await world.told(orderId)).includes('refund.succeeded'), 'a refund');
  };

  test('a dispute’s fee that winning gives back is booked', async () => {
    await world.pay(world.group([7_000n]));
    const [tender] = await world.db.query<{ id: string }>(
      'select "pspPaymentId" as id from tender',
    );
    const complaint = { paymentId: tender?.id, reason: 'general', outcome: 'won', feeBack: true };
    const { id = '' } = (await world.psp.post('/sim/disputes', complaint)) as { id?: string };
    await until(async () => (await chargebackOf(world, id)) !== undefined, 'the chargeback');
    const seen = await chargebackOf(world, id);
    await world.psp.post('/sim/settlements', {});
    await run();
    expect(await net(21)).toBe(0n);
    await world.chargebackAnswer(operator, seen?.id ?? '', 'answer');
    await reaches(world, seen?.id ?? '', 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, seen?.id ?? '', 'WON');
    await world.psp.post('/sim/settlements', {});
    for (let again = 0; again < 2; again += 1) {
      expect((await run()).userErrors).toEqual([]);
      expect(await open()).toEqual([]);
      // the fee was booked when the case opened: what comes back is the same cost
      expect([await net(21), await net(23)]).toEqual([0n, 0n]);
    }
  });

  test('a dispute’s fee that a version before booked among the PSP’s stays there, once', async () => {
    await world.pay(world.group([7_000n]));
    const [tender] = await world.db.query<{ id: string }>(
      'select "pspPaymentId" as id from tender',
    );
    const complaint = { paymentId: tender?.id, reason: 'general', outcome: 'won', feeBack: true };
    const { id = '' } = (await world.psp.post('/sim/disputes', complaint)) as { id?: string };
    await until(async () => (await chargebackOf(world, id)) !== undefined, 'the chargeback');
    await world.chargebackAnswer(operator, (await chargebackOf(world, id))?.id ?? '', 'answer');
    const seen = (await chargebackOf(world, id))?.id ?? '';
    await reaches(world, seen, 'UNDER_REVIEW');
    await world.psp.post('/sim/advance', { seconds: 2 });
    await reaches(world, seen, 'WON');
    await world.psp.post('/sim/settlements', {});
    await world.db.transaction(systemViewer('test'), async (tx) => {
      const [clearing = 0n, fees = 0n] = await openAccounts(tx, [
        { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency: 'EUR' },
        { kind: 'PSP_FEE_EXPENSE', owner: PLATFORM, currency: 'EUR' },
      ]);
      const back = { code: 'PSP_FEE', debit: clearing, credit: fees, amount: 1_500n } as const;
      await post(tx, posting(`${id}:DISPUTE_WON:PSP_FEE`, 'EUR', tx.now, [back]));
    });
    expect((await run()).userErrors).toEqual([]);
    expect(await open()).toEqual([]);
    expect([await net(21), await net(23)]).toEqual([-1_500n, 1_500n]);
  });

  test('what the PSP takes from our bank is booked like what it sends there', async () => {
    const group = world.group([3_000n]);
    await world.pay(group);
    const header = 'id,date,reference,currency,amountMinor';
    const came = await toBank();
    await refunded(group);
    const went = await toBank();
    expect(went).toMatch(/,-3000$/);
    const answer = await run([header, came, went].join('\n'));
    expect(answer).toMatchObject({ reconciliationRun: { matched: 4, open: 0 }, userErrors: [] });
    expect([await net(20), await net(1)]).toEqual([0n, 0n]);
  });

  test('a refund that was sent long after it was made is expected in the report of its time', async () => {
    const group = world.group([3_100n]);
    await world.pay(group);
    await world.break(`
      create function early() returns trigger language plpgsql as
        $$ begin new."createdAt" := new."createdAt" - interval '30 days'; return new; end $$;
      create trigger early before insert on "pspOperation" for each row
        when (new.kind = 'REFUND') execute function early()`);
    await refunded(group);
    await world.break('drop trigger early on "pspOperation"; drop function early');
    await run();
    expect(await open()).toEqual(['PSP TIMING', 'PSP TIMING']);
  });

  test('a period is found without reading all that there ever was', async () => {
    const period = [new Date(Date.now() - DAY), new Date()];
    const plans = await world.db.transaction(systemViewer('test'), async (tx) => {
      // only an index that fits the period is left to choose
      await tx.query('set local enable_seqscan = off');
      await tx.query('set local enable_indexscan = off');
      const of = (sql: string, lists: string[][]) =>
        tx.query(`explain ${sql}`, [...period, ...lists]);
      return [...(await of(OPERATIONS, [[], []])), ...(await of(DISPUTES, [[]]))];
    });
    expect(JSON.stringify(plans)).not.toMatch(/Seq Scan on \W*(pspOperation|chargeback)/);
  });

  if (dialect === 'generic') return;
  test('money that the PSP cannot move yet is reported and ours, but is not paid out', async () => {
    await world.psp.post('/sim/pending', { seconds: 2 * 86_400 });
    const group = world.group([10_000n]);
    const { sellerId = '' } = group.orders[0] ?? {};
    await world.openSeller(sellerId, MEMBER, true);
    await world.pay(group);
    await world.ship(group);
    await world.partyFact('order.receipt_confirmed', group);
    await world.psp.post('/sim/settlements', {});
    expect(await run()).toMatchObject({ reconciliationRun: { matched: 1, open: 0 } });
    expect(await readBooks(world)).toBe(true);
    expect(await world.violations()).toEqual([]);
    const codes = async (): Promise<(string | undefined)[]> =>
      (await world.payOut(member, sellerId, 1_000n)).userErrors.map(({ code }) => code);
    expect(await codes()).toEqual(['BALANCE_INSUFFICIENT']);
    await world.psp.post('/sim/pending', { seconds: 0 });
    expect(await codes()).toEqual([]);
    await until(
      async () =>
        (await world.db.first(`select 1 as one from payout where state = 'PAID'`)) !== undefined,
      'the payout',
    );
  });
});
