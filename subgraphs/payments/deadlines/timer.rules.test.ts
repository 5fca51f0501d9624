import fc from 'fast-check';
import { DAY } from '#kernel/clock/clock';
import { extensionRefusal } from './extension.rules';
import {
  type DeadlineTerms,
  GOODS,
  KINDS_OF_STATE,
  SERVICES,
  deadlinesOf,
  inspectionMs,
  nextDeadlineOf,
  shipMs,
  transitMs,
} from './timer.rules';

const days = (ms: number): number => ms / DAY;

test.each([
  ['DIGITAL', true, true, 'STANDARD', 1],
  ['VIRTUAL', false, false, 'STANDARD', 3],
  ['PHYSICAL', false, true, 'EXPRESS', 10],
  ['PHYSICAL', true, true, 'EXPRESS', 10],
  ['PHYSICAL', false, true, 'STANDARD', 30],
  ['PHYSICAL', true, true, 'SEA', 30],
  ['PHYSICAL', true, true, 'STANDARD', 15],
  ['PHYSICAL', true, false, 'STANDARD', 30],
  ['PHYSICAL', false, false, 'EXPRESS', 30],
] as const)('T3 of %s goods (business %s, tracked %s, %s) is %d days', (...row) => {
  const [goods, business, tracked, service, expected] = row;
  expect(days(transitMs({ goods, business }, { tracked, service }))).toBe(expected);
});

test('T2 counts from the handling time; T4 from the tier and the kind of goods', () => {
  expect(days(shipMs({ handlingDays: 0 }))).toBe(14);
  expect(days(shipMs({ handlingDays: 3 }))).toBe(17);
  expect(days(inspectionMs({ goods: 'PHYSICAL', tier: 'TRUSTED' }))).toBe(7);
  expect(days(inspectionMs({ goods: 'PHYSICAL', tier: null }))).toBe(14);
  expect(days(inspectionMs({ goods: 'DIGITAL', tier: 'NEW' }))).toBe(3);
  expect(days(inspectionMs({ goods: 'DIGITAL', tier: 'TRUSTED' }, true))).toBe(14);
});

const terms: fc.Arbitrary<DeadlineTerms> = fc.record({
  goods: fc.constantFrom(...GOODS),
  business: fc.boolean(),
  handlingDays: fc.integer({ min: 0, max: 365 }),
  balanceDays: fc.integer({ min: 1, max: 180 }),
  tier: fc.constantFrom(null, 'NEW', 'STANDARD', 'TRUSTED', 'RESTRICTED'),
});
const held = ['DEPOSITED', 'FUNDED', 'SHIPPED', 'DELIVERED'] as const;

test('money that is held has one deadline that moves it, and every reminder comes before it', () => {
  fc.assert(
    fc.property(
      terms,
      fc.constantFrom(...held),
      fc.boolean(),
      fc.constantFrom(...SERVICES),
      (agreed, state, tracked, service) => {
        const deadlines = deadlinesOf({ state, tracked, service }, agreed);
        const [moves, ...reminders] = deadlines;
        const kind = { DEPOSITED: 'T1_BALANCE', FUNDED: 'T2', SHIPPED: 'T3', DELIVERED: 'T4' }[
          state
        ];
        expect(moves?.kind).toBe(kind);
        for (const { kind, ms } of reminders) {
          expect(kind).toMatch(/_REMIND$/);
          expect(ms > 0 && ms < (moves?.ms ?? 0)).toBe(true);
        }
        const kinds: readonly string[] = KINDS_OF_STATE[state];
        expect(deadlines.every(({ kind }) => kinds.includes(kind))).toBe(true);
      },
    ),
  );
  expect(
    deadlinesOf(
      { state: 'RELEASED', tracked: true, service: 'SEA' },
      { goods: 'PHYSICAL', business: false, handlingDays: 3, tier: null, balanceDays: 14 },
    ),
  ).toEqual([]);
});

test('the next deadline is neither a reminder nor one that stands still', () => {
  const [soon, late] = [new Date(1_000), new Date(2_000)];
  const reminder = { kind: 'T4_REMIND', fireAt: soon };
  expect(nextDeadlineOf([reminder, { kind: 'T4', fireAt: late }])).toBe(late);
  expect(nextDeadlineOf([reminder, { kind: 'T4', fireAt: null }])).toBeNull();
});

test('the buyer takes 3 days once, the seller grants 30 in all, however it is cut', () => {
  const fresh = { state: 'DELIVERED', extendedByBuyer: false, grantedDays: 0 } as const;
  expect(extensionRefusal(fresh, 'BUYER', 3)).toBeUndefined();
  expect(extensionRefusal(fresh, 'BUYER', 4)).toBe('EXTENSION_EXHAUSTED');
  expect(extensionRefusal({ ...fresh, extendedByBuyer: true }, 'BUYER', 3)).toBe(
    'EXTENSION_EXHAUSTED',
  );
  expect(extensionRefusal({ ...fresh, state: 'FUNDED' }, 'SELLER', 3)).toBe(
    'TRANSITION_NOT_ALLOWED',
  );
  expect(extensionRefusal({ ...fresh, state: 'FROZEN' }, 'SELLER', 3)).toBe('TRANCHE_FROZEN');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 40 })), (wanted) => {
      let grantedDays = 0;
      for (const some of wanted) {
        const fits = some >= 1 && grantedDays + some <= 30;
        const refusal = extensionRefusal({ ...fresh, grantedDays }, 'SELLER', some);
        expect(refusal === undefined).toBe(fits);
        if (fits) grantedDays += some;
      }
    }),
  );
});
