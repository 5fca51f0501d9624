import type { Viewer } from '#kernel/auth/viewer';
import { anonymous, apiKey, user } from '../testing/acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const MEMBER = 'acc_00000000000000000000000003';
const OTHER_MEMBER = 'acc_00000000000000000000000004';
let world: World;
let group: PlacedGroup;
let paymentId: string;
let escrowId: string;
let payoutId: string;
let who: Record<string, Viewer>;

beforeAll(async () => {
  world = await World.open();
  group = world.group([10_000n, 10_000n]);
  const [mine, theirs] = group.orders.map(({ sellerId }) => sellerId);
  await world.openSeller(mine ?? '', MEMBER, true);
  await world.openSeller(theirs ?? '', OTHER_MEMBER, false);
  const { payment } = await world.pay(group);
  paymentId = payment?.id ?? '';
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  escrowId = String((await world.tranche(group))['escrowId']);
  const payout = await world.payOut(user(MEMBER), mine ?? '', 100n);
  payoutId = (payout['payout'] as { id: string }).id;
  who = {
    buyer: user(group.buyerId),
    'another buyer': user('acc_00000000000000000000000009'),
    seller: user(MEMBER),
    'the other seller of the group': user(OTHER_MEMBER),
    'the seller’s key': apiKey([mine ?? ''], ['payments:read']),
    'the seller’s key without the scope': apiKey([mine ?? ''], ['orders:read']),
    'another seller’s key': apiKey([theirs ?? ''], ['payments:read']),
    operator: user('acc_00000000000000000000000008', ['OPERATOR']),
    anonymous,
  };
}, 60_000);
afterAll(() => world.close());

const SEEN = `query ($e: ID!, $p: ID!, $o: ID!, $s: ID!, $r: [_Any!]!) {
  escrow(id: $e) { id }
  payment(id: $p) { id }
  payout(id: $o) { id }
  payouts(sellerId: $s) { nodes { id } }
  balanceTransactions(sellerId: $s, currencyCode: "EUR") { nodes { id } }
  _entities(representations: $r) {
    __typename
    ... on Order { escrow { id held { minorUnits } } payment { id } refunds { id } }
    ... on OrderGroup { payment { id } }
    ... on Seller { balance(currencyCode: "EUR") { currencyCode } }
    ... on Escrow { state timeline { event } }
    ... on Payment { status tenders { id } }
    ... on Payout { payoutState: state }
  }
}`;

/** One letter for each thing that was shown. */
async function seen(viewer: Viewer): Promise<string> {
  const sellerId = group.orders[0]?.sellerId;
  const ids = [
    ['Order', group.orders[0]?.orderId],
    ['OrderGroup', group.request.orderGroupId],
    ['Seller', sellerId],
    ['Escrow', escrowId],
    ['Payment', paymentId],
    ['Payout', payoutId],
  ];
  const { data, errors } = await world.call(viewer, SEEN, {
    e: escrowId,
    p: paymentId,
    o: payoutId,
    s: sellerId,
    r: ids.map(([__typename, id]) => ({ __typename, id })),
  });
  expect(errors).toBeUndefined();
  const [order, ogr, seller, escrow, payment, payout] = data?.['_entities'] as (Record<
    string,
    unknown
  > | null)[];
  const shown: Record<string, unknown> = {
    escrow: data?.['escrow'],
    payment: data?.['payment'],
    payout: data?.['payout'],
    payouts: data?.['payouts'],
    lines: data?.['balanceTransactions'],
    'Order.escrow': order?.['escrow'],
    'Order.payment': order?.['payment'],
    'Order.refunds': order?.['refunds'],
    'OrderGroup.payment': ogr?.['payment'],
    'Seller.balance': seller?.['balance'],
    _Escrow: escrow,
    _Payment: payment,
    _Payout: payout,
  };
  return Object.entries(shown)
    .filter(([, value]) => value != null)
    .map(([name]) => name)
    .join(' ');
}

test('who sees what, by query and by reference', async () => {
  const table: string[] = [];
  for (const [name, viewer] of Object.entries(who)) table.push(`${name}: ${await seen(viewer)}`);
  expect(`\n${table.map((line) => line.trim()).join('\n')}`).toMatchInlineSnapshot(`
   "
   buyer: escrow payment Order.escrow Order.payment Order.refunds OrderGroup.payment _Escrow _Payment
   another buyer:
   seller: escrow payout payouts lines Order.escrow Order.refunds Seller.balance _Escrow _Payout
   the other seller of the group:
   the seller’s key: escrow payout payouts lines Order.escrow Order.refunds Seller.balance _Escrow _Payout
   the seller’s key without the scope:
   another seller’s key:
   operator: escrow payment payout payouts lines Order.escrow Order.payment Order.refunds OrderGroup.payment Seller.balance _Escrow _Payment _Payout
   anonymous:"
  `);
});

test('who may do what', async () => {
  const orderId = group.orders[1]?.orderId ?? '';
  await world.ship(group, 1);
  const table: string[] = [];
  for (const [name, viewer] of Object.entries(who)) {
    const codes = [
      await world.confirm(viewer, orderId, 'same key'),
      await world.refund(viewer, orderId, 1n, 'same key'),
      await world.payOut(viewer, group.orders[0]?.sellerId ?? '', 100n, 'same key'),
      await world.confirmPayment(viewer, paymentId),
    ].map(({ userErrors }) => userErrors[0]?.code ?? 'DONE');
    table.push(`${name}: ${codes.join(' ')}`);
  }
  expect(`\n${table.join('\n')}`).toMatchInlineSnapshot(`
   "
   buyer: DONE NOT_FOUND NOT_FOUND DONE
   another buyer: NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND
   seller: NOT_FOUND NOT_FOUND DONE NOT_FOUND
   the other seller of the group: NOT_FOUND DONE NOT_FOUND NOT_FOUND
   the seller’s key: FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN
   the seller’s key without the scope: FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN
   another seller’s key: FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN
   operator: NOT_FOUND DONE NOT_FOUND NOT_FOUND
   anonymous: UNAUTHENTICATED UNAUTHENTICATED UNAUTHENTICATED UNAUTHENTICATED"
  `);
});

test('what the viewer could do is judged by the same table as the mutations', async () => {
  const actions = async (viewer: Viewer) => {
    const { data } = await world.call(
      viewer,
      'query ($id: ID!) { escrow(id: $id) { actions { action allowed reason } } }',
      { id: escrowId },
    );
    return (data?.['escrow'] as { actions: unknown[] } | null)?.actions;
  };
  expect(await actions(who['buyer'] ?? anonymous)).toEqual([
    { action: 'escrowReleaseConfirm', allowed: false, reason: 'TRANSITION_NOT_ALLOWED' },
    { action: 'escrowInspectionExtend', allowed: false, reason: 'TRANSITION_NOT_ALLOWED' },
  ]);
  expect(await actions(who['seller'] ?? anonymous)).toEqual([
    { action: 'refundCreate', allowed: true, reason: null },
    { action: 'escrowInspectionExtend', allowed: false, reason: 'TRANSITION_NOT_ALLOWED' },
  ]);
});
