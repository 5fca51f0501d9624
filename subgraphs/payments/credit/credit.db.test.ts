import { DAY, HOUR } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { BuyerActs } from '../testing/buyer.acts';
import { DisputeActs, MEMBER, operator } from '../testing/dispute.acts';
import { decide, onAmount, publish, reviewsOf } from '../testing/risk.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
const ALL = '5000';
let world: World;
let acts: DisputeActs;
beforeAll(async () => {
  world = await World.open();
  acts = new DisputeActs(world);
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

/** A buyer with credit, and what they are about to pay. */
async function buyerWith(credit: bigint, total = 5_000n): Promise<[BuyerActs, PlacedGroup]> {
  const group = world.group([total]);
  const buyer = new BuyerActs(world, group.buyerId);
  await buyer.give(credit);
  return [buyer, group];
}
const byCredit = (minorUnits: string) => ({ buyerCredit: true, minorUnits });
const byCard = (minorUnits: string, token = 'tok_ok') => ({ token, minorUnits });
const chargesOf = async (minor: string) =>
  (await world.psp.books()).payments.filter(({ amountMinor }) => amountMinor === minor).length;
/** It is with the buyer, and its seller can speak. */
async function arrived(group: PlacedGroup): Promise<void> {
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, false);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
}
const legsOf = (group: PlacedGroup) =>
  world.db.query<{ minor: bigint; credit: boolean; state: string }>(
    `select l."amountMinor" as minor, t."creditAccountId" is not null as credit, l.state
     from "refundLeg" l join tender t on t.id = l."tenderId" join payment p on p.id = t."paymentId"
     where p."orderGroupId" = $1 order by l.id`,
    [group.request.orderGroupId],
  );

test('credit alone: paid at once, nothing is asked of the PSP; the same click, the same answer', async () => {
  const [buyer, group] = await buyerWith(7_000n, 5_017n);
  const request = await world.sealed(group);
  const pay = () => world.pay(group, { key: 'click', request, tenders: [byCredit('5017')] });
  const answers = await Promise.all([pay(), pay(), pay()]);
  expect(answers[0].payment?.status).toBe('CAPTURED');
  expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(await buyer.credit()).toEqual(['1983', '0']);
  expect(await chargesOf('5017')).toBe(0);
  expect(await world.tranche(group)).toMatchObject({ state: 'FUNDED', capturedMinor: 5_017n });
  const orderId = group.orders[0]?.orderId ?? '';
  expect(await world.told(orderId)).toEqual(['payment.captured', 'escrow.funded']);
  await world.refund(operator, orderId, 17n, 'part');
  expect(await buyer.credit()).toEqual(['2000', '0']);
  expect((await world.told(orderId)).at(-1)).toBe('refund.succeeded');
  const shown = `buyerCreditTransactions(currencyCode: "EUR", first: 2) {
    nodes { kind amount { minorUnits } } pageInfo { hasNextPage } }`;
  expect(await buyer.account(shown)).toMatchObject({
    buyerCreditTransactions: {
      nodes: [
        { kind: 'GIVEN_BACK', amount: { minorUnits: '17' } },
        { kind: 'SPENT', amount: { minorUnits: '-5017' } },
      ],
      pageInfo: { hasNextPage: true },
    },
  });
  for (const viewer of [user('acc_00000000000000000000000009'), operator]) {
    expect(await buyer.account(shown, viewer)).toBeNull();
  }
});

test('with a card: taken together, given back newest first', async () => {
  const [buyer, group] = await buyerWith(2_000n);
  const { payment } = await world.pay(group, { tenders: [byCard('3000'), byCredit('2000')] });
  expect(payment?.status).toBe('CAPTURED');
  expect(await buyer.credit()).toEqual(['0', '0']);
  const orderId = group.orders[0]?.orderId ?? '';
  await world.refund(operator, orderId, 2_500n, 'most');
  await world.settled();
  expect(await legsOf(group)).toEqual([
    { minor: 2_000n, credit: true, state: 'SUCCEEDED' },
    { minor: 500n, credit: false, state: 'SUCCEEDED' },
  ]);
  expect(await buyer.credit()).toEqual(['2000', '0']);
  const told = (await world.told(orderId)).filter((type) => type === 'refund.succeeded');
  expect(told).toHaveLength(1);
});

test('reserved while a card is under way; free again when that fails or its time is over', async () => {
  const [buyer, group] = await buyerWith(5_000n);
  const half = (token: string) => ({ tenders: [byCard('3000', token), byCredit('2000')] });
  const declined = await world.pay(group, half('tok_decline_generic'));
  expect(declined.userErrors[0]?.code).toBe('PAYMENT_DECLINED');
  expect(await buyer.credit()).toEqual([ALL, '0']);
  const asked = await world.pay(group, half('tok_3ds'));
  expect(asked.payment?.status).toBe('REQUIRES_ACTION');
  expect(await buyer.credit()).toEqual(['3000', '2000']);
  const other = world.group([5_000n], buyer.buyerId);
  const more = await world.pay(other, { tenders: [byCredit(ALL)] });
  expect(more.userErrors).toMatchObject([
    { code: 'AMOUNT_EXCEEDS_AVAILABLE', field: ['input', 'tenders', '0', 'amount'] },
  ]);
  await world.post3ds(asked.payment?.id ?? '', 'success');
  await until(async () => (await world.tranche(group))['state'] === 'FUNDED', 'funding');
  expect(await buyer.credit()).toEqual(['3000', '0']);
});

test('a credit is spent once, however many try at once', async () => {
  const [buyer, first] = await buyerWith(10_000n, 700n);
  const groups = [first, ...Array.from({ length: 31 }, () => world.group([700n], buyer.buyerId))];
  const paid = await Promise.all(
    groups.map((group, n) =>
      world.pay(group, {
        tenders: n % 2 === 0 ? [byCredit('700')] : [byCredit('699'), byCard('1')],
      }),
    ),
  );
  const won = paid.filter(({ payment }) => payment?.status === 'CAPTURED').length;
  const lost = paid.filter(({ userErrors }) => userErrors[0]?.code === 'AMOUNT_EXCEEDS_AVAILABLE');
  expect([won, lost.length]).toEqual([14, 18]);
  const [left, reserved] = await buyer.credit();
  expect(Number(left)).toBeLessThan(700);
  expect(reserved).toBe('0');
});

test('a person looks first: approved it is taken, declined it is free again', async () => {
  const [buyer, group] = await buyerWith(200_000n, 90_001n);
  await publish(world, 'CHECKOUT', [onAmount(90_000)]);
  const pay = async (tenders: Parameters<World['pay']>[1]) => {
    const { payment } = await world.pay(group, tenders);
    const [review] = await reviewsOf(world, payment?.id);
    return { status: payment?.status, reviewId: review?.id ?? '' };
  };
  const alone = { tenders: [byCredit('90001')] };
  const first = await pay(alone);
  expect(first.status).toBe('AUTHORIZED');
  expect(await buyer.credit()).toEqual(['109999', '90001']);
  await decide(world, first.reviewId, false);
  expect(await buyer.credit()).toEqual(['200000', '0']);
  const mixed = await pay({ tenders: [byCard('1'), byCredit('90000')] });
  expect(mixed.status).toBe('AUTHORIZED');
  await decide(world, mixed.reviewId, false);
  expect(await buyer.credit()).toEqual(['200000', '0']);
  const last = await pay(alone);
  await decide(world, last.reviewId, true);
  expect(await buyer.credit()).toEqual(['109999', '0']);
  expect((await world.tranche(group))['state']).toBe('FUNDED');
  const again = world.group([90_001n], buyer.buyerId);
  const { payment } = await world.pay(again, {
    tenders: [byCard('1'), byCredit('90000')],
  });
  const [review] = await reviewsOf(world, payment?.id);
  await decide(world, review?.id ?? '', true);
  await until(async () => (await world.tranche(again))['state'] === 'FUNDED', 'the capture');
  expect(await buyer.credit()).toEqual(['19999', '0']);
});

// from here on the clock is ahead: webhooks are refused
test('what a decision gives back stays with us until it stands', async () => {
  const [buyer, group] = await buyerWith(5_000n);
  await world.pay(group, { tenders: [byCard('1000'), byCredit('4000')] });
  await arrived(group);
  const { id } = await acts.underReview(group);
  await acts.decide(operator, id, { refund: 4_500n, release: 500n });
  expect(await buyer.credit()).toEqual(['1000', '0']);
  await world.advance(72 * HOUR);
  await world.settled();
  expect(await buyer.credit()).toEqual([ALL, '0']);
});

test('a decision that is changed takes back what it had not given', async () => {
  const [buyer, group] = await buyerWith(5_000n);
  await world.pay(group, { tenders: [byCredit(ALL)] });
  await arrived(group);
  const { id } = await acts.underReview(group);
  await acts.decide(operator, id, { refund: 5_000n, release: 0n });
  await acts.appeal(user(MEMBER), id);
  expect(await world.violations()).toEqual([]);
  expect(await buyer.credit()).toEqual(['0', '0']);
});

test('what nobody completes expires, and its credit is free', async () => {
  const [buyer, group] = await buyerWith(5_000n);
  const both = { tenders: [byCredit('2000'), byCard('3000', 'tok_3ds')] };
  await world.pay(group, both);
  await world.advance(DAY);
  expect(await buyer.credit()).toEqual([ALL, '0']);
});
