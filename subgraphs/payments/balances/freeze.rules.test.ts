import fc from 'fast-check';
import { freezeOf } from './freeze.rules';

const minor = fc.bigInt({ min: 0n, max: 1_000_000n });

test('what waits is frozen before what is available, and nothing twice', () => {
  const wanted = { net: 100n, netInAll: 150n, frozen: 0n };
  expect(freezeOf(wanted, { pending: 70n, available: 50n })).toEqual({
    pending: 70n,
    available: 30n,
  });
  expect(freezeOf(wanted, { pending: 10n, available: 5n })).toEqual({
    pending: 10n,
    available: 5n,
  });
  expect(freezeOf({ ...wanted, frozen: 90n }, { pending: 70n, available: 50n })).toEqual({
    pending: 60n,
    available: 0n,
  });
});

test('never more than is asked, is there, or was not frozen by another case', () => {
  fc.assert(
    fc.property(minor, minor, minor, minor, minor, (net, more, frozen, pending, available) => {
      const netInAll = net + more;
      const part = freezeOf({ net, netInAll, frozen }, { pending, available });
      expect(part.pending >= 0n && part.available >= 0n).toBe(true);
      expect(part.pending <= pending && part.available <= available).toBe(true);
      const sum = part.pending + part.available;
      expect(sum <= net).toBe(true);
      expect(sum === 0n || sum + frozen <= netInAll).toBe(true);
      if (part.available > 0n) expect(part.pending).toBe(pending);
      if (sum < net && frozen + net <= netInAll) expect(sum).toBe(pending + available);
    }),
  );
});
