import { until } from '#kernel/testing/until';
import type { Viewer } from '#kernel/auth/viewer';
import { type Answer, apiKey, justSignedIn, user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const otherMember = user('acc_00000000000000000000000006');
const operator = user('acc_00000000000000000000000005', ['OPERATOR']);
const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

/** A seller with 8 810 available out of an order of 10 000. */
async function soldAndReleased(payable = true): Promise<{ sellerId: string; group: PlacedGroup }> {
  const group = world.group([10_000n]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  await world.openSeller(sellerId, MEMBER, payable);
  await world.pay(group);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  return { sellerId, group };
}

async function balance(sellerId: string): Promise<[string, string, string]> {
  const { data } = await world.call(
    member,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") {
        available { minorUnits } pending { minorUnits } paidOut { minorUnits }
      } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  type Found = { balance: Record<'available' | 'pending' | 'paidOut', { minorUnits: string }> };
  const [found] = data?.['_entities'] as Found[];
  const { available, pending, paidOut } = found?.balance ?? {};
  return [available, pending, paidOut].map((m) => m?.minorUnits ?? '') as [string, string, string];
}

const stateIs = (id: string, state: string): Promise<unknown> =>
  until(
    async () =>
      (
        await world.db.query('select 1 as one from payout where id = $1 and state = $2', [
          id,
          state,
        ])
      ).length > 0,
    `payout ${state}`,
  );
const idOf = (answer: Record<string, unknown>): string =>
  (answer['payout'] as { id: string } | null)?.id ?? '';

test('pays the seller out of the available balance; each line names its cause', async () => {
  const { sellerId } = await soldAndReleased();
  expect(await balance(sellerId)).toEqual(['8810', '0', '0']);
  const payout = await world.payOut(member, sellerId, 8_000n, 'once');
  expect(await world.payOut(member, sellerId, 8_000n, 'once')).toMatchObject({
    payout: { id: idOf(payout) },
  });
  expect(await balance(sellerId)).toEqual(['810', '0', '8000']);
  await stateIs(idOf(payout), 'PAID');
  expect(await balance(sellerId)).toEqual(['810', '0', '8000']);
  const { data } = await world.call(
    member,
    `query ($s: ID!) { balanceTransactions(sellerId: $s, currencyCode: "EUR") { nodes {
      kind cause amount { minorUnits } gross { minorUnits } order { id } } } }`,
    { s: sellerId },
  );
  expect(data?.['balanceTransactions']).toMatchObject({
    nodes: [
      { kind: 'PAYOUT', cause: 'PAYOUT', amount: { minorUnits: '-8000' }, order: null },
      {
        kind: 'RELEASE',
        cause: 'RECEIPT_CONFIRMED',
        amount: { minorUnits: '8810' },
        gross: { minorUnits: '10000' },
      },
    ],
  });
});

test('a payout that fails, or that the bank returns, is available again', async () => {
  const payTo = async (destination: string): Promise<string> => {
    const sold = await soldAndReleased(false);
    await world.gate(sold.sellerId, true, 1);
    await world.payoutAccount(member, sold.sellerId, destination);
    return sold.sellerId;
  };
  const failing = await payTo('dest_fail');
  const failed = await world.payOut(member, failing, 1_000n);
  await stateIs(idOf(failed), 'FAILED');
  expect(await balance(failing)).toEqual(['8810', '0', '0']);
  const sellerId = await payTo('dest_return');
  const returned = await world.payOut(member, sellerId, 2_000n);
  await stateIs(idOf(returned), 'RETURNED');
  expect(await balance(sellerId)).toEqual(['8810', '0', '0']);
  const again = await world.payOut(member, sellerId, 2_000n);
  expect(again.userErrors[0]?.code).toBe('PAYOUT_ACCOUNT_UNVERIFIED');
});

test('50 payouts at once never pay more than there is', async () => {
  const { sellerId } = await soldAndReleased();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => world.payOut(member, sellerId, 1_000n, `many ${i}`)),
  );
  const codes = answers.map(({ userErrors }) => userErrors[0]?.code ?? 'DONE');
  expect(codes.filter((code) => code === 'DONE')).toHaveLength(8);
  expect(new Set(codes)).toEqual(new Set(['DONE', 'BALANCE_INSUFFICIENT']));
});

test('no payout before verification, without an account, or by anyone else', async () => {
  const { sellerId } = await soldAndReleased(false);
  const codeOf = async (work: ReturnType<World['payOut']>) => (await work).userErrors[0]?.code;
  expect(await codeOf(world.payOut(member, sellerId, 1n))).toBe('PAYOUT_ON_HOLD');
  await world.gate(sellerId, true, 2);
  await world.gate(sellerId, false, 1); // an older word, heard later
  expect(await codeOf(world.payOut(member, sellerId, 1n))).toBe('PAYOUT_ACCOUNT_UNVERIFIED');
  await world.payoutAccount(member, sellerId, 'dest_ok');
  const strangers = [
    user('acc_00000000000000000000000004'),
    user('acc_00000000000000000000000005', ['OPERATOR']),
    apiKey(['sel_00000000000000000000000001'], ['payouts:write']),
  ];
  for (const stranger of strangers) {
    expect(await codeOf(world.payOut(stranger, sellerId, 1n))).toBe('NOT_FOUND');
  }
  const reader = apiKey([sellerId], ['payouts:read']);
  expect(await codeOf(world.payOut(reader, sellerId, 1n))).toBe('FORBIDDEN');
  const key = apiKey([sellerId], ['payouts:write']);
  expect(await codeOf(world.payOut(key, sellerId, 100n))).toBeUndefined();
  expect(await codeOf(world.payOut(member, sellerId, 0n))).toBe('AMOUNT_INVALID');
});

test('a refund after release is clawed back from the balance, with the fees of its part', async () => {
  const { sellerId, group } = await soldAndReleased();
  const orderId = group.orders[0]?.orderId ?? '';
  await world.refund(member, orderId, 5_000n, 'half');
  expect(await balance(sellerId)).toEqual(['4405', '0', '0']);
  expect(await world.tranche(group)).toMatchObject({
    escrowState: 'SPLIT',
    clawedBackMinor: 5_000n,
  });
  const payout = await world.payOut(member, sellerId, 4_000n);
  await stateIs(idOf(payout), 'PAID');
  const refused = await world.refund(member, orderId, undefined, 'rest');
  expect(refused.userErrors[0]?.code).toBe('BALANCE_INSUFFICIENT');
  const tooMuch = await world.refund(member, orderId, 5_001n, 'more');
  expect(tooMuch.userErrors[0]?.code).toBe('AMOUNT_EXCEEDS_AVAILABLE');
  await until(async () => (await world.told(orderId)).includes('refund.succeeded'), 'the refund');
});

test('a lost reply to a payout or refund is UNKNOWN and converges to one', async () => {
  const { sellerId, group } = await soldAndReleased();
  await world.psp.faults({ match: 'POST /api/payouts', kind: 'drop_before', times: 1 });
  const payout = await world.payOut(member, sellerId, 700n);
  await stateIs(idOf(payout), 'UNKNOWN');
  world.clock.advance(31_000);
  await stateIs(idOf(payout), 'PAID');
  await world.psp.faults({ match: 'POST /api/refunds', kind: 'drop_after', times: 1 });
  await world.refund(member, group.orders[0]?.orderId ?? '', 300n, 'lost');
  await until(
    async () => (await world.told(group.orders[0]?.orderId ?? '')).includes('refund.succeeded'),
    'the refund',
  );
  const { refunds, payouts } = await world.psp.books();
  expect(refunds.filter(({ amountMinor }) => amountMinor === '300')).toHaveLength(1);
  expect(payouts.filter(({ amountMinor }) => amountMinor === '700')).toHaveLength(1);
});

test('a refund that the PSP refuses becomes the buyer’s credit', async () => {
  const group = world.group([2_700n]);
  await world.pay(group, { token: 'tok_refund_fail' });
  await world.partyFact('order.cancelled', group);
  const orderId = group.orders[0]?.orderId ?? '';
  await until(async () => (await world.told(orderId)).includes('refund.failed'), 'refund.failed');
  const [credit] = await world.db.query<{ net: string }>(
    'select (cp - dp)::text as net from ledger_total where kind = 5',
  );
  expect(credit?.net).toBe('2700');
});

test('where payouts go is set only with a password entered just now, never by a key', async () => {
  const { sellerId } = await soldAndReleased(false);
  const create = (viewer: Viewer, key: string) => {
    const input = { sellerId, destination: 'dest_ok', idempotencyKey: key };
    return world.mutate(viewer, 'payoutAccountCreate', input, 'payoutAccount { id }');
  };
  const at = (minutes: number) =>
    justSignedIn(member, new Date(world.clock.now().getTime() - minutes * 60_000));
  const key = apiKey([sellerId], ['*']);
  for (const viewer of [member, at(11), key]) {
    expect(codes(await create(viewer, 'one'))).toEqual(['STEP_UP_REQUIRED']);
  }
  expect(codes(await create(justSignedIn(otherMember, world.clock.now()), 'one'))).toEqual([
    'NOT_FOUND',
  ]);
  const made = await create(at(9), 'one');
  expect(codes(made)).toEqual([]);
  // what was done is told again, also when the password is an old one by now
  expect(await create(member, 'one')).toEqual(made);
});

test('an account that a payout came back from waits for an operator; one that was removed counts as changed', async () => {
  const { sellerId } = await soldAndReleased(false);
  await world.gate(sellerId, true, 1);
  await world.payoutAccount(member, sellerId, 'dest_return');
  const made = await world.payOut(member, sellerId, 1_000n);
  expect(codes(made)).toEqual([]);
  await stateIs(idOf(made), 'RETURNED');
  const again = await world.payoutAccount(member, sellerId, 'dest_return');
  const account = again['payoutAccount'] as { id: string; verified: boolean };
  expect(account.verified).toBe(false);
  let acts = 0;
  const act = (viewer: Viewer, what: 'Verify' | 'Remove'): Promise<Answer> => {
    const input = {
      payoutAccountId: account.id,
      idempotencyKey: `${what} ${(acts += 1).toString()}`,
    };
    return world.mutate(
      viewer,
      `payoutAccount${what}`,
      input,
      'payoutAccount { id verified removed }',
    );
  };
  expect(codes(await act(member, 'Verify'))).toEqual(['FORBIDDEN']);
  expect((await act(operator, 'Verify'))['payoutAccount']).toMatchObject({ verified: true });
  for (const stranger of [otherMember, operator, apiKey(['sel_x'], ['payouts:write'])]) {
    expect(codes(await act(stranger, 'Remove'))).toEqual(['NOT_FOUND']);
  }
  expect((await act(member, 'Remove'))['payoutAccount']).toMatchObject({ removed: true });
  expect(codes(await act(operator, 'Verify'))).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual(['PAYOUT_ACCOUNT_UNVERIFIED']);
  await world.payoutAccount(member, sellerId, 'dest_return');
  expect(codes(await world.payOut(member, sellerId, 100n))).toEqual(['PAYOUT_ON_HOLD']);
  const told = await world.db.query<{ data: { verified: boolean; removed: boolean } }>(
    `select data from outbox where type = 'payout_account.changed' and subject = $1 order by seq`,
    [account.id],
  );
  expect(told.map(({ data }) => [data.verified, data.removed])).toEqual([
    [true, false],
    [false, false],
    [false, false],
    [true, false],
    [true, true],
    [true, false],
  ]);
});
