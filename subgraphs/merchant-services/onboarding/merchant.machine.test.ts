import fc from 'fast-check';
import { unreachable } from '#kernel/machine/machine';
import { apiKeyMachine } from '../api-keys/api-key.machine';
import { formatSecret, isSecret } from '../api-keys/secret.rules';
import { sharesOf } from '../analytics/profit.rules';
import { verificationMachine } from './merchant.machine';
import { type LegalProfile, gatesOf, requirementsOf } from './requirement.rules';

test('every state of both machines can be reached', () => {
  expect(unreachable(verificationMachine)).toEqual([]);
  expect(unreachable(apiKeyMachine)).toEqual([]);
});

test('no gate opens with a requirement unmet, in any state', () => {
  const text = fc.option(fc.string(), { nil: null });
  const profile: fc.Arbitrary<LegalProfile> = fc.record({
    entityType: fc.constantFrom('INDIVIDUAL', 'COMPANY', null),
    legalName: text,
    registrationNumber: text,
    address: text,
    email: fc.option(fc.emailAddress(), { nil: null }),
    phone: fc.constantFrom('+5511999990000', '123', null),
  });
  const states = Object.keys(
    verificationMachine.table,
  ) as (keyof typeof verificationMachine.table)[];
  fc.assert(
    fc.property(profile, fc.constantFrom(...states), (legal, state) => {
      const unmet = requirementsOf(legal).some(({ met }) => !met);
      if (unmet) expect(gatesOf(state, legal)).toEqual({ SELL: false, PAYOUT: false });
    }),
  );
});

test('a secret has its form and one wrong character is noticed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.nat(42), (random, at) => {
      const secret = formatSecret(random);
      expect(isSecret(secret)).toBe(true);
      const place = 9 + at;
      const other = secret[place] === 'A' ? 'B' : 'A';
      expect(isSecret(secret.slice(0, place) + other + secret.slice(place + 1))).toBe(false);
    }),
  );
});

test('lines add up to the order, figure by figure', () => {
  const amount = fc.bigInt(0n, 10n ** 9n);
  const money = fc.record({
    fundedMinor: amount,
    refundedMinor: amount,
    commissionMinor: amount,
    taxMinor: amount,
    labelMinor: amount,
  });
  fc.assert(
    fc.property(money, fc.array(amount, { minLength: 1, maxLength: 8 }), (order, values) => {
      const shares = sharesOf(order, values);
      const sum = (pick: (share: (typeof shares)[number]) => bigint): bigint =>
        shares.reduce((all, share) => all + pick(share), 0n);
      expect(sum((s) => s.soldMinor)).toBe(order.fundedMinor);
      expect(sum((s) => s.refundedMinor)).toBe(order.refundedMinor);
      expect(sum((s) => s.labelMinor)).toBe(order.labelMinor);
    }),
  );
});
