import { until } from '#kernel/testing/until';
import { user } from './acts';
import { MEMBER } from './dispute.acts';
import { type Dice, type Kind, done, hasten } from './money.command';
import type { RealMoney } from './money.look';

const seller = user(MEMBER);

/** What the seller's bank does with a payout. */
export const DESTINATIONS = ['dest_slow', 'dest_slow_fail', 'dest_slow_return'] as const;

interface PayoutAtPsp {
  readonly id: string;
  readonly amount: bigint;
  readonly destination: string;
  readonly pspId: string | null;
}

/** The oldest payout of the seller that still waits for the bank in a state. */
async function payoutIn(
  { world, sellerId }: RealMoney,
  states: readonly string[],
): Promise<PayoutAtPsp | undefined> {
  return world.db.first<PayoutAtPsp>(
    `select p.id, p."amountMinor" as amount, o."pspId", o.request ->> 'destination' as destination
     from payout p join "pspOperation" o on o.subject = p.id
     where p."sellerId" = $1 and p.state = any ($2) order by p.id limit 1`,
    [sellerId, states],
  );
}

/** So many tenths of what is there. */
const payOut = (tenths: bigint): Kind => ({
  name: `payout ${tenths.toString()}`,
  when: ({ seller: { available } }) => available > 0n,
  act: async ({ world, sellerId, openPayouts }, key, { seller: { available } }) => {
    await openPayouts();
    return world.payOut(seller, sellerId, (available * tenths) / 10n, key);
  },
  means: ({ seller: funds }) => {
    funds.payOut((funds.available * tenths) / 10n);
  },
});

/** All that is there. */
export const PAY_ALL = payOut(10n);

/** The bank pays it, or sends it back. */
const ends: Kind = {
  name: 'ends',
  when: ({ seller: { inTransit } }) => inTransit > 0n,
  isKeyed: false,
  act: async (real) => {
    const found = await until(async () => {
      const payout = await payoutIn(real, ['SUBMITTED', 'IN_TRANSIT']);
      return payout?.pspId == null ? undefined : payout;
    }, 'the payout to be sent');
    await real.world.psp.post(`/sim/objects/${String(found.pspId)}/hasten`, {});
    return { ...done, found };
  },
  means: ({ seller: funds }, answer) => {
    const { amount, destination } = answer['found'] as PayoutAtPsp;
    funds.payoutEnds(amount, destination !== 'dest_slow_fail');
  },
};

/** The bank sends back what it had paid. */
const returns: Kind = {
  name: 'returns',
  when: ({ seller: { paidOut } }) => paidOut > 0n,
  isKeyed: false,
  act: async (real) => {
    const found = await payoutIn(real, ['PAID']);
    if (found?.destination !== 'dest_slow_return') return NOTHING;
    await real.world.psp.post(`/sim/objects/${String(found.pspId)}/hasten`, {});
    return { ...done, found };
  },
  means: ({ seller: funds }, answer) => {
    funds.payoutReturns((answer['found'] as PayoutAtPsp).amount);
  },
};
const NOTHING = { userErrors: [{ code: 'NOTHING_RETURNS', retryable: false, field: null }] };

/** What waits, or is kept back, has waited long enough. */
const mature: Kind = {
  name: 'mature',
  when: ({ seller: { pending, reserve } }) => pending + reserve > 0n,
  isKeyed: false,
  act: async (real) => {
    const rows = await real.world.db.query<{ id: string }>(
      'select id from "sellerHold" where "sellerId" = $1 and "remainingMinor" > 0',
      [real.sellerId],
    );
    await hasten(
      real,
      rows.map(({ id }) => id),
      'T17',
    );
    return done;
  },
  means: ({ seller: funds }) => {
    funds.mature();
  },
};

/** What the seller's bank and time do. */
export const payoutKinds = ({ tenths }: Dice): readonly Kind[] => [
  payOut(BigInt(tenths)),
  ...[ends, returns, mature],
];
