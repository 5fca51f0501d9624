import type { Viewer } from '#kernel/auth/viewer';
import { type Answer, apiKey, user } from '../testing/acts';
import {
  DisputeActs,
  MEMBER,
  type Opened,
  deliveredOrder,
  operator,
  orderOf,
  secondOperator,
} from '../testing/dispute.acts';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
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

const VIEWERS = {
  buyer: (group: PlacedGroup) => user(group.buyerId),
  seller: () => user(MEMBER),
  'a key that only reads': (group: PlacedGroup) => keyOf(group, ['payments:read']),
  'a key that writes': (group: PlacedGroup) => keyOf(group, ['payments:read', 'payments:write']),
  operator: () => operator,
} as const;
const keyOf = (group: PlacedGroup, scopes: string[]) =>
  apiKey([group.orders[0]?.sellerId ?? ''], scopes);

/** What somebody is told about each action: allowed, or the code; nothing of those that are not shown. */
async function told(viewer: Viewer, type: 'escrow' | 'dispute', id: unknown) {
  const query = `query ($id: ID!) { ${type}(id: $id) { actions { action allowed reason } } }`;
  const { data } = await world.call(viewer, query, { id });
  const shown = data?.[type] as { actions: { action: string; reason: string | null }[] };
  return Object.fromEntries(shown.actions.map(({ action, reason }) => [action, reason ?? 'DONE']));
}
const outcome = ({ userErrors }: Answer): string => userErrors[0]?.code ?? 'DONE';

/** The actions that somebody could do, one after the other. */
async function tried(steps: Record<string, () => Promise<Answer>>, names: readonly string[]) {
  const done: Record<string, string> = {};
  for (const [name, step] of Object.entries(steps)) {
    const code = outcome(await step());
    // not shown is as good as refused
    if (names.includes(name) || code === 'DONE') done[name] = code;
  }
  return done;
}

test.each(Object.entries(VIEWERS))(
  'money: %s is told to be able to do what the mutations take',
  async (_name, viewerOf) => {
    const group = await deliveredOrder(world);
    const viewer = viewerOf(group);
    const { id: trancheId, escrowId } = await world.tranche(group);
    const said = await told(viewer, 'escrow', escrowId);
    const isBuyer = viewer.accountId === group.buyerId;
    const days = isBuyer ? undefined : 1;
    const done = await tried(
      {
        escrowInspectionExtend: () => world.extend(viewer, String(trancheId), acts.key(), days),
        refundCreate: () => world.refund(viewer, orderOf(group), 100n, acts.key()),
        escrowReleaseConfirm: () => world.confirm(viewer, orderOf(group), acts.key()),
      },
      Object.keys(said),
    );
    expect(said).toEqual(done);
  },
);

test.each(Object.entries(VIEWERS))(
  'a dispute: %s is told to be able to do what the mutations take',
  async (_name, viewerOf) => {
    const { group, id, buyer } = await acts.opened();
    const viewer = viewerOf(group);
    const said = await told(viewer, 'dispute', id);
    const half = { refund: 4_000n, release: 6_000n };
    const done = await tried(
      {
        disputeDecide: () => acts.decide(viewer, id, half),
        disputeAppealDecide: () => acts.appealDecide(viewer, id, half),
        disputeEscalate: () => acts.escalate(viewer, id),
        disputeAppeal: () => acts.appeal(viewer, id),
        // after it the seller may still say another amount, and agree to what the buyer asks for
        disputeRefuse: () => acts.refuse(viewer, id),
        disputeCounter: () => acts.counter(viewer, id, 1, 9_000n),
        disputeAccept: () => acts.accept(viewer, id, 1),
        disputeWithdraw: () => acts.withdraw(viewer, id),
      },
      Object.keys(said),
    );
    expect(said).toEqual(done);
    await acts.withdraw(buyer, id);
  },
);

describe('operators', () => {
  const both = async ({ id }: Opened, one: Viewer, round: 'decide' | 'appealDecide') => {
    const name = round === 'decide' ? 'disputeDecide' : 'disputeAppealDecide';
    const { [name]: said } = await told(one, 'dispute', id);
    return [said, outcome(await acts[round](one, id, { refund: 4_000n, release: 6_000n }))];
  };

  test('who decided is not told to decide the appeal; another one is', async () => {
    const all = await acts.underReview();
    expect(await both(all, operator, 'decide')).toEqual(['DONE', 'DONE']);
    await acts.appeal(all.buyer, all.id);
    const conflict = 'DECIDER_CONFLICT';
    expect(await both(all, operator, 'appealDecide')).toEqual([conflict, conflict]);
    expect(await both(all, secondOperator, 'appealDecide')).toEqual(['DONE', 'DONE']);
  });

  test('nobody decides while another case has the money', async () => {
    const all = await acts.underReview();
    const { id: trancheId } = await world.tranche(all.group);
    const { hold } = await world.hold(secondOperator, String(trancheId), acts.key());
    expect(await both(all, operator, 'decide')).toEqual(['TRANCHE_FROZEN', 'TRANCHE_FROZEN']);
    await world.lift(secondOperator, (hold as { id: string }).id, acts.key());
    expect(await both(all, operator, 'decide')).toEqual(['DONE', 'DONE']);
  });
});
