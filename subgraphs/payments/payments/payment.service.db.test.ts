import { Client } from 'pg';
import { until } from '#kernel/testing/until';
import { apiKey, user } from '../testing/acts';
import { World } from '../testing/world';

jest.setTimeout(30_000);
const OPERATOR = user('acc_00000000000000000000000008', ['OPERATOR']);
const AUDITOR = user('acc_00000000000000000000000006', ['AUDITOR']);
const RECEIPT = `query ($id: ID!) { payment(id: $id) { receipt {
  number issuedAt total { minorUnits } html refunds { amount { minorUnits } }
  orders { order { id } lines { quantity amount { minorUnits } } }
  tenders { brand last4 amount { minorUnits } } } } }`;
interface Receipt {
  readonly html: string;
  readonly refunds: readonly unknown[];
  readonly orders: readonly { readonly lines: readonly unknown[] }[];
}
const LEDGER = `query ($where: LedgerTransferWhereInput, $first: Int, $after: Cursor, $last: Int,
    $before: Cursor) {
  ledgerTransfers(where: $where, first: $first, after: $after, last: $last, before: $before) {
    nodes { id code mode amount { minorUnits } debit { kind ownerId } credit { kind ownerId } }
    pageInfo { startCursor endCursor } } }`;
interface Listed {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
}

let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

test('pays two sellers’ orders with one token and holds the money', async () => {
  const group = world.group([10_000n, 2_550n]);
  const { payment, userErrors } = await world.pay(group);
  expect(userErrors).toEqual([]);
  expect(payment?.status).toBe('CAPTURED');
  expect(await world.tranche(group, 0)).toMatchObject({
    state: 'FUNDED',
    capturedMinor: 10_000n,
    availableMinor: 10_000n,
    escrowState: 'HELD',
  });
  expect(await world.tranche(group, 1)).toMatchObject({ state: 'FUNDED', capturedMinor: 2_550n });
  expect(await world.told(group.orders[0]?.orderId ?? '')).toEqual([
    'payment.captured',
    'escrow.funded',
  ]);
});

test('20 double clicks: one capture, the same answer', async () => {
  const group = world.group([4_200n]);
  const request = await world.sealed(group);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.pay(group, { request, key: 'click' })),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]?.payment?.status).toBe('CAPTURED');
  const { payments } = await world.psp.books();
  expect(payments.filter(({ capturedMinor }) => capturedMinor === '4200')).toHaveLength(1);
});

test('a second payment with another key sends nothing', async () => {
  const group = world.group([5_100n]);
  const both = await Promise.all([world.pay(group), world.pay(group)]);
  const codes = both.map(({ userErrors }) => userErrors[0]?.code ?? 'PAID').sort();
  expect(codes).toEqual(['PAID', 'PAYMENT_IN_PROGRESS']);
});

test('a lost reply is UNKNOWN, and becomes one charge', async () => {
  await world.psp.faults({ match: 'POST /api/payments', kind: 'drop_after', times: 1 });
  const group = world.group([7_700n]);
  const { payment } = await world.pay(group);
  expect(payment?.status).toBe('UNKNOWN');
  await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding');
  const { payments } = await world.psp.books();
  expect(payments.filter(({ capturedMinor }) => capturedMinor === '7700')).toHaveLength(1);
});

test('declined: PAYMENT_DECLINED to every click, payment.failed once, and a new payment may be made', async () => {
  const group = world.group([1_100n]);
  const request = await world.sealed(group);
  const token = 'tok_decline_insufficient_funds';
  const clicks = await Promise.all(
    Array.from({ length: 5 }, () => world.pay(group, { request, token, key: 'declined' })),
  );
  expect(clicks.map(({ userErrors }) => userErrors[0]?.code)).toEqual(
    Array(5).fill('PAYMENT_DECLINED'),
  );
  expect(await world.told(group.orders[0]?.orderId ?? '')).toEqual(['payment.failed']);
  expect((await world.pay(group)).payment?.status).toBe('CAPTURED');
});

test('several tenders: all are needed; when one is declined the others go back', async () => {
  const group = world.group([1_000n, 500n]);
  const both = (second: string) => [
    { token: 'tok_ok', minorUnits: '900' },
    { token: second, minorUnits: '600' },
  ];
  const declined = await world.pay(group, { tenders: both('tok_decline_generic') });
  expect(declined.userErrors[0]?.code).toBe('PAYMENT_DECLINED');
  await until(
    async () => (await world.psp.books()).refunds.some(({ amountMinor }) => amountMinor === '900'),
    'the first tender to go back',
  );
  const { payment } = await world.pay(group, { tenders: both('tok_ok') });
  expect(payment?.status).toBe('CAPTURED');
  expect(await world.tranche(group, 1)).toMatchObject({ state: 'FUNDED', capturedMinor: 500n });
  await world.partyFact('order.cancelled', group, 0);
  await until(
    async () => (await world.told(group.orders[0]?.orderId ?? '')).includes('refund.succeeded'),
    'the refund',
  );
  const legs = await world.db.query(
    `select l."amountMinor" from "refundLeg" l join refund r on r.id = l."refundId"
     join tender t on t.id = l."tenderId" where r."orderId" = $1 order by t.number desc`,
    [group.orders[0]?.orderId],
  );
  expect(legs).toEqual([{ amountMinor: 600n }, { amountMinor: 400n }]);
  await world.partyFact('order.cancelled', group, 1);
  await until(
    async () => (await world.told(group.orders[1]?.orderId ?? '')).includes('refund.succeeded'),
    'the second refund, to the tender that has something left',
  );
});

test('a card number is refused and kept nowhere', async () => {
  const group = world.group([1_000n]);
  for (const token of ['4242424242424242', 'tok 4242 4242 4242 4242', '4000-0566-5566-5556']) {
    expect((await world.pay(group, { token })).userErrors[0]?.code).toBe('CARD_NUMBER_REFUSED');
  }
  const [found] = await world.db.query(
    `select (select count(*) from "pspOperation" where request::text like '%4242424242%')
       + (select count(*) from idempotency where response::text like '%4242424242%') as n`,
  );
  expect(found).toEqual({ n: 0n });
});

test('forged, foreign, expired and too small: typed refusals, nothing sent', async () => {
  const group = world.group([1_000n]);
  const other = world.group([1_000n]);
  const codeOf = async (options: Parameters<World['pay']>[1]) =>
    (await world.pay(group, options)).userErrors[0]?.code;
  const request = await world.sealed(group);
  const broken = `${request.slice(0, -4)}AAAA`;
  expect(await codeOf({ request: broken })).toBe('PAYMENT_REQUEST_INVALID');
  expect(await codeOf({ request: 'x' })).toBe('PAYMENT_REQUEST_INVALID');
  expect(await codeOf({ request: await world.sealed(other) })).toBe('PAYMENT_REQUEST_INVALID');
  expect(await codeOf({ request: await world.sealed(group, -1_000) })).toBe(
    'PAYMENT_REQUEST_EXPIRED',
  );
  expect(await codeOf({ tenders: [{ token: 'tok_ok', minorUnits: '999' }] })).toBe(
    'AMOUNT_INVALID',
  );
  expect(await codeOf({ tenders: [{ token: 'tok_ok', minorUnits: '-1' }] })).toBe('AMOUNT_INVALID');
  expect(await codeOf({ tenders: [] })).toBe('AMOUNT_INVALID');
  expect(await codeOf({ token: 'tok_nobody_knows' })).toBe('PAYMENT_DECLINED');
  expect(await codeOf({ key: '' })).toBe('IDEMPOTENCY_KEY_INVALID');
});

test('the same key: the first answer even after the request expired; other input is a mismatch', async () => {
  const group = world.group([2_300n]);
  const request = await world.sealed(group);
  const first = await world.pay(group, { request, key: 'again' });
  world.clock.advance(16 * 60_000);
  expect(await world.pay(group, { request, key: 'again' })).toEqual(first);
  const other = await world.pay(group, { request, key: 'new' });
  expect(other.userErrors[0]?.code).toBe('PAYMENT_REQUEST_EXPIRED');
  const fresh = await world.sealed(group);
  const mismatch = await world.pay(group, { request: fresh, key: 'again', token: 'tok_3ds' });
  expect(mismatch.userErrors[0]?.code).toBe('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
  const same = await world.pay(group, { request: fresh, key: 'again' });
  expect(same).toEqual(first);
});

test('a group that is UNKNOWN takes no second payment; the deadline waits for the outcome', async () => {
  await world.psp.faults({ match: 'POST /api/payments', kind: 'drop_before', times: 1 });
  const group = world.group([6_600n]);
  expect((await world.pay(group)).payment?.status).toBe('UNKNOWN');
  expect((await world.pay(group)).userErrors[0]?.code).toBe('PAYMENT_OUTCOME_UNKNOWN');
  await world.psp.faults({ match: 'GET /api/operations', kind: 'status', status: 500 });
  await world.advance(15 * 60_000);
  expect(await world.tranche(group)).toMatchObject({ state: 'AWAITING_FUNDS' });
  await world.psp.faults();
  world.clock.advance(24 * 60 * 60_000);
  await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding');
});

test('a receipt says what was paid with what; it stays the same, and refunds stand beside it', async () => {
  const group = world.groupOf([[[2, 1_500n]], [[1, 500n]]]);
  const tenders = [
    { token: 'tok_ok', minorUnits: '1200' },
    { token: 'tok_3ds', minorUnits: '800' },
  ];
  const { payment } = await world.pay(group, { tenders });
  const receiptFor = async (viewer = user(group.buyerId)) => {
    const { data } = await world.call(viewer, RECEIPT, { id: payment?.id });
    return (data?.['payment'] as { receipt: Receipt | null } | null)?.receipt;
  };
  expect(await receiptFor()).toBeNull();
  await world.post3ds(payment?.id ?? '', 'success');
  await world.confirmPayment(user(group.buyerId), payment?.id ?? '');
  const { html, refunds, ...said } = (await receiptFor()) ?? { html: '', refunds: [] };
  const card = { brand: 'simcard', last4: '4242' };
  expect(said).toMatchObject({
    number: expect.stringMatching(/^R-\d{8}$/) as string,
    total: { minorUnits: '2000' },
    tenders: [
      { ...card, amount: { minorUnits: '1200' } },
      { ...card, amount: { minorUnits: '800' } },
    ],
  });
  const lines = [
    { quantity: 2, amount: { minorUnits: '1500' } },
    { quantity: 1, amount: { minorUnits: '500' } },
  ];
  expect((said as Receipt).orders.flatMap((order) => order.lines)).toEqual(
    expect.arrayContaining(lines),
  );
  expect(refunds).toEqual([]);
  // the version before writes it like this
  const before = `select content = receipt_content("paymentId", null, null, null) as same
    from receipt where "paymentId" = $1`;
  expect(await world.db.first(before, [payment?.id])).toEqual({ same: true });
  await world.refund(OPERATOR, group.orders[0]?.orderId ?? '', 100n, 'receipt');
  const after = await receiptFor();
  expect(after).toMatchObject({ ...said, html, refunds: [{ amount: { minorUnits: '100' } }] });
  expect(await receiptFor(AUDITOR)).toEqual(after);
  for (const viewer of [user('acc_00000000000000000000000009'), apiKey([], ['*'])]) {
    expect(await receiptFor(viewer)).toBeUndefined();
  }
  const change = `update receipt set content = '{}' where "paymentId" = '${payment?.id ?? ''}'`;
  await expect(world.db.query(change)).rejects.toThrow('immutable');
});

test('an auditor pages through the ledger, both ways, by account, subject and time', async () => {
  const { payment } = await world.pay(world.group([4_321n, 1_234n]));
  const [tender] = await world.db.query<{ id: string }>(
    'select id from tender where "paymentId" = $1',
    [payment?.id],
  );
  const list = async (variables: object, viewer = AUDITOR): Promise<Listed | null | undefined> =>
    (await world.call(viewer, LEDGER, { ...variables })).data?.['ledgerTransfers'] as Listed | null;
  const about = await list({ where: { subjectId: tender?.id } });
  expect(about?.nodes).toMatchObject([
    {
      ...{ code: 'FUNDING', mode: 'POSTED', amount: { minorUnits: '5555' } },
      ...{ debit: { kind: 'PSP_CLEARING' }, credit: { kind: 'PAYMENT_FUNDS' } },
    },
  ]);
  const ids = async (variables: object) => (await list(variables))?.nodes.map(({ id }) => id) ?? [];
  const where = { accountKind: 'TRANCHE' };
  const all = await ids({ where, first: 5 });
  expect(new Set(all).size).toBe(5);
  const first = await list({ where, first: 2 });
  const next = await list({ where, first: 3, after: first?.pageInfo.endCursor });
  expect([...(first?.nodes ?? []), ...(next?.nodes ?? [])].map(({ id }) => id)).toEqual(all);
  const back = await ids({ where, last: 2, before: next?.pageInfo.startCursor });
  expect(back).toEqual(all.slice(0, 2));
  const soon = new Date(Date.now() + 60_000).toISOString();
  expect(await ids({ where: { ...where, from: soon } })).toEqual([]);
  expect(await ids({ where: { ...where, to: soon }, first: 5 })).toEqual(all);
  expect(await ids({ where: { ownerId: payment?.id } })).toHaveLength(3);
  expect(await ids({ where: { ownerId: 'nonsense' } })).toEqual([]);
  for (const viewer of [user('acc_00000000000000000000000009'), apiKey([], ['*'])]) {
    expect(await list({}, viewer)).toBeNull();
  }
  const foreign = Buffer.from('["esc_1"]').toString('base64url');
  const { errors } = await world.call(AUDITOR, LEDGER, { after: foreign });
  expect(errors?.[0]?.extensions?.['code']).toBe('BAD_PAGE_ARGUMENTS');
});

test('funding three orders is at most 6 round trips', async () => {
  const group = world.group([1_000n, 1_000n, 1_000n]);
  const sent = new Map<unknown, string[]>();
  const transactions: string[][] = [];
  const query = Reflect.get(Client.prototype, 'query') as (...args: unknown[]) => unknown;
  const spy = jest.spyOn(Client.prototype, 'query').mockImplementation(function (
    this: Client,
    ...args: unknown[]
  ) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text;
    if (text.startsWith('begin')) transactions.push(sent.set(this, []).get(this) ?? []);
    sent.get(this)?.push(text);
    if (text === 'commit') sent.delete(this);
    return query.apply(this, args);
  });
  await world.pay(group);
  spy.mockRestore();
  const funding = transactions.find((texts) => texts.some((text) => text.includes("'FUNDED'")));
  expect(funding?.[funding.length - 1]).toBe('commit');
  expect(funding?.length).toBeLessThanOrEqual(6);
});
