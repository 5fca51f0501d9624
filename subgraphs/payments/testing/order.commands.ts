import { type Answer, user } from './acts';
import { MEMBER, disputeOf, operator } from './dispute.acts';
import { type Dice, type Kind, always, done, hasten, money } from './money.command';
import type { RealMoney } from './money.look';
import type { MoneyModel } from './money.model';

const seller = user(MEMBER);
const isOpen = ({ dispute }: MoneyModel): boolean => dispute?.state === 'OPEN';
const claim = ({ dispute }: MoneyModel): bigint => dispute?.claim ?? 0n;
const disputeId = ({ dispute }: MoneyModel): string => dispute?.id ?? '';

/** So many tenths of the claim, in whole thousands. */
const tenthsOf = (model: MoneyModel, tenths: number): bigint =>
  money(Math.floor((Number(claim(model) / 1_000n) * tenths) / 10));

/** The sides disagree and have nothing to add. That they waited three days is written down: nobody's deadlines fire. */
async function toReview(real: RealMoney, id: string): Promise<void> {
  const { acts } = real;
  await acts.refuse(seller, id);
  await real.world.db.query(
    `update dispute set "openedAt" = "openedAt" - interval '3 days' where id = $1`,
    [id],
  );
  const buyer = user(real.group.buyerId);
  for (const side of [buyer, buyer, seller]) await acts.escalate(side, id);
}

/** From where goods get there; what has left twice has left once. */
const BEFORE = { shipped: 'FUNDED', delivered: 'SHIPPED' } as const;

const news = (event: 'shipped' | 'delivered'): Kind => ({
  name: event,
  when: ({ parts }) => parts.some(({ state }) => state === 'FUNDED' || state === BEFORE[event]),
  isKeyed: false,
  act: async ({ world, group }) => {
    if (event === 'delivered') await world.ship(group);
    await world.ship(group, 0, event);
    return done;
  },
  means: (model) => {
    model.ship(event === 'shipped' ? 'SHIPPED' : 'DELIVERED');
  },
});

const payAgain: Kind = {
  name: 'pay again',
  when: always,
  act: async ({ world, group }, key) => (await world.pay(group, { key })) as unknown as Answer,
  means: () => {
    throw new Error('an order was paid twice');
  },
};

const confirm: Kind = {
  name: 'confirm',
  when: ({ parts }) => parts.some(({ held }) => held > 0n),
  act: ({ world, group, orderId }, key) => world.confirm(user(group.buyerId), orderId, key),
  means: (model) => {
    model.confirm();
  },
};

/** By the seller, who must have the money, or by an operator. */
const refund = (units: number, by: 'seller' | 'operator'): Kind => ({
  name: `refund ${String(units)} by ${by}`,
  when: always,
  act: ({ world, orderId }, key) =>
    world.refund(by === 'seller' ? seller : operator, orderId, money(units), key),
  means: (model) => {
    model.refund(money(units));
  },
});

/** About one of the parts of the order's money. */
const open = (units: number, of: number): Kind => ({
  name: `open ${String(units)} of part ${String(of)}`,
  when: ({ dispute }) => dispute === undefined,
  act: async (real, idempotencyKey, model) => {
    const { world, group } = real;
    const tranches = await world.tranches(group);
    const trancheId = tranches[of % model.parts.length]?.['id'];
    const amount = { minorUnits: String(money(units)), currencyCode: 'EUR' };
    return real.acts.open(group, { amount, idempotencyKey, trancheId });
  },
  means: (model, answer) => {
    const { id, atStake } = disputeOf(answer);
    const stake = BigInt(atStake.minorUnits);
    expect(stake).toBeLessThanOrEqual(money(units));
    model.open(id, of % model.parts.length, stake);
  },
});

const withdraw: Kind = {
  name: 'withdraw',
  when: ({ dispute }) => dispute !== undefined,
  isKeyed: false,
  act: (real, _key, model) => real.acts.withdraw(user(real.group.buyerId), disputeId(model)),
  means: (model) => {
    model.withdraw();
  },
};

const accept: Kind = {
  name: 'accept',
  when: isOpen,
  isKeyed: false,
  act: (real, _key, model) => real.acts.accept(seller, disputeId(model), 1),
  means: (model) => {
    model.accept();
  },
};

const decide = (tenths: number): Kind => ({
  name: `decide ${String(tenths)}`,
  when: isOpen,
  isKeyed: false,
  act: async (real, _key, model) => {
    await toReview(real, disputeId(model));
    const toBuyer = tenthsOf(model, tenths);
    const verdict = { refund: toBuyer, release: claim(model) - toBuyer };
    return real.acts.decide(operator, disputeId(model), verdict);
  },
  means: (model) => {
    model.decide(tenthsOf(model, tenths));
  },
});

/** Nobody appealed in time. */
const stand: Kind = {
  name: 'stand',
  when: ({ dispute }) => dispute?.state === 'DECIDED',
  isKeyed: false,
  act: async (real, _key, model) => {
    await hasten(real, [disputeId(model)], 'APPEAL_END');
    return done;
  },
  means: (model) => {
    model.stand();
  },
};

/** What most orders come to. */
export const FIRST = { delivered: news('delivered'), confirm } as const;

/** What people and carriers do. */
export const orderKinds = ({ units, tenths, of, isSellers }: Dice): readonly Kind[] => [
  ...[payAgain, news('shipped'), news('delivered'), confirm],
  refund(units, isSellers ? 'seller' : 'operator'),
  ...[open(units, of), withdraw, accept, decide(tenths), stand],
];
