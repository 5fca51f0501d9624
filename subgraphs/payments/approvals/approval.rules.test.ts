import fc from 'fast-check';
import { statesOf, unreachable } from '#kernel/machine/machine';
import { accountIds, sellerIds } from '#contracts/ids';
import {
  ADJUSTABLE,
  type AdjustableKind,
  type AdjustmentLeg,
  accountOf,
  isAdjustment,
  sellerEffects,
} from './adjustment.rules';
import { approvalMachine } from './approval.machine';
import { judge } from './approval.rules';

const at = new Date('2026-03-01T12:00:00Z');
const anyone = fc.constantFrom('acc_1', 'acc_2', 'acc_3');

test('every state of a proposal can be reached', () => {
  expect(unreachable(approvalMachine)).toEqual([]);
});

test('an act is granted by another person, once, in time; its proposer can only withdraw it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...statesOf(approvalMachine)),
      fc.constantFrom('grant' as const, 'reject' as const),
      anyone,
      anyone,
      fc.integer({ min: -2, max: 2 }),
      (state, event, proposedBy, person, late) => {
        const now = new Date(at.getTime() + late);
        const word = judge({ state, proposedBy, expiresAt: at }, event, person, now);
        const open = state === 'PROPOSED' && late < 0;
        if (!open) expect(word).toBe('TRANSITION_NOT_ALLOWED');
        else if (event === 'reject') expect(word).toBe('REJECTED');
        else expect(word).toBe(person === proposedBy ? 'APPROVAL_REQUIRED' : 'GRANTED');
      },
    ),
  );
});

const kinds = Object.keys(ADJUSTABLE) as AdjustableKind[];
const [seller, other, buyer] = [sellerIds.create(), sellerIds.create(), accountIds.create()];
const account = fc.record({
  kind: fc.constantFrom(...kinds),
  ownerId: fc.constantFrom(null, seller, other, buyer, 'sel_x', ''),
});
const leg: fc.Arbitrary<AdjustmentLeg> = fc.record({
  debit: account,
  credit: account,
  amountMinor: fc.bigInt({ min: -2n, max: 10n ** 18n }),
});

test('an account is the platform’s own or belongs to the right kind of party', () => {
  fc.assert(
    fc.property(account, (name) => {
      const owner = { PLATFORM: [null], CONNECTION: [null], acc: [buyer], sel: [seller, other] };
      const right = (owner[ADJUSTABLE[name.kind]] as (string | null)[]).includes(name.ownerId);
      expect(accountOf(name, 'EUR') !== undefined).toBe(right);
    }),
  );
});

test('what is accepted has positive legs between different accounts, and explains what sellers gain', () => {
  fc.assert(
    fc.property(fc.array(leg, { maxLength: 22 }), (legs) => {
      if (!isAdjustment(legs, 'EUR')) return;
      expect(legs.length).toBeGreaterThan(0);
      expect(legs.length).toBeLessThanOrEqual(20);
      for (const { debit, credit, amountMinor } of legs) {
        expect(amountMinor).toBeGreaterThan(0n);
        expect(accountOf(debit, 'EUR')).not.toEqual(accountOf(credit, 'EUR'));
      }
      const net = (id: string): bigint =>
        legs.reduce(
          (sum, { debit, credit, amountMinor }) =>
            sum +
            (credit.ownerId === id ? amountMinor : 0n) -
            (debit.ownerId === id ? amountMinor : 0n),
          0n,
        );
      for (const { sellerId, amountMinor } of sellerEffects(legs)) {
        expect(amountMinor).toBe(net(sellerId));
      }
    }),
  );
});

test('neither money of orders nor of refunds can be adjusted', () => {
  expect(kinds).not.toContain('TRANCHE');
  expect(kinds).not.toContain('REFUND_DUE');
  expect(isAdjustment([], 'EUR')).toBe(false);
});
