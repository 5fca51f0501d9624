import fc from 'fast-check';
import { outstandingOf, reversalOf, splitRemittance } from './advance.rules';

const minor = fc.bigInt({ min: 1n, max: 10n ** 9n });

test('remittances, however cut, pay principal and fee exactly, and neither part is ever negative', () => {
  fc.assert(
    fc.property(
      minor,
      minor,
      fc.array(minor, { maxLength: 10 }),
      (principalMinor, feeMinor, cuts) => {
        let advance = { principalMinor, feeMinor, remittedMinor: 0n, writtenOffMinor: 0n };
        const paid = { principal: 0n, fee: 0n };
        for (const cut of [...cuts, principalMinor + feeMinor]) {
          const left = outstandingOf(advance);
          const amount = cut < left ? cut : left;
          const { principal, fee } = splitRemittance(advance, amount);
          expect(principal + fee).toBe(amount);
          expect(principal >= 0n && fee >= 0n).toBe(true);
          paid.principal += principal;
          paid.fee += fee;
          advance = { ...advance, remittedMinor: advance.remittedMinor + amount };
        }
        expect(paid).toEqual({ principal: principalMinor, fee: feeMinor });
      },
    ),
  );
});

test('what is taken back of a release returns its remittance, never more, and all of it with all of it', () => {
  fc.assert(
    fc.property(minor, minor, fc.array(minor, { maxLength: 6 }), (remitted, released, cuts) => {
      let [clawedBack, reversed] = [0n, 0n];
      for (const cut of [...cuts, released]) {
        const left = released - clawedBack;
        clawedBack += cut < left ? cut : left;
        reversed += reversalOf(remitted, reversed, { released, clawedBack });
        expect(reversed).toBeLessThanOrEqual(remitted);
      }
      expect(reversed).toBe(remitted);
    }),
  );
});
