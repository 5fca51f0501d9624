import { until } from '#kernel/testing/until';
import { type CaseTerms } from './bank-case.model';
import { type SeenChargeback, chargebackOf } from './complaints';
import { operator } from './dispute.acts';
import { type Dice, type Kind, done, fire, money } from './money.command';
import type { RealMoney } from './money.look';
import type { MoneyModel } from './money.model';

const REASONS = { SELLER: 'product_not_received', PLATFORM: 'fraudulent' } as const;

interface Complaint {
  readonly units: number;
  readonly liable: keyof typeof REASONS;
  readonly isWon: boolean;
  readonly isWarning: boolean;
}

/** Waits until we have heard of a case that it is in one of these states. */
const heard = (
  { world }: RealMoney,
  pspDisputeId: string,
  states: readonly string[],
): Promise<SeenChargeback> =>
  until(async () => {
    const seen = await chargebackOf(world, pspDisputeId);
    return seen !== undefined && states.includes(seen.state) ? seen : undefined;
  }, `${pspDisputeId} to be ${states.join()}`);

const caseIn = ({ bank }: MoneyModel) => {
  if (bank === undefined) throw new Error('there is no case');
  return bank;
};

/** The payer complains at the bank, which takes the money, or warns of it. */
const complain = ({ units, liable, isWon, isWarning }: Complaint): Kind => ({
  name: `${isWarning ? 'warn' : 'charge'} ${String(units)} ${liable} ${isWon ? 'won' : 'lost'}`,
  when: ({ bank }) => bank === undefined,
  isKeyed: false,
  act: async (real) => {
    const { world, orderId } = real;
    const tender = await world.db.first<{ pspPaymentId: string }>(
      `select t."pspPaymentId" from tender t join payment p on p.id = t."paymentId"
       where $1 = any (p."orderIds") and t.state = 'CAPTURED'`,
      [orderId],
    );
    const { id: pspDisputeId } = (await world.psp.post('/sim/disputes', {
      ...{ reason: REASONS[liable], outcome: isWon ? 'won' : 'lost', slow: true },
      ...{ warning: isWarning, amountMinor: String(money(units)), paymentId: tender?.pspPaymentId },
    })) as { id: string };
    const { id } = await heard(real, pspDisputeId, [isWarning ? 'WARNING' : 'OPENED']);
    const terms: CaseTerms = { id, pspDisputeId, amount: money(units), liable, isWon };
    return { ...done, terms };
  },
  means: (model, answer) => {
    const terms = answer['terms'] as CaseTerms;
    if (isWarning) model.warn(terms);
    else model.charge(terms);
  },
});

const isWarned = ({ bank }: MoneyModel): boolean => bank?.state === 'WARNING';
const isTaken = ({ bank }: MoneyModel): boolean => bank?.state === 'OPENED';

/** What a bank warned of is forgotten, or done. */
const prevent: Kind = {
  name: 'prevent',
  when: isWarned,
  isKeyed: false,
  act: async (real, _key, model) => {
    const { pspDisputeId } = caseIn(model);
    await real.world.psp.post(`/sim/objects/${pspDisputeId}/hasten`, {});
    await heard(real, pspDisputeId, ['PREVENTED']);
    return done;
  },
  means: (model) => {
    model.prevent();
  },
};
const escalate: Kind = {
  name: 'escalate',
  when: isWarned,
  isKeyed: false,
  act: async (real, _key, model) => {
    const { pspDisputeId } = caseIn(model);
    await real.world.psp.post(`/sim/disputes/${pspDisputeId}/escalate`, {});
    await heard(real, pspDisputeId, ['OPENED']);
    return done;
  },
  means: (model) => {
    model.charge(caseIn(model));
  },
};

/** We contest it; the bank decides. */
const conclude: Kind = {
  name: 'conclude',
  when: isTaken,
  isKeyed: false,
  act: async (real, key, model) => {
    const { id, pspDisputeId, isWon } = caseIn(model);
    await real.world.chargebackAnswer(operator, id, key);
    await heard(real, pspDisputeId, ['UNDER_REVIEW']);
    await real.world.psp.post(`/sim/objects/${pspDisputeId}/hasten`, {});
    await heard(real, pspDisputeId, [isWon ? 'WON' : 'LOST']);
    await fire(real.world); // a dispute that waited for it
    return done;
  },
  means: (model) => {
    model.conclude(caseIn(model).isWon);
  },
};

/** We do not contest it. */
const giveIn: Kind = {
  name: 'give-in',
  when: isTaken,
  isKeyed: false,
  act: async (real, key, model) => {
    const answer = await real.world.chargebackAnswer(
      ...([operator, caseIn(model).id, key, 'chargebackAccept'] as const),
    );
    await fire(real.world);
    return answer;
  },
  means: (model) => {
    model.conclude(false);
  },
};

/** What banks do. */
export const bankKinds = ({ units, isSellers, isWon, isWarning }: Dice): readonly Kind[] => [
  complain({ units, liable: isSellers ? 'SELLER' : 'PLATFORM', isWon, isWarning }),
  ...[prevent, escalate, conclude, giveIn],
];
