import fc from 'fast-check';
import { claimRefund, restOf, takeOwed, takesRefunds } from './charged-refund.rules';
import type { ChargebackState } from './chargeback.machine';
import { shareOut } from './share.rules';

test('a case takes what was owed first, in the order given, up to its amount', () => {
  const owed = [{ amountMinor: 300n }, { amountMinor: 500n }];
  const of = (amount: bigint) => takeOwed(amount, owed).map((one) => one.amountMinor);
  expect(of(1_000n)).toEqual([300n, 500n]);
  expect(of(400n)).toEqual([300n, 100n]);
  expect(of(0n)).toEqual([]);
});

test('a refused refund covers what nobody bears; of an open case it also stands in for orders', () => {
  const claim = (state: ChargebackState) => ({ state, uncoveredMinor: 100n, borneMinor: 200n });
  const one = (state: ChargebackState, amount: bigint) => {
    const { claimed, creditMinor } = claimRefund(amount, [claim(state)]);
    return [...claimed.map((c) => [c.coversMinor, c.replacesMinor]), creditMinor];
  };
  expect(one('OPENED', 250n)).toEqual([[100n, 150n], 0n]);
  expect(one('UNDER_REVIEW', 999n)).toEqual([[100n, 200n], 699n]);
  expect(one('LOST', 250n)).toEqual([[100n, 0n], 150n]);
  expect(one('ACCEPTED', 50n)).toEqual([[50n, 0n], 0n]);
  expect((['WARNING', 'PREVENTED', 'WON'] as const).map((state) => one(state, 9n))).toEqual([
    [9n],
    [9n],
    [9n],
  ]);
});

// --- A buyer, their refunds and a bank, in plain numbers: what the rules decide, played in every order.

type Leg = { amount: bigint; at: 'READY' | 'AWAY' | 'PAID' | 'CREDIT' | 'CASE'; inCase: bigint };
interface Play {
  readonly legs: Leg[];
  left: bigint;
  state: ChargebackState;
  amount: bigint;
  uncovered: bigint;
  borne: bigint;
  loss: bigint;
  bank: bigint;
  credit: bigint;
  paid: bigint;
}

const refused = (play: Play, leg: Leg): void => {
  const claim = { state: play.state, uncoveredMinor: play.uncovered, borneMinor: play.borne };
  const { claimed, creditMinor } = claimRefund(leg.amount, [claim]);
  for (const { coversMinor, replacesMinor } of claimed) {
    leg.inCase += coversMinor + replacesMinor;
    play.uncovered -= coversMinor;
    if (play.state === 'LOST') play.loss -= coversMinor;
    play.borne -= replacesMinor;
    play.left += replacesMinor;
  }
  play.credit += creditMinor;
  leg.at = leg.inCase > 0n ? 'CASE' : 'CREDIT';
};

/** The bank takes the money: refunds that did not leave are given up, credit is taken back. */
function open(play: Play, amount: bigint): void {
  play.state = 'OPENED';
  play.amount = amount;
  const owed = play.legs.filter(({ at }) => at === 'READY' || at === 'CREDIT');
  const taken = takeOwed(
    amount,
    owed.map((leg) => ({ leg, amountMinor: leg.amount })),
  );
  let sum = 0n;
  for (const { of, amountMinor } of taken) {
    const { leg } = of;
    if (leg.at === 'CREDIT') play.credit -= amountMinor;
    else play.credit += leg.amount - amountMinor;
    leg.inCase = amountMinor;
    leg.at = 'CASE';
    sum += amountMinor;
  }
  for (const leg of owed.filter(({ at }) => at === 'READY')) {
    play.credit += leg.amount;
    leg.at = 'CREDIT';
  }
  const [share] = shareOut(amount - sum, [{ leftMinor: play.left }]);
  play.borne = share?.amountMinor ?? 0n;
  play.left -= play.borne;
  play.uncovered = amount - sum - play.borne;
}

function close(play: Play, state: 'WON' | 'LOST', liable: 'SELLER' | 'PLATFORM'): void {
  const refundsMinor = play.legs.reduce((sum, { inCase }) => sum + inCase, 0n);
  const sums = {
    ...{ amountMinor: play.amount, uncoveredMinor: play.uncovered, refundsMinor },
    goneMinor: 0n,
  };
  const rest = restOf(state, liable, sums);
  play.state = state;
  // the case is empty afterwards
  const back = state === 'WON' || liable === 'PLATFORM' ? play.borne : 0n;
  const due = state === 'WON' ? refundsMinor : 0n;
  expect(play.amount - play.borne - refundsMinor + back + due - rest).toBe(0n);
  play.left += back;
  if (state === 'LOST') {
    play.loss += rest;
    play.bank = play.amount;
  } else {
    for (const leg of play.legs) {
      if (leg.inCase === 0n) continue;
      play.legs.push({ amount: leg.inCase, at: 'AWAY', inCase: 0n });
      leg.inCase = 0n;
    }
  }
}

const minor = fc.bigInt({ min: 1n, max: 50n });
const step = fc.record({
  do: fc.constantFrom('send', 'pay', 'refuse', 'open', 'win', 'lose'),
  which: fc.nat({ max: 5 }),
});

test('whatever order things come in: owed once, paid once, the seller charged once, the case empty', () => {
  const played = fc.property(
    fc.array(minor, { minLength: 1, maxLength: 3 }),
    minor,
    fc.array(step, { maxLength: 14 }),
    fc.constantFrom('SELLER', 'PLATFORM'),
    fc.boolean(),
    (amounts, left, steps, liable, all) => {
      const owed = amounts.reduce((a, b) => a + b, 0n);
      const whole = owed + left;
      const play: Play = {
        ...{ legs: amounts.map((amount) => ({ amount, at: 'READY', inCase: 0n })), left },
        ...{ state: 'WARNING', amount: 0n, uncovered: 0n, borne: 0n, loss: 0n },
        ...{ bank: 0n, credit: 0n, paid: 0n },
      };
      const pay = (leg: Leg): void => {
        leg.at = 'PAID';
        play.paid += leg.amount;
      };
      let late = false;
      const end: typeof steps = [
        { do: 'open', which: 0 },
        { do: 'lose', which: 0 },
      ];
      for (const { do: what, which } of [...steps, ...(all ? end : [])]) {
        const leg = play.legs[which % play.legs.length];
        const live = play.state === 'OPENED';
        if (what === 'send' && leg?.at === 'READY') leg.at = 'AWAY';
        // a PSP pays no refund of a payment that is disputed, unless it had done so before
        if (what === 'pay' && leg?.at === 'AWAY' && !takesRefunds(play.state)) pay(leg);
        if (what === 'refuse' && leg?.at === 'AWAY') {
          late ||= play.state === 'LOST';
          refused(play, leg);
        }
        if (what === 'open' && play.state === 'WARNING') {
          open(play, all ? whole - play.paid : minorOf(whole, which));
        }
        if (what === 'win' && live) close(play, 'WON', liable);
        if (what === 'lose' && live) close(play, 'LOST', liable);
      }
      for (const leg of play.legs) {
        if (leg.at !== 'READY' && leg.at !== 'AWAY') continue;
        late ||= play.state === 'LOST';
        if (takesRefunds(play.state)) refused(play, leg);
        else pay(leg);
      }
      if (play.state === 'OPENED') close(play, 'LOST', liable);
      const got = play.paid + play.credit + play.bank;
      const seller = whole - owed - play.left;
      // money is neither made nor lost: what the buyer got beyond the refunds, somebody bore
      expect(got).toBe(owed + seller + play.loss);
      expect([play.loss, play.credit, play.uncovered, play.left].every((n) => n >= 0n)).toBe(true);
      if (play.state === 'WON' || play.state === 'WARNING') expect(got).toBe(owed);
      if (play.state !== 'LOST') return;
      if (all) expect(got).toBe(whole);
      if (liable === 'PLATFORM') expect(seller).toBe(0n);
      if (play.paid === 0n && !late) expect(got).toBe(owed > play.bank ? owed : play.bank);
    },
  );
  fc.assert(played, { numRuns: 1_000 });
});

const minorOf = (whole: bigint, which: number): bigint => {
  const part = (whole * BigInt(which + 1)) / 6n;
  return part === 0n ? 1n : part;
};

test('what orders do not get back is nobody’s loss', () => {
  const sums = { amountMinor: 100n, uncoveredMinor: 10n, refundsMinor: 20n, goneMinor: 30n };
  expect(restOf('LOST', 'PLATFORM', sums)).toBe(50n);
  expect(restOf('ACCEPTED', 'SELLER', { ...sums, goneMinor: 70n })).toBe(10n);
  expect(restOf('WON', 'SELLER', { ...sums, goneMinor: 0n })).toBe(100n);
});
