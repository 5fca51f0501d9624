import fc from 'fast-check';
import { DAY } from '#kernel/clock/clock';
import { type Answer, user } from '../testing/acts';
import { DisputeActs, MEMBER, codes, disputeOf, operator } from '../testing/dispute.acts';
import { MoneyModel } from '../testing/money.model';
import { type PlacedGroup, World } from '../testing/world';

/** `npm run soak:money -- --only model` plays at least a thousand. */
const RUNS = Number(process.env['MONEY_MODEL_RUNS'] ?? 16);
jest.setTimeout(60_000 + 5_000 * RUNS);
const TOTAL = 10_000n;
const seller = user(MEMBER);
let world: World;
let acts: DisputeActs;
beforeAll(async () => {
  world = await World.open();
  acts = new DisputeActs(world);
});
afterAll(() => world.close());

/** How often each kind of command was not refused. */
const taken = new Map<string, number>();

/** The order that a sequence is about. */
interface Real {
  readonly group: PlacedGroup;
  readonly orderId: string;
  readonly sellerId: string;
}
type Command = fc.AsyncCommand<MoneyModel, Real>;

/** A command: when it makes sense, what is done, and what that means when it is not refused. */
function command(
  name: string,
  makesSense: (model: MoneyModel) => boolean,
  act: (real: Real, key: string, model: MoneyModel) => Promise<Answer>,
  mean: (model: MoneyModel, answer: Answer) => void,
): Command {
  return {
    toString: () => name,
    check: makesSense,
    run: async (model, real) => {
      const key = acts.key();
      const answer = await act(real, key, model);
      if (answer.userErrors.length === 0) {
        const again = await act(real, key, model); // sent twice it is done once
        if (codes(again).length === 0) expect(idsIn(again)).toEqual(idsIn(answer));
        mean(model, answer);
        const [kind = name] = name.split(' ');
        taken.set(kind, (taken.get(kind) ?? 0) + 1);
      }
      expect(await seen(real)).toEqual(expected(model));
    },
  };
}

/** What an answer is about; how it stands may have changed meanwhile. */
const idsIn = (answer: Answer): unknown[] =>
  Object.values(answer).map((value) => (value as { id?: string } | null)?.id);

const expected = ({ held, frozen, refunded, seller: funds, paidOut }: MoneyModel) => ({
  ...{ held, frozen, refunded, seller: funds, paidOut },
});

/** The same of the real order and its seller, from rows and accounts. */
async function seen({ orderId, sellerId }: Real): Promise<unknown> {
  const row = await world.db.first<Record<string, bigint>>(
    `select coalesce(sum(t."availableMinor"), 0)::bigint as held,
       coalesce(sum(t."frozenMinor"), 0)::bigint as frozen,
       (select coalesce(sum("amountMinor"), 0)::bigint from refund where "orderId" = $1) as refunded,
       (select coalesce(sum("amountMinor"), 0)::bigint from payout
          where "sellerId" = $2 and state not in ('FAILED', 'CANCELLED')) as "paidOut"
     from tranche t join escrow e on e.id = t."escrowId" where e."orderId" = $1`,
    [orderId, sellerId],
  );
  const { data } = await world.call(
    seller,
    `query ($s: [_Any!]!) { _entities(representations: $s) { ... on Seller {
      balance(currencyCode: "EUR") { ${FUNDS.map((name) => `${name} { minorUnits }`).join(' ')} } } } }`,
    { s: [{ __typename: 'Seller', id: sellerId }] },
  );
  const [found] = data?.['_entities'] as { balance: Record<string, { minorUnits: string }> }[];
  const amount = (name: string): bigint => BigInt(found?.balance[name]?.minorUnits ?? '0');
  const funds = FUNDS.reduce((sum, name) => sum + (name === 'owed' ? -1n : 1n) * amount(name), 0n);
  return { ...row, seller: funds };
}
const FUNDS = ['available', 'onHold', 'reserved', 'frozen', 'owed'] as const;

const money = (units: number): bigint => BigInt(units) * 1_000n;
/** So many tenths of the claim, in whole thousands. */
const partOf = ({ claim }: MoneyModel, tenths: number): bigint =>
  money(Math.floor((Number(claim / 1_000n) * tenths) / 10));
const done: Answer = { userErrors: [] };
const always = (): boolean => true;
const isOpen = ({ dispute }: MoneyModel): boolean => dispute !== undefined;

/** The sides disagree, wait and have nothing to add. */
async function toReview(group: PlacedGroup, dispute: string): Promise<void> {
  await acts.refuse(seller, dispute);
  world.clock.advance(3 * DAY); // no deadline of anybody fires: nobody works them here
  for (const side of [user(group.buyerId), user(group.buyerId), seller]) {
    await acts.escalate(side, dispute);
  }
}

const news = (event: 'shipped' | 'delivered'): Command =>
  command(
    event,
    always,
    async ({ group }) => {
      if (event === 'delivered') await world.ship(group);
      await world.ship(group, 0, event);
      return done;
    },
    (model) => {
      model.isShipped = true;
    },
  );

const COMMANDS: readonly fc.Arbitrary<Command>[] = [
  fc.constant(
    command(
      'pay again',
      always,
      async ({ group }, key) => (await world.pay(group, { key })) as unknown as Answer,
      () => {
        throw new Error('an order was paid twice');
      },
    ),
  ),
  fc.constant(news('shipped')),
  fc.constant(news('delivered')),
  fc.constant(
    command(
      'confirm',
      always,
      ({ group, orderId }, key) => world.confirm(user(group.buyerId), orderId, key),
      (model) => {
        model.release();
      },
    ),
  ),
  fc.integer({ min: 1, max: 11 }).map((units) =>
    command(
      `refund ${String(units)}`,
      always,
      ({ orderId }, key) => world.refund(seller, orderId, money(units), key),
      (model) => {
        model.refund(money(units));
      },
    ),
  ),
  fc.integer({ min: 1, max: 9 }).map((units) =>
    command(
      `payout ${String(units)}`,
      ({ seller: funds }) => funds > 0n,
      ({ sellerId }, key) => world.payOut(seller, sellerId, BigInt(units) * 881n, key),
      (model) => {
        model.payOut(BigInt(units) * 881n);
      },
    ),
  ),
  fc.integer({ min: 1, max: 10 }).map((units) =>
    command(
      `open ${String(units)}`,
      (model) => !isOpen(model),
      ({ group }, idempotencyKey) => {
        const amount = { minorUnits: String(money(units)), currencyCode: 'EUR' };
        return acts.open(group, { amount, idempotencyKey });
      },
      (model, answer) => {
        const { id, atStake } = disputeOf(answer);
        const stake = BigInt(atStake.minorUnits);
        expect(stake).toBeLessThanOrEqual(money(units));
        model.open(id, stake, model.held === 0n);
      },
    ),
  ),
  fc.constant(
    command(
      'withdraw',
      isOpen,
      ({ group }, _key, { dispute = '' }) => acts.withdraw(user(group.buyerId), dispute),
      (model) => {
        model.withdraw();
      },
    ),
  ),
  fc.constant(
    command(
      'accept',
      isOpen,
      (_real, _key, { dispute = '' }) => acts.accept(seller, dispute, 1),
      (model) => {
        model.divide(model.claim);
      },
    ),
  ),
  fc.constant(
    command(
      'review',
      (model) => isOpen(model) && !model.isUnderReview,
      async ({ group }, _key, { dispute = '' }) => {
        await toReview(group, dispute);
        return done;
      },
      (model) => {
        model.isUnderReview = true;
      },
    ),
  ),
  fc.nat({ max: 10 }).map((tenths) =>
    command(
      `decide ${String(tenths)}`,
      isOpen,
      async ({ group }, _key, model) => {
        if (!model.isUnderReview) await toReview(group, model.dispute ?? '');
        const refund = partOf(model, tenths);
        return acts.decide(operator, model.dispute ?? '', {
          refund,
          release: model.claim - refund,
        });
      },
      (model) => {
        model.divide(partOf(model, tenths));
      },
    ),
  ),
];

/** What needs another command first comes more often. */
const SEQUENCE = fc.array(fc.oneof(...COMMANDS, ...COMMANDS.slice(-6)), {
  minLength: 7,
  maxLength: 14,
});

test(`${String(RUNS)} sequences of what can happen to an order’s money: services and model never differ`, async () => {
  await fc.assert(
    fc.asyncProperty(SEQUENCE, async (commands) => {
      const group = world.group([TOTAL]);
      const { orderId = '', sellerId = '' } = group.orders[0] ?? {};
      await world.openSeller(sellerId, MEMBER, true);
      await world.pay(group);
      const model = new MoneyModel(TOTAL);
      await fc.asyncModelRun(() => ({ model, real: { group, orderId, sellerId } }), commands);
    }),
    { numRuns: RUNS, seed: 5, endOnFailure: true },
  );
  await world.settled();
  expect(await world.violations()).toEqual([]);
  const all = ['accept', 'confirm', 'decide', 'delivered', 'open', 'payout', 'refund', 'review'];
  expect([...taken.keys()].sort()).toEqual([...all, 'shipped', 'withdraw']);
});
