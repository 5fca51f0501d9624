import { systemViewer } from '#kernel/auth/viewer';
import { DAY, SECOND } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import { until } from '#kernel/testing/until';
import { pspOf } from '../psp/psp-dialects.adapter';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { PspReply } from '../psp/psp.port';
import { type Answer, user } from '../testing/acts';
import { PSP_API_KEY, PSP_SECRET } from '../testing/psp.process';
import { MEMBER, moneyOf } from '../testing/sellers';
import { World } from '../testing/world';
import { PayoutOutcomeService } from './payout-outcome.service';

jest.setTimeout(60_000);
const member = user(MEMBER);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.psp.faults();
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

/** A seller with 88.1 % of a total available, who is paid out there. */
async function seller(total = 10_000n, destination = 'dest_slow'): Promise<string> {
  const group = world.group([total]);
  const { sellerId = '' } = group.orders[0] ?? {};
  await world.openSeller(sellerId, MEMBER, false);
  await world.gate(sellerId, true, 1);
  await world.payoutAccount(member, sellerId, destination);
  await world.payoutEvery(member, sellerId, 'MANUAL');
  await world.pay(group);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  return sellerId;
}

const idOf = (answer: Answer): string => (answer['payout'] as { id: string } | null)?.id ?? '';
const stateIs = (id: string, state: string): Promise<unknown> =>
  until(
    async () =>
      (await world.db.first('select 1 as one from payout where id = $1 and state = $2', [
        id,
        state,
      ])) !== undefined,
    `payout ${state}`,
  );
const told = async (id: string): Promise<string[]> =>
  (
    await world.db.query<{ type: string }>(
      'select type from outbox where subject = $1 order by seq',
      [id],
    )
  ).map(({ type }) => type);
const operationOf = async (id: string): Promise<PspOperationRow> => {
  const row = await world.db.first<PspOperationRow>(
    'select * from "pspOperation" where subject = $1',
    [id],
  );
  if (row === undefined) throw new Error(`${id} has no act`);
  return row;
};
const timersOf = (id: string): Promise<{ kind: string; fireAt: Date }[]> =>
  world.db.query('select kind, "fireAt" from timer where subject = $1', [id]);

test('a payout that was cancelled at the PSP is the seller’s money again', async () => {
  const sellerId = await seller();
  const id = idOf(await world.payOut(member, sellerId, 1_000n));
  await stateIs(id, 'IN_TRANSIT');
  expect((await moneyOf(world, sellerId))[0]).toBe(7_810n);
  const options = { url: world.psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET };
  const { pspId } = await operationOf(id);
  const act = { kind: 'CANCEL_PAYOUT', pspPayoutId: pspId ?? '' } as const;
  expect((await pspOf(options, 'generic').send('by hand', act)).kind).toBe('OBJECT');
  await stateIs(id, 'FAILED');
  expect((await moneyOf(world, sellerId))[0]).toBe(8_810n);
  expect((await told(id)).at(-1)).toBe('payout.failed');
  expect(await timersOf(id)).toEqual([]);
  expect((await operationOf(id)).state).toBe('REJECTED');
});

test('after a lost reply the PSP’s word that it has the payout is told, and the alarm counts from then', async () => {
  const sellerId = await seller();
  await world.psp.faults({ match: 'POST /api/payouts', kind: 'drop_before', times: 1 });
  const id = idOf(await world.payOut(member, sellerId, 1_000n));
  await stateIs(id, 'UNKNOWN');
  const operation = await operationOf(id);
  const hear = (reply: PspReply): Promise<void> =>
    world.db.transaction(systemViewer('test'), (tx) =>
      new PayoutOutcomeService(silentLogger()).settle(tx, operation, reply),
    );
  const object = {
    ...({ id: 'po_1', object: 'payout', status: 'pending', currency: 'EUR' } as const),
    ...{ amountMinor: 1_000n, capturedMinor: 0n, reference: operation.id },
    ...{ declineCode: null, actionUrl: null },
  };
  await hear({ kind: 'OBJECT', object });
  await stateIs(id, 'SUBMITTED');
  expect(await told(id)).toEqual(['payout.submitted']);
  const timers = await timersOf(id);
  expect(timers.map(({ kind }) => kind)).toEqual(['T18']);
  await hear({ kind: 'LOST', reason: 'status 500' });
  await stateIs(id, 'UNKNOWN');
  world.clock.advance(20 * SECOND);
  await hear({ kind: 'OBJECT', object });
  await stateIs(id, 'SUBMITTED');
  expect(await timersOf(id)).toEqual(timers);
});

test('a new seller’s cap holds for all payouts that are asked for at once', async () => {
  const sellerId = await seller(200_000n, 'dest_ok');
  await world.tier(sellerId, 'NEW', 2);
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => world.payOut(member, sellerId, 20_000n, `cap ${n}`)),
  );
  const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'DONE').sort();
  expect(codes).toEqual([
    ...Array.from({ length: 5 }, () => 'DONE'),
    ...Array.from({ length: 3 }, () => 'PAYOUT_LIMIT'),
  ]);
});

test.each(['T18', 'T19'])(
  '%s of a payout that has ended calls nobody, and ends too',
  async (kind) => {
    const sellerId = await seller(10_000n, 'dest_ok');
    const id = idOf(await world.payOut(member, sellerId, 1_000n));
    await stateIs(id, 'PAID');
    await world.db.query(
      'insert into timer (subject, kind, "fireAt", version) values ($1, $2, $3, 0)',
      [id, kind, new Date(world.clock.now().getTime() - DAY)],
    );
    await until(async () => {
      await world.advance(0);
      return (await timersOf(id)).every(({ fireAt }) => fireAt > world.clock.now());
    }, 'the timer to fire');
    expect(await timersOf(id)).toEqual([]);
  },
);
