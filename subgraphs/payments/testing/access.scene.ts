import type { Viewer } from '#kernel/auth/viewer';
import { idKind } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import type { Known } from './access.probe';
import { type Answer, anonymous, apiKey, user } from './acts';
import { BuyerActs } from './buyer.acts';
import { complain } from './complaints';
import { DisputeActs } from './dispute.acts';
import { onAmount, publish } from './risk.acts';
import { type PlacedGroup, World } from './world';

const MEMBER = 'acc_00000000000000000000000003';
const OTHER_MEMBER = 'acc_00000000000000000000000004';
const FIRST_OPERATOR = 'acc_00000000000000000000000007';
const keys = idKind('evt');
const eur = (minor: bigint) => ({ minorUnits: minor.toString(), currencyCode: 'EUR' });

/**
 * Everybody who comes to the door, by a letter. B the buyer of everything in the scene, b another one; S a member of its
 * seller, s one of the other seller in the same payment; K the seller’s key with all scopes, k one without those of
 * payments, x the other seller’s; O an operator, A an auditor; - nobody known.
 */
export type Cast = Readonly<
  Record<'B' | 'b' | 'S' | 's' | 'K' | 'k' | 'x' | 'O' | 'A' | '-', Viewer>
>;

/** A world in which there is one of everything, all of it of one buyer and one seller. */
export interface AccessScene {
  readonly world: World;
  readonly cast: Cast;
  readonly known: Known;
  /** Entities by type. */
  readonly entities: Readonly<Record<string, string>>;
}

/** Sets the scene: an order of each kind of trouble, one of them with the money of two sellers. */
export async function accessScene(log?: Logger): Promise<AccessScene> {
  const world = await World.open('generic', log);
  const group = world.group([10_000n, 10_000n]);
  const [mine, theirs] = group.orders.map(({ sellerId }) => sellerId);
  const pair = { buyerId: group.buyerId, sellerId: mine ?? '' };
  await world.openSeller(pair.sellerId, MEMBER, true);
  await world.openSeller(theirs ?? '', OTHER_MEMBER, false);
  const cast = castOf(group, [pair.sellerId, theirs ?? '']);
  const chargeback = await complain(world, await another(world, pair)); // heard by webhook: before the clock moves
  const acts = new DisputeActs(world);
  await decided(world, acts, pair); // lets days go by
  const { payment } = await world.pay(group);
  await world.ship(group);
  await world.refund(cast.S, group.orders[0]?.orderId ?? '', 10n, keys.create());
  const { id: dispute } = await acts.opened({}, await delivered(world, pair));
  const payout = idIn(await paidOut(world, pair), 'payout');
  const tranche = await world.tranche(group);
  const escrowId = String(tranche['escrowId']);
  const correctsId = await idOf(world, 'ledger_transfer order by seq');
  const approval = await proposal(world, correctsId);
  const risk = await doubted(world, pair);
  const days = { country: 'DE', holidays: ['2026-12-25'], idempotencyKey: keys.create() };
  await world.mutate(cast.O, 'businessCalendarSet', days, 'calendar { country }');
  const orderId = group.orders[0]?.orderId ?? '';
  const buyer = new BuyerActs(world, group.buyerId);
  await buyer.give(500n);
  const paymentMethodId = await buyer.keep();
  const { setup } = await buyer.setUp('tok_3ds');
  const known = {
    ...{ paymentMethodId, setupId: (setup as { id: string }).id, 'paymentCreate.token': 'tok_ok' },
    ...common(world, pair.sellerId),
    ...{ disputeId: dispute, caseId: dispute, payoutId: payout, approvalId: approval, orderId },
    ...{ paymentId: payment?.id, escrowId, trancheId: tranche['id'], chargebackId: chargeback.id },
    ...{ holdId: idIn(await onHold(world, pair), 'hold'), itemId: await reconciled(world) },
    ...{ 'businessCalendarSet.country': 'DE', 'businessCalendarSet.holidays': [] },
    ...{ payoutAccountId: await idOf(world, '"payoutAccount"'), ...risk.known },
    ...{ 'escrowReleaseConfirm.orderId': orderId, 'paymentCreate.amount': eur(5_000n) },
    ...{ 'escrowReleasePreview.orderId': orderId, 'payoutPreview.amount': eur(100n) },
    ...{ 'payoutCreate.amount': eur(100n), contentType: 'image/png' },
    ...{ 'disputeEvidenceAdd.text': 'It is broken.', correctsId },
    paymentRequest: await world.sealed(world.group([5_000n], group.buyerId)),
    ...{ 'approval.id': approval, 'dispute.id': dispute, 'disputeExport.id': dispute },
    ...{ 'escrow.id': escrowId, 'payment.id': payment?.id, 'payout.id': payout },
    ...{ 'chargeback.id': chargeback.id, 'riskDecision.id': risk.decision },
  };
  const entities = {
    ...{
      Account: group.buyerId,
      Order: orderId,
      OrderGroup: group.request.orderGroupId,
      Seller: pair.sellerId,
    },
    ...{ Escrow: escrowId, Payment: payment?.id ?? '', Payout: payout, Dispute: dispute },
    ...{ Chargeback: chargeback.id },
  };
  return { world, cast, known, entities };
}

/** Whose everything is. */
interface Pair {
  readonly buyerId: PlacedGroup['buyerId'];
  readonly sellerId: string;
}

const castOf = ({ buyerId }: PlacedGroup, [mine = '', theirs = '']: readonly string[]): Cast => ({
  B: user(buyerId),
  b: user('acc_00000000000000000000000009'),
  S: user(MEMBER),
  s: user(OTHER_MEMBER),
  K: apiKey([mine], ['*'], 'key_mine'),
  k: apiKey([mine], ['catalogue:read'], 'key_narrow'),
  x: apiKey([theirs], ['*'], 'key_theirs'),
  O: user('acc_00000000000000000000000008', ['OPERATOR']),
  A: user('acc_00000000000000000000000006', ['AUDITOR']),
  '-': anonymous,
});

const common = (world: World, sellerId: string): Known => ({
  sellerId,
  currencyCode: 'EUR',
  amount: eur(1n),
  idempotencyKey: keys.create(),
  reason: 'because',
  token: 'tok_ok',
  destination: 'dest_ok',
  from: world.clock.now().toISOString(),
  to: world.clock.now().toISOString(),
  clauses: ['PROOF'],
  refund: eur(1n),
  release: eur(9_999n),
  evidenceIds: [],
});

/** An order that was complained about; the decision is appealed. */
async function decided(world: World, acts: DisputeActs, pair: Pair): Promise<void> {
  const { id, buyer } = await acts.underReview(await delivered(world, pair));
  await acts.decide(user(FIRST_OPERATOR, ['OPERATOR']), id, { refund: 1_000n, release: 9_000n });
  await acts.appeal(buyer, id);
}

async function delivered(world: World, pair: Pair): Promise<PlacedGroup> {
  const group = await another(world, pair);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  return group;
}

async function paidOut(world: World, pair: Pair): Promise<Answer> {
  const group = await another(world, pair);
  await world.ship(group);
  await world.partyFact('order.receipt_confirmed', group);
  return world.payOut(user(MEMBER), pair.sellerId, 2_000n);
}

async function onHold(world: World, pair: Pair): Promise<Answer> {
  const group = await another(world, pair);
  const operator = user(FIRST_OPERATOR, ['OPERATOR']);
  return world.hold(operator, String((await world.tranche(group))['id']), keys.create());
}

/** A payment that a rule leaves to a person. */
async function doubted(world: World, pair: Pair): Promise<{ known: Known; decision: string }> {
  const ruleSetId = await publish(world, 'CHECKOUT', [onAmount(777_000)]);
  await another(world, pair, 777_000n);
  const decision = await idOf(world, '"riskDecision" order by id desc');
  const reviewId = await idOf(world, '"riskReview" order by id desc');
  return { known: { ruleSetId, reviewId }, decision };
}

/** A line of the PSP's report, classified. */
async function reconciled(world: World): Promise<string> {
  await world.settled();
  await world.psp.post('/sim/settlements', { toBank: true });
  const now = world.clock.now().getTime();
  const [from, to] = [now - 9e8, now + 9e8].map((at) => new Date(at).toISOString());
  const input = { from, to, idempotencyKey: keys.create() };
  const operator = user(FIRST_OPERATOR, ['OPERATOR']);
  await world.mutate(operator, 'reconciliationRun', input, 'reconciliationRun { id }');
  return idOf(world, '"reconciliationItem"');
}

/** An order of the two, paid. */
async function another(
  world: World,
  { buyerId, sellerId }: Pair,
  total = 10_000n,
): Promise<PlacedGroup> {
  const made = world.group([total], buyerId);
  const [order] = made.orders;
  const [terms] = made.request.orders;
  if (order === undefined || terms === undefined) throw new Error('a group without an order');
  const group: PlacedGroup = {
    ...made,
    request: { ...made.request, orders: [{ ...terms, sellerId }] },
    orders: [{ ...order, sellerId: sellerId as typeof order.sellerId }],
  };
  await world.pay(group);
  return group;
}

/** The first row's id. */
async function idOf(world: World, from: string): Promise<string> {
  const row = await world.db.first<{ id: string }>(`select id from ${from} limit 1`);
  if (row === undefined) throw new Error(`there is no ${from}`);
  return row.id;
}

/** A correction that a first operator asks for. */
async function proposal(world: World, correctsId: string): Promise<string> {
  const legs = [{ debit: { kind: 'BANK' }, credit: { kind: 'PSP_CLEARING' }, amount: eur(1n) }];
  const input = { correctsId, legs, reason: 'odd', idempotencyKey: keys.create() };
  const proposer = user(FIRST_OPERATOR, ['OPERATOR']);
  const answer = await world.mutate(proposer, 'ledgerAdjustmentCreate', input, 'approval { id }');
  return idIn(answer, 'approval');
}

function idIn(answer: Answer, name: string): string {
  const object = answer[name] as { id: string } | null | undefined;
  if (object == null) throw new Error(`${name}: ${JSON.stringify(answer.userErrors)}`);
  return object.id;
}
