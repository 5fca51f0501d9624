import type { Viewer } from '#kernel/auth/viewer';
import { DAY, HOUR } from '#kernel/clock/clock';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const member = user(MEMBER);
const first = user('acc_00000000000000000000000008', ['OPERATOR']);
const second = user('acc_00000000000000000000000009', ['OPERATOR']);
const auditor = user('acc_0000000000000000000000000a', ['AUDITOR']);
let world: World;
let sellerId: string;
let corrects: string;
let keys = 0;
const key = (): string => `apv ${(keys += 1).toString()}`;

beforeAll(async () => {
  world = await World.open();
  const group = world.group([10_000n]);
  sellerId = group.orders[0]?.sellerId ?? '';
  await world.openSeller(sellerId, MEMBER, true);
  await world.pay(group);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  const [transfer] = await world.db.query<{ id: string }>(
    'select id from ledger_transfer where code = 20',
  );
  corrects = transfer?.id ?? '';
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

type Approval = { id: string; state: string; refusal: string | null };
const FIELDS = 'approval { id state refusal proposedBy decidedBy input reason }';
const of = (answer: Answer): Approval => answer['approval'] as Approval;
const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

const leg = (from: string, to: string, minor: bigint) => ({
  debit: { kind: from, ownerId: from.startsWith('SELLER') ? sellerId : null },
  credit: { kind: to, ownerId: to.startsWith('SELLER') ? sellerId : null },
  amount: { minorUnits: minor.toString(), currencyCode: 'EUR' },
});
const propose = (
  viewer: Viewer,
  legs: object[] = [leg('FEE_REVENUE', 'SELLER_AVAILABLE', 100n)],
  more: object = {},
): Promise<Answer> => {
  const input = { correctsId: corrects, legs, reason: 'fee too high', idempotencyKey: key() };
  return world.mutate(viewer, 'ledgerAdjustmentCreate', { ...input, ...more }, FIELDS);
};
const grant = (viewer: Viewer, approvalId: string, idempotencyKey = key()): Promise<Answer> =>
  world.mutate(viewer, 'approvalGrant', { approvalId, idempotencyKey }, FIELDS);
const reject = (viewer: Viewer, approvalId: string, reason = 'no'): Promise<Answer> =>
  world.mutate(viewer, 'approvalReject', { approvalId, reason, idempotencyKey: key() }, FIELDS);
async function available(): Promise<string> {
  const { data } = await world.call(
    member,
    `query ($s: ID!) { sellerBalance(sellerId: $s, currencyCode: "EUR") { available { minorUnits } } }`,
    { s: sellerId },
  );
  return (data?.['sellerBalance'] as { available: { minorUnits: string } }).available.minorUnits;
}

test('one proposes, another grants, and only then money moves, with a line that explains it', async () => {
  const proposed = await propose(first);
  expect(of(proposed)).toMatchObject({ state: 'PROPOSED' });
  expect(await available()).toBe('8810');
  const { id } = of(proposed);
  expect(codes(await grant(first, id))).toEqual(['APPROVAL_REQUIRED']);
  const granted = await grant(second, id, 'granted');
  expect(of(granted)).toMatchObject({ state: 'GRANTED', refusal: null });
  expect(await grant(second, id, 'granted')).toEqual(granted);
  expect(codes(await grant(second, id))).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(await available()).toBe('8910');
  const posted = await world.db.query<{ corrects_id: string; amount: bigint }>(
    'select corrects_id, amount from ledger_transfer where code = 70',
  );
  expect(posted).toEqual([{ corrects_id: corrects, amount: 100n }]);
  expect(
    await world.db.query('select kind, "amountMinor" from "balanceTransaction" where kind = $1', [
      'ADJUSTMENT',
    ]),
  ).toEqual([{ kind: 'ADJUSTMENT', amountMinor: 100n }]);
  const heard = await world.db.query<{ data: object }>(
    `select data from outbox where type = 'balance.changed' and topics && $1`,
    [[`seller:${sellerId}:balance`]],
  );
  expect(heard).toEqual([
    { data: { sellerId, cause: 'ADJUSTMENT', amountMinor: '100', currency: 'EUR' } },
  ]);
});

test('an act that is refused when it is granted still waits, with the code, and can be granted later', async () => {
  const { id } = of(await propose(first, [leg('SELLER_AVAILABLE', 'FEE_REVENUE', 10_000n)]));
  const again = key();
  const refused = await grant(second, id, again);
  expect(codes(refused)).toEqual(['ACT_REFUSED']);
  const { data } = await world.call(
    auditor,
    `query ($id: ID!) { approval(id: $id) { state refusal } }`,
    { id },
  );
  expect(data?.['approval']).toEqual({ state: 'PROPOSED', refusal: 'BALANCE_INSUFFICIENT' });
  expect(await available()).toBe('8910');
  const other = of(
    await propose(first, [leg('FEE_REVENUE', 'SELLER_AVAILABLE', 2_000n)], {
      correctsId: await anotherTransfer(),
    }),
  );
  await grant(second, other.id);
  expect(of(await grant(second, id, again))).toMatchObject({ state: 'GRANTED' });
  expect(await available()).toBe('910');
});

const anotherTransfer = async (): Promise<string> =>
  (await world.db.first<{ id: string }>('select id from ledger_transfer where code = 21'))?.id ??
  '';

test('64 grants at once do it once', async () => {
  const before = BigInt(await available());
  const { id } = of(await propose(first));
  const people = Array.from({ length: 64 }, (_, n) =>
    user(`acc_000000000000000000000001${n.toString(8).padStart(2, '0')}`, ['OPERATOR']),
  );
  const answers = await Promise.all(people.map((person) => grant(person, id)));
  expect(answers.filter((answer) => codes(answer).length === 0)).toHaveLength(1);
  expect(BigInt(await available())).toBe(before + 100n);
});

test('a proposal is rejected, withdrawn, or expires; one waits for each transfer', async () => {
  const one = of(await propose(first));
  expect(codes(await propose(second))).toEqual(['APPROVAL_PENDING']);
  expect(codes(await reject(second, one.id, ' '))).toEqual(['REASON_INVALID']);
  expect(of(await reject(second, one.id))).toMatchObject({ state: 'REJECTED' });
  expect(codes(await grant(second, one.id))).toEqual(['TRANSITION_NOT_ALLOWED']);
  const two = of(await propose(first));
  expect(of(await reject(first, two.id, 'mine'))).toMatchObject({ state: 'REJECTED' });
  const three = of(await propose(first));
  await world.advance(7 * DAY - HOUR);
  const list = `query { approvals(state: PROPOSED) { nodes { id } } }`;
  expect((await world.call(first, list)).data?.['approvals']).toEqual({
    nodes: [{ id: three.id }],
  });
  await world.advance(HOUR);
  expect((await world.call(first, list)).data?.['approvals']).toEqual({ nodes: [] });
  expect(codes(await grant(second, three.id))).toEqual(['TRANSITION_NOT_ALLOWED']);
});

test('what cannot be an adjustment is refused at once', async () => {
  const bad = 'ADJUSTMENT_INVALID';
  const eur = leg('FEE_REVENUE', 'BANK', 1n);
  const usd = { ...eur, amount: { minorUnits: '1', currencyCode: 'USD' } };
  const stray = { ...eur, debit: { kind: 'FEE_REVENUE', ownerId: sellerId } };
  for (const legs of [[], [leg('BANK', 'BANK', 1n)], [leg('BANK', 'FEE_REVENUE', 0n)]]) {
    expect(codes(await propose(first, legs))).toEqual([bad]);
  }
  expect(codes(await propose(first, [eur, usd]))).toEqual([bad]);
  expect(codes(await propose(first, [stray]))).toEqual([bad]);
  expect(codes(await propose(first, [usd]))).toEqual(['NOT_FOUND']);
  expect(codes(await propose(first, [eur], { correctsId: 'x' }))).toEqual(['NOT_FOUND']);
  const reason = { reason: '4242 4242 4242 4242' };
  expect(codes(await propose(first, [eur], reason))).toEqual(['CARD_NUMBER_REFUSED']);
});

test('nobody else proposes, grants, rejects or reads; an auditor only reads', async () => {
  const { id } = of(await propose(first));
  const strangers = [member, apiKey([sellerId], ['*']), auditor];
  for (const stranger of strangers) {
    expect(codes(await propose(stranger))).toEqual(['FORBIDDEN']);
    expect(codes(await grant(stranger, id))).toEqual(['FORBIDDEN']);
    expect(codes(await reject(stranger, id))).toEqual(['FORBIDDEN']);
  }
  expect(codes(await grant(anonymous, id))).toEqual(['UNAUTHENTICATED']);
  const read = `query ($id: ID!) { approval(id: $id) { id } approvals { nodes { id } } }`;
  for (const stranger of [member, apiKey([sellerId], ['*']), anonymous]) {
    const { data } = await world.call(stranger, read, { id });
    expect(data).toEqual({ approval: null, approvals: null });
  }
  const seen = await world.call(auditor, read, { id });
  expect(seen.data?.['approval']).toEqual({ id });
  await reject(first, id);
});

test('the database refuses what the code must not do', async () => {
  const { id } = of(await propose(first));
  const no: unknown = expect.objectContaining({ code: '23514' });
  const decided = `"decidedAt" = "createdAt", "decidedBy" = "proposedBy"`;
  await expect(
    world.db.query(`update approval set state = 'GRANTED', ${decided} where id = $1`, [id]),
  ).rejects.toEqual(no);
  await expect(
    world.db.query(`update approval set input = '{}' where id = $1`, [id]),
  ).rejects.toEqual(no);
  await expect(world.db.query('delete from approval where id = $1', [id])).rejects.toEqual(no);
  await world.break(`begin; delete from timer where subject = '${id}'; commit;`);
  expect(await world.violations()).toMatchObject([{ invariant: 'I30', subject: id }]);
  await reject(first, id);
});

test('what was proposed is judged again when it is granted: rules may have changed since', async () => {
  const { id } = of(await propose(first, [leg('FEE_REVENUE', 'SELLER_AVAILABLE', 3_000n)]));
  await world.break(
    `set session_replication_role = replica;
     update approval set input = jsonb_set(input, '{currency}', '"USD"') where id = '${id}'`,
  );
  expect(codes(await grant(second, id))).toEqual(['ACT_REFUSED']);
  const [row] = await world.db.query('select state, refusal from approval where id = $1', [id]);
  expect(row).toEqual({ state: 'PROPOSED', refusal: 'NOT_FOUND' });
});
