import fc from 'fast-check';
import {
  covered,
  faultOf,
  isTied,
  mayOrderReturn,
  needsSecond,
  revisionOf,
} from './decision.rules';

const minor = fc.bigInt(0n, 1_000_000n);
const known = (clause: string): boolean => clause === 'PROOF';

test('a decision divides all that is at stake, to the unit', () => {
  fc.assert(
    fc.property(minor, minor, minor, (stake, refundMinor, goodwillMinor) => {
      const rest = stake - refundMinor;
      const verdict = { refundMinor, releaseMinor: rest, goodwillMinor, clauses: ['PROOF'] };
      expect(faultOf(verdict, stake, known)).toBe(rest < 0n ? 'AMOUNT_INVALID' : undefined);
      for (const off of [-1n, 1n]) {
        const wrong = { ...verdict, releaseMinor: rest + off };
        expect(faultOf(wrong, stake, known)).toBe('AMOUNT_INVALID');
      }
    }),
  );
});

test('goodwill is never taken', () => {
  const verdict = { refundMinor: 1n, releaseMinor: 0n, goodwillMinor: -1n, clauses: ['PROOF'] };
  expect(faultOf(verdict, 1n, known)).toBe('AMOUNT_INVALID');
});

test.each([[[]], [['MADE_UP']], [['PROOF', 'MADE_UP']]])(
  'clauses %j do not carry it',
  (clauses) => {
    const verdict = { refundMinor: 1n, releaseMinor: 0n, goodwillMinor: 0n, clauses };
    expect(faultOf(verdict, 1n, known)).toBe('CLAUSE_REQUIRED');
  },
);

test('nobody decides their own matter, nor twice', () => {
  const involved = { parties: ['buyer', 'member'], earlier: ['first', 'second'] };
  for (const tied of ['buyer', 'member', 'first', 'second']) {
    expect(isTied(['other', tied], involved)).toBe(true);
  }
  expect(isTied(['other', 'another'], involved)).toBe(false);
});

test('a second person is needed above the limit, for goodwill, and in currencies without a limit', () => {
  const none = { goodwillMinor: 0n };
  expect(needsSecond(50_000n, none, 'EUR')).toBe(false);
  expect(needsSecond(50_001n, none, 'EUR')).toBe(true);
  expect(needsSecond(1n, { goodwillMinor: 1n }, 'EUR')).toBe(true);
  expect(needsSecond(1n, none, 'XAF')).toBe(true);
});

test('an appeal moves the difference, in one direction', () => {
  fc.assert(
    fc.property(minor, minor, (before, next) => {
      const revision = revisionOf({ refundMinor: before }, { refundMinor: next });
      const kind = next === before ? 'SAME' : next > before ? 'MORE_TO_BUYER' : 'MORE_TO_SELLER';
      expect(revision.kind).toBe(kind);
      if (revision.kind === 'MORE_TO_BUYER') expect(revision.amountMinor).toBe(next - before);
    }),
  );
});

test('what a seller gives back is at most what is asked, and its net is there', () => {
  fc.assert(
    fc.property(minor, minor, minor, (amount, fees, has) => {
      const net = fees > amount ? 0n : amount - fees;
      const part = covered(amount, net, has);
      expect(part >= 0n && part <= amount).toBe(true);
      if (net > 0n) expect((part * net) / amount <= has).toBe(true);
      if (net <= has) expect(part).toBe(amount);
    }),
  );
});

test('a decision sends goods back only while one refund can wait for them', () => {
  const away = { returnedAt: null };
  const refund = (refundMinor: bigint) => ({ refundMinor });
  expect(mayOrderReturn(away, refund(5n), [])).toBe(true);
  expect(mayOrderReturn({ returnedAt: new Date(0) }, refund(5n), [])).toBe(false);
  expect(mayOrderReturn(away, refund(5n), [refund(5n)])).toBe(true);
  expect(mayOrderReturn(away, refund(6n), [refund(5n)])).toBe(false);
  expect(mayOrderReturn(away, refund(6n), [refund(0n)])).toBe(true);
  expect(mayOrderReturn(away, refund(1n), [refund(5n), refund(5n)])).toBe(false);
});
