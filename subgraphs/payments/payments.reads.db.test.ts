import { accountIds } from '#contracts/ids';
import { statementsOf } from '#kernel/testing/statements';
import { user } from './testing/acts';
import { complain } from './testing/complaints';
import { EvidenceActs } from './testing/evidence.acts';
import { onAmount, publish } from './testing/risk.acts';
import { World } from './testing/world';

jest.setTimeout(60_000);
const operator = user(accountIds.create(), ['OPERATOR']);
let world: World;
let acts: EvidenceActs;
beforeAll(async () => {
  world = await World.open();
  acts = new EvidenceActs(world);
}, 60_000);
afterAll(() => world.close());

/** How many statements that match each pattern a document needs; all of it must be answered. */
async function reads(
  query: string,
  variables: Record<string, unknown>,
  patterns: readonly RegExp[],
): Promise<number[]> {
  const texts = await statementsOf(async () => {
    const { data, errors } = await world.call(operator, query, variables);
    expect(errors).toBeUndefined();
    // each of the rows was found, with what hangs on it
    expect(JSON.stringify(data).split('"found":').length - 1).toBeGreaterThanOrEqual(2);
  });
  return patterns.map((pattern) => texts.filter((text) => pattern.test(text)).length);
}

const entities = (ids: readonly string[], __typename: string) => ({
  s: ids.map((id) => ({ __typename, id })),
});

test('the evidence of all disputes of a list is one read', async () => {
  for (const text of ['one', 'two']) {
    const { id, buyer } = await acts.dispute();
    await acts.add(buyer, id, { text });
  }
  const query = `{ disputes(first: 10) { nodes { evidence { found: id text } } } }`;
  expect(await reads(query, {}, [/from evidence\b/])).toEqual([1]);
});

test('the evidence of all chargebacks of a list is one read', async () => {
  for (const total of [3_000n, 4_000n]) {
    const group = world.group([total]);
    await world.pay(group);
    await world.settled();
    const { id } = await complain(world, group);
    await acts.add(operator, id, { text: `about ${String(total)}` });
  }
  const query = `{ chargebacks(first: 10) { nodes { evidence { found: id } } } }`;
  expect(await reads(query, {}, [/from evidence\b/])).toEqual([1]);
});

test('receipts of many payments are one read, and so is what was given back of them', async () => {
  const paid = [];
  for (const total of [3_100n, 4_100n]) paid.push(await world.pay(world.group([total])));
  await world.settled();
  const query = `query ($s: [_Any!]!) { _entities(representations: $s) {
    ... on Payment { receipt { found: number refunds { id } } } } }`;
  const ids = paid.map(({ payment }) => payment?.id ?? '');
  const patterns = [/from receipt\b/, /from refund where "paymentId"/];
  expect(await reads(query, entities(ids, 'Payment'), patterns)).toEqual([1, 1]);
});

test('the rules behind all reviews of a queue are one read', async () => {
  await publish(world, 'CHECKOUT', [onAmount(100_000)]);
  for (const total of [100_000n, 100_001n]) await world.pay(world.group([total]));
  const query = '{ riskReviews(first: 10) { nodes { decision { ruleSet { found: id } } } } }';
  expect(await reads(query, {}, [/from "riskRuleSet" where id/])).toEqual([1]);
});

test('balances, wallets and schedules of many sellers are one read each', async () => {
  const sellers = world.group([1_000n, 2_000n, 3_000n]).orders.map(({ sellerId }) => sellerId);
  for (const sellerId of sellers) await world.openSeller(sellerId, accountIds.create(), false);
  const query = `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
    balance(currencyCode: "EUR") { found: currencyCode available { minorUnits } }
    adsWallet(currencyCode: "EUR") { balance { minorUnits } }
    payoutSchedule(currencyCode: "EUR") { interval } } } }`;
  const patterns = [/hold_live/, /"adsWallet"/, /"sellerTier"/];
  expect(await reads(query, entities(sellers, 'Seller'), patterns)).toEqual([1, 1, 1]);
  const { data, errors } = await world.call(operator, query, entities(['no id'], 'Seller'));
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    _entities: [{ balance: null, adsWallet: null, payoutSchedule: null }],
  });
});
