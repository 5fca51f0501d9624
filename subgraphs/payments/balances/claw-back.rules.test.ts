import fc from 'fast-check';
import { type Waiting, clawBack, takeFrom } from './claw-back.rules';

const minor = fc.bigInt({ min: 0n, max: 1_000_000n });

test('available first, then what waits, then the reserve; the rest is owed', () => {
  const funds = { available: 100n, pending: 50n, reserve: 20n };
  expect(clawBack(30n, funds)).toEqual({ available: 30n, pending: 0n, reserve: 0n, debt: 0n });
  expect(clawBack(160n, funds)).toEqual({ available: 100n, pending: 50n, reserve: 10n, debt: 0n });
  expect(clawBack(200n, funds)).toEqual({ available: 100n, pending: 50n, reserve: 20n, debt: 30n });
});

test('the parts add up, none is more than there is, and nothing is owed while anything is left', () => {
  fc.assert(
    fc.property(minor, minor, minor, minor, (amount, available, pending, reserve) => {
      const parts = clawBack(amount, { available, pending, reserve });
      expect(parts.available + parts.pending + parts.reserve + parts.debt).toBe(amount);
      expect(parts.available <= available && parts.pending <= pending).toBe(true);
      expect(parts.reserve <= reserve).toBe(true);
      if (parts.debt > 0n) expect(amount - parts.debt).toBe(available + pending + reserve);
    }),
  );
});

const waiting = (id: string, orderId: string, day: number, remainingMinor: bigint): Waiting => ({
  id,
  orderId,
  availableAt: new Date(Date.UTC(2026, 0, day)),
  remainingMinor,
});

test('of what waits, the same order pays first, then what would come latest', () => {
  const rows = [
    waiting('a', 'other', 1, 10n),
    waiting('b', 'this', 2, 10n),
    waiting('c', 'other', 3, 10n),
  ];
  const taken = takeFrom(rows, 25n, 'this').map(({ row, taken: part }) => [row.id, part]);
  expect(taken).toEqual([
    ['b', 10n],
    ['c', 10n],
    ['a', 5n],
  ]);
  expect(() => takeFrom(rows, 31n, 'this')).toThrow(RangeError);
  expect(takeFrom(rows, 0n, 'this')).toEqual([]);
});
