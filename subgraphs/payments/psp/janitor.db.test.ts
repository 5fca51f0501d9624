import { user } from '../testing/acts';
import { readBooks, richSeller, settleAll } from '../testing/psp.settling';
import { World } from '../testing/world';

jest.setTimeout(120_000);
const owner = user('acc_00000000000000000000000031');

const FAULTS: Record<string, Record<string, unknown>> = {
  // Stripe's package tries once more after a reset.
  'lost on the way': { kind: 'drop_before', times: 2 },
  'reply lost': { kind: 'drop_after', times: 2 },
  '500': { kind: 'status', status: 500, times: 1 },
  '429': { kind: 'status', status: 429, times: 1 },
  '409': { kind: 'status', status: 409, times: 1 },
  'stored 500, nothing done': { kind: 'stored_500', times: 1 },
  'stored 500, all done': { kind: 'done_500', times: 1 },
  'webhook before the reply': { kind: 'delay_after', delayMs: 300, times: 1 },
};
const ACTS = ['PAYMENT', 'REFUND', 'PAYOUT'] as const;

interface Operation {
  readonly id: string;
  readonly state: string;
  readonly detail: string | null;
}

// Whatever goes wrong with whichever act, its outcome is known in the end and is what the PSP says.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let world: World;
  let sellerId: string;
  let amount = 1_000n;
  beforeAll(async () => {
    world = await World.open(dialect);
    sellerId = await richSeller(world, owner, 1_000_000n);
  }, 90_000);
  afterAll(() => world.close());

  const act = async (kind: (typeof ACTS)[number], fault: object): Promise<void> => {
    const strike = () =>
      world.psp.faults(
        { match: world.psp.match(kind), ...fault },
        { kind: 'duplicate' },
        { kind: 'reorder', probability: 0.5 },
      );
    amount += 1n;
    if (kind === 'PAYOUT') {
      await strike();
      const answer = await world.payOut(owner, sellerId, amount);
      expect(answer.userErrors).toEqual([]);
      return;
    }
    const group = world.group([amount]);
    if (kind === 'PAYMENT') await strike();
    await world.pay(group);
    if (kind === 'PAYMENT') return;
    await strike();
    await world.partyFact('order.cancelled', group);
  };

  test.each(Object.keys(FAULTS).flatMap((fault) => ACTS.map((kind) => [fault, kind] as const)))(
    '%s: %s converges',
    async (fault, kind) => {
      await act(kind, FAULTS[fault] ?? {});
      await settleAll(world);
      await world.psp.faults();
      const [last] = await world.db.query<Operation>(
        'select id, state, detail from "pspOperation" where kind = $1 order by id desc limit 1',
        [kind],
      );
      const never = fault === 'stored 500, nothing done';
      expect(last).toMatchObject(
        never ? { state: 'REJECTED', detail: 'NEVER_SEEN' } : { state: 'SUCCEEDED' },
      );
      const { payments, refunds, payouts } = await world.psp.books();
      const theirs = {
        PAYMENT: payments.filter(({ capturedMinor }) => capturedMinor === String(amount)),
        REFUND: refunds.filter(({ amountMinor }) => amountMinor === String(amount)),
        PAYOUT: payouts.filter(({ amountMinor }) => amountMinor === String(amount)),
      };
      expect(theirs[kind]).toHaveLength(never ? 0 : 1);
      expect(await readBooks(world)).toBe(true);
      expect(await world.violations()).toEqual([]);
    },
  );
});
