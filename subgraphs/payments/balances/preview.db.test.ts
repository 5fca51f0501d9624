import type { Viewer } from '#kernel/auth/viewer';
import { type Answer, apiKey, user } from '../testing/acts';
import { onAmount, publish } from '../testing/risk.acts';
import { MEMBER, moneyOf, openedSeller, releasedBy, soldBy } from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(async () => {
  await world.settled();
  const found = await world.violations();
  await world.close();
  expect(found).toEqual([]);
});

const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
const sellerOf = (group: PlacedGroup): string => group.orders[0]?.sellerId ?? '';
const buyerOf = ({ buyerId }: PlacedGroup): Viewer => user(buyerId);
const eur = (minor: bigint) => ({ minorUnits: minor.toString(), currencyCode: 'EUR' });

const RELEASE = 'gross frozen commission tax debt advance ads reserve pending available';
const REFUND = 'amount held available pending reserve owed advance commission tax feesWaived';
const PAYOUT = 'amount fee movable';
const money = (fields: string): string =>
  fields
    .split(' ')
    .map((name) => `${name} { minorUnits }`)
    .join(' ');

interface Previewed {
  /** Amounts by field; null where the viewer sees none. */
  readonly sums: Record<string, bigint | null>;
  readonly codes: string[];
  readonly tenders: bigint[] | null;
}

const TABLES = `select table_name as name, (xpath('/row/c/text()', query_to_xml(
    format('select count(*) as c from payments.%I', table_name), false, true, '')))[1]::text as rows
  from information_schema.tables where table_schema = 'payments' and table_type = 'BASE TABLE'
    and table_name not in ('pspEvent', 'pspOperation') order by 1`;

/** Asks for a preview, and makes sure that it has left nothing. What the PSP says meanwhile is not its doing. */
async function preview(viewer: Viewer, name: string, input: object): Promise<Previewed> {
  for (let tries = 1; ; tries++) {
    await world.settled();
    const before = await world.db.query(TABLES);
    const seen = await ask(viewer, name, input);
    const after = await world.db.query(TABLES);
    if (tries < 3 && JSON.stringify(after) !== JSON.stringify(before)) continue;
    expect(after).toEqual(before);
    return seen;
  }
}

async function ask(viewer: Viewer, name: string, input: object): Promise<Previewed> {
  const [fields, type] = {
    escrowReleasePreview: [money(RELEASE), 'EscrowReleasePreviewInput'],
    refundPreview: [`${money(REFUND)} tenders { amount { minorUnits } }`, 'RefundPreviewInput'],
    payoutPreview: [money(PAYOUT), 'PayoutPreviewInput'],
  }[name] ?? ['', ''];
  const { data, errors } = await world.call(
    viewer,
    `query ($input: ${type}!) { ${name}(input: $input) {
       preview { ${fields} } userErrors { code } } }`,
    { input },
  );
  const called = (errors ?? []).map(({ extensions }) => ({ code: String(extensions?.['code']) }));
  type Found = { minorUnits: string } | { amount: { minorUnits: string } }[] | null;
  const answer = data?.[name] as
    { preview: Record<string, Found> | null; userErrors: { code: string }[] } | null | undefined;
  const { tenders = null, ...found } = answer?.preview ?? {};
  return {
    sums: Object.fromEntries(
      Object.entries(found).map(([key, one]) => [
        key,
        one !== null && 'minorUnits' in one ? BigInt(one.minorUnits) : null,
      ]),
    ),
    codes: [...called, ...(answer?.userErrors ?? [])].map(({ code }) => code),
    tenders: Array.isArray(tenders) ? tenders.map(({ amount }) => BigInt(amount.minorUnits)) : null,
  };
}

const of = ({ sums }: Previewed, name: string): bigint => sums[name] ?? 0n;
const added = (seen: Previewed, names: string): bigint =>
  names.split(' ').reduce((sum, name) => sum + of(seen, name), 0n);

describe('a release', () => {
  test.each([
    ['TRUSTED', 0n, 10_000n],
    ['STANDARD', 0n, 10_000n],
    ['NEW', 1_234n, 9_999n],
    ['NEW', 20_000n, 777n],
  ] as const)('of a %s seller who owes %s, of %s: shown as it then happens', async (...row) => {
    const [tier, debt, total] = row;
    const sellerId = await openedSeller(world);
    await owing(sellerId, debt);
    const advance = { advanceId: `adv_${sellerId}`, sellerId, rateBps: 800, currency: 'EUR' };
    const lent = { principalMinor: '1000', feeMinor: '100', version: 1 };
    await world.hear('advance.accepted', { ...advance, ...lent });
    await world.tier(sellerId, tier, 2);
    const group = await soldBy(world, sellerId, total);
    const input = { orderId: orderOf(group) };
    const seen = await preview(member, 'escrowReleasePreview', input);
    expect(added(seen, 'commission tax debt advance ads reserve pending available')).toBe(total);
    expect(of(seen, 'gross')).toBe(total);
    const before = await moneyOf(world, sellerId);
    expect(codes(await world.confirm(buyerOf(group), input.orderId, 'now'))).toEqual([]);
    const after = await moneyOf(world, sellerId);
    expect(after.map((now, n) => now - (before[n] ?? 0n))).toEqual([
      of(seen, 'available'),
      of(seen, 'pending'),
      of(seen, 'reserve'),
      -of(seen, 'debt'),
      of(seen, 'ads'),
    ]);
    const [line] = await world.db.query<{ fees: bigint }>(
      `select "commissionMinor" + "taxMinor" as fees from "balanceTransaction"
       where "orderId" = $1 and kind = 'RELEASE'`,
      [input.orderId],
    );
    expect(line?.fees).toBe(added(seen, 'commission tax'));
    // what is released is released: again it moves nothing
    expect((await preview(member, 'escrowReleasePreview', input)).sums).toMatchObject({
      gross: 0n,
    });
  });

  test('the buyer sees what is released, not what becomes of it; strangers see nothing', async () => {
    const group = await soldBy(world, await openedSeller(world));
    const input = { orderId: orderOf(group) };
    const { sums } = await preview(buyerOf(group), 'escrowReleasePreview', input);
    expect(sums).toMatchObject({ gross: 10_000n, commission: null, available: null, debt: null });
    for (const viewer of [
      user('acc_00000000000000000000000009'),
      apiKey([sellerOf(group)], ['orders:read']),
      apiKey([await openedSeller(world)], ['*']),
    ]) {
      const refused = await preview(viewer, 'escrowReleasePreview', input);
      expect(refused).toMatchObject({ sums: {}, codes: ['NOT_FOUND'] });
    }
  });

  test('what the buyer could not do is refused alike; what is stopped would be frozen', async () => {
    const unshipped = world.group([5_000n]);
    await world.pay(unshipped);
    const early = { orderId: orderOf(unshipped) };
    expect((await preview(buyerOf(unshipped), 'escrowReleasePreview', early)).codes).toEqual(
      codes(await world.confirm(buyerOf(unshipped), early.orderId, 'early')),
    );
    await publish(world, 'RELEASE', [onAmount(654_321, { outcome: 'BLOCK_AND_REVIEW' })]);
    const group = await soldBy(world, await openedSeller(world), 654_321n);
    const input = { orderId: orderOf(group) };
    const { sums } = await preview(member, 'escrowReleasePreview', input);
    expect(sums).toMatchObject({ gross: 0n, frozen: 654_321n });
    await world.confirm(buyerOf(group), input.orderId, 'now');
    expect(await world.tranche(group)).toMatchObject({ state: 'FROZEN', frozenMinor: 654_321n });
    expect((await preview(member, 'escrowReleasePreview', input)).codes).toEqual([
      'TRANCHE_FROZEN',
    ]);
  });
});

describe('a refund', () => {
  test.each([
    ['held', 4_000n],
    ['released and waiting', 3_000n],
    ['available', 9_999n],
    ['paid out', 10_000n],
    ['held', undefined],
  ] as const)('of money that is %s, of %s: shown as it then happens', async (where, amount) => {
    const group = await moneyThatIs(where);
    const sellerId = sellerOf(group);
    const input = { orderId: orderOf(group), ...(amount !== undefined && { amount: eur(amount) }) };
    const seen = await preview(operator, 'refundPreview', input);
    expect(of(seen, 'amount')).toBe(amount ?? 10_000n);
    const sources = 'held available pending reserve owed advance commission tax';
    expect(added(seen, sources)).toBe(of(seen, 'amount'));
    const before = await moneyOf(world, sellerId);
    const answer = await world.refund(operator, input.orderId, amount, `now ${orderOf(group)}`);
    expect(codes(answer)).toEqual([]);
    const after = await moneyOf(world, sellerId);
    expect(after.map((now, n) => now - (before[n] ?? 0n)).slice(0, 4)).toEqual([
      -of(seen, 'available'),
      -of(seen, 'pending'),
      -of(seen, 'reserve'),
      of(seen, 'owed'),
    ]);
    const rows = await world.db.query<{ fees: bigint; leg: bigint }>(
      `select r."commissionMinor" + r."taxMinor" as fees, l."amountMinor" as leg
       from refund r join "refundLeg" l on l."refundId" = r.id where r."orderId" = $1 order by l.id`,
      [input.orderId],
    );
    expect(rows.map(({ leg }) => leg)).toEqual(seen.tenders);
    expect(rows[0]?.fees).toBe(added(seen, 'commission tax feesWaived'));
  });

  test('who may not refund, or too much, is refused alike; the seller sees no tenders', async () => {
    const group = await moneyThatIs('paid out');
    const orderId = orderOf(group);
    const input = { orderId, amount: eur(5_000n) };
    expect((await preview(member, 'refundPreview', input)).codes).toEqual(
      codes(await world.refund(member, orderId, 5_000n, 'poor')),
    );
    const more = { orderId, amount: eur(10_001n) };
    expect((await preview(operator, 'refundPreview', more)).codes).toEqual([
      'AMOUNT_EXCEEDS_AVAILABLE',
    ]);
    expect((await preview(buyerOf(group), 'refundPreview', input)).codes).toEqual(['NOT_FOUND']);
    const narrow = apiKey([sellerOf(group)], ['payments:read']);
    expect((await preview(narrow, 'refundPreview', input)).codes).toEqual(['FORBIDDEN']);
    const held = await moneyThatIs('held');
    const { tenders, sums } = await preview(member, 'refundPreview', { orderId: orderOf(held) });
    expect([tenders, sums['amount']]).toEqual([null, 10_000n]);
  });
});

describe('a payout', () => {
  test.each([
    [undefined, 'STANDARD'],
    [5_000n, 'STANDARD'],
    [undefined, 'INSTANT'],
    [5_000n, 'INSTANT'],
    [8_800n, 'INSTANT'],
    [9_000n, 'STANDARD'],
  ] as const)('of %s, %s: shown as it then happens, or refused alike', async (amount, speed) => {
    const sellerId = await openedSeller(world);
    await releasedBy(world, sellerId);
    const wanted = { sellerId, currencyCode: 'EUR', speed, ...(amount && { amount: eur(amount) }) };
    const seen = await preview(member, 'payoutPreview', wanted);
    expect(seen.sums['movable']).toBe(8_810n);
    const made = await world.mutate(
      member,
      'payoutCreate',
      { ...wanted, idempotencyKey: sellerId },
      'payout { amount { minorUnits } fee { minorUnits } }',
    );
    expect(seen.codes).toEqual(codes(made));
    const { amount: paid, fee } = (made['payout'] ?? {}) as Record<string, { minorUnits: string }>;
    const units = (one?: { minorUnits: string }) => (one ? BigInt(one.minorUnits) : null);
    expect([seen.sums['amount'], seen.sums['fee']]).toEqual([units(paid), units(fee)]);
  });

  test('only the seller’s own people look; a closed gate is seen before it is run into', async () => {
    const sellerId = await openedSeller(world);
    await releasedBy(world, sellerId);
    const input = { sellerId, currencyCode: 'EUR' };
    for (const viewer of [operator, user('acc_00000000000000000000000009')]) {
      expect(await preview(viewer, 'payoutPreview', input)).toMatchObject({
        sums: {},
        codes: ['NOT_FOUND'],
      });
    }
    const narrow = apiKey([sellerId], ['payments:write']);
    expect((await preview(narrow, 'payoutPreview', input)).codes).toEqual(['FORBIDDEN']);
    await world.gate(sellerId, false, 2);
    expect(await preview(member, 'payoutPreview', input)).toMatchObject({
      sums: { amount: null, fee: null, movable: 8_810n },
      codes: ['PAYOUT_ON_HOLD'],
    });
  });
});

/** An order of 10 000, its money somewhere. */
async function moneyThatIs(where: string): Promise<PlacedGroup> {
  const sellerId = await openedSeller(world);
  if (where === 'held') return soldBy(world, sellerId);
  if (where === 'released and waiting') await world.tier(sellerId, 'NEW', 2);
  const group = await releasedBy(world, sellerId);
  if (where === 'paid out') await world.payOut(member, sellerId, 8_000n);
  return group;
}

/** Lets a seller owe an amount: what was paid out is refunded. */
async function owing(sellerId: string, debt: bigint): Promise<void> {
  if (debt === 0n) return;
  const net = (gross: bigint): bigint => gross - gross / 10n - (gross * 19n) / 1_000n;
  const group = await releasedBy(world, sellerId, 100_000n);
  await world.payOut(member, sellerId, net(100_000n));
  await world.refund(operator, orderOf(group), debt, `owing ${sellerId}`);
}
