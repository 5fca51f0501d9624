import { type OrderFacts, actionsFor, mayCancel, mayConfirmReceipt } from './order-actions.rules';
import { type OrderAxes, displayStatusOf, groupStatusOf } from './order-axes.rules';
import { partyOf } from './order-party.rules';
import { faultOf } from './order-settle.rules';

const order = (changes: Partial<OrderFacts> = {}): OrderFacts => ({
  status: 'PLACED',
  paymentStatus: 'AWAITING',
  escrowStatus: 'NONE',
  fulfillmentStatus: 'UNFULFILLED',
  cancellationStatus: 'NONE',
  disputeStatus: 'NONE',
  receiptConfirmed: false,
  somethingShipped: false,
  delivered: false,
  isMember: false,
  lines: [{ deliveredQuantity: 0, reviewed: false }],
  ...changes,
});
const paid = { status: 'CONFIRMED', paymentStatus: 'PAID', escrowStatus: 'HELD' } as const;
const shipped = { ...paid, fulfillmentStatus: 'SHIPPED', somethingShipped: true } as const;

test('what each party can do, stage by stage', () => {
  const allowed = (party: 'BUYER' | 'SELLER' | 'OPERATOR', changes: Partial<OrderFacts>) =>
    actionsFor(party, order(changes))
      .filter(({ verdict }) => verdict === undefined)
      .map(({ action }) => action);
  expect(allowed('BUYER', {})).toEqual(['paymentCreate', 'orderCancel']);
  expect(allowed('SELLER', {})).toEqual(['orderCancel']);
  expect(allowed('BUYER', paid)).toEqual(['orderCancel']);
  expect(allowed('BUYER', shipped)).toEqual(['orderReceiptConfirm']);
  expect(allowed('SELLER', shipped)).toEqual([]);
  expect(allowed('BUYER', { ...shipped, fulfillmentStatus: 'DELIVERED', delivered: true })).toEqual(
    ['orderReceiptConfirm', 'reviewCreate'],
  );
  expect(allowed('BUYER', { ...shipped, status: 'COMPLETED', receiptConfirmed: true })).toEqual([
    'reviewCreate',
  ]);
  expect(allowed('BUYER', { status: 'EXPIRED' })).toEqual([]);
  expect(allowed('OPERATOR', paid)).toEqual(['orderCancel']);
});

test('a review is possible while some line that arrived has none', () => {
  const verdict = (changes: Partial<OrderFacts>) =>
    actionsFor('BUYER', order({ ...shipped, ...changes })).find(
      ({ action }) => action === 'reviewCreate',
    )?.verdict;
  const arrived = { deliveredQuantity: 1, reviewed: false };
  const awaited = { deliveredQuantity: 0, reviewed: false };
  const reviewed = { deliveredQuantity: 1, reviewed: true };
  expect(verdict({ lines: [awaited, arrived] })).toBeUndefined();
  expect(verdict({ lines: [awaited] })).toBe('NOT_DELIVERED');
  expect(verdict({ lines: [reviewed] })).toBe('ALREADY_REVIEWED');
  expect(verdict({ lines: [arrived], isMember: true })).toBe('REVIEW_LINKED');
});

test('a party is not shown what is never theirs', () => {
  expect(actionsFor('SELLER', order()).map(({ action }) => action)).toEqual(['orderCancel']);
});

test.each([
  [{}, undefined],
  [paid, undefined],
  [{ ...paid, cancellationStatus: 'REFUSED' }, undefined],
  [{ ...paid, cancellationStatus: 'REQUESTED' }, 'CANCELLATION_PENDING'],
  [shipped, 'ORDER_NOT_CANCELLABLE'],
  [{ status: 'COMPLETED' }, 'ORDER_NOT_CANCELLABLE'],
  [{ status: 'CANCELLED' }, 'ORDER_NOT_CANCELLABLE'],
  [{ status: 'EXPIRED' }, 'ORDER_NOT_CANCELLABLE'],
] as const)('cancelling %j: %s', (changes, verdict) => {
  expect(mayCancel(order(changes))).toBe(verdict);
});

test.each([
  ['BUYER', {}, 'ESCROW_NOT_FUNDED'],
  ['BUYER', paid, 'NOT_SHIPPED'],
  ['BUYER', shipped, undefined],
  ['SELLER', shipped, 'FORBIDDEN_FOR_PARTY'],
  ['OPERATOR', shipped, 'FORBIDDEN_FOR_PARTY'],
  ['BUYER', { ...shipped, receiptConfirmed: true }, 'RECEIPT_ALREADY_CONFIRMED'],
  ['BUYER', { ...shipped, status: 'COMPLETED' }, 'ORDER_CLOSED'],
] as const)('%s confirming the receipt of %j: %s', (party, changes, verdict) => {
  expect(mayConfirmReceipt(party, order(changes))).toBe(verdict);
});

test('who is who', () => {
  const sides = { buyerId: 'acc_b', sellerId: 'sel_s', isMember: false };
  const caller = {
    kind: 'USER',
    accountId: 'acc_x',
    roles: [] as string[],
    scopes: ['*'],
    tenantIds: [] as string[],
  };
  const key = { ...caller, kind: 'API_KEY', tenantIds: ['sel_s'], scopes: ['orders:read'] };
  const party = (c: object, s: object = {}) =>
    partyOf({ ...caller, ...c }, { ...sides, ...s }, 'orders:read');
  expect(party({})).toBeUndefined();
  expect(party({ accountId: 'acc_b' })).toBe('BUYER');
  expect(party({}, { isMember: true })).toBe('SELLER');
  expect(party({ roles: ['OPERATOR'] })).toBe('OPERATOR');
  expect(party(key)).toBe('SELLER');
  expect(party({ ...key, scopes: ['catalogue:read'] })).toBeUndefined();
  expect(party({ ...key, tenantIds: ['sel_other'] })).toBeUndefined();
  expect(party({ ...key, tenantIds: [], accountId: 'acc_b' }, { isMember: true })).toBeUndefined();
  expect(party({ kind: 'ANONYMOUS', accountId: undefined })).toBeUndefined();
  expect(party({ kind: 'SERVICE', accountId: 'acc_b' })).toBeUndefined();
});

test('faults, display and group status', () => {
  expect((['BUYER', 'SELLER', 'OPERATOR', 'SYSTEM'] as const).map(faultOf)).toEqual([
    'BUYER',
    'SELLER',
    'PLATFORM',
    'SELLER',
  ]);
  const display = (changes: Partial<OrderAxes>) => displayStatusOf(order(changes));
  expect(display({})).toBe('AWAITING_PAYMENT');
  expect(display({ paymentStatus: 'FAILED' })).toBe('PAYMENT_FAILED');
  expect(display(paid)).toBe('CONFIRMED');
  expect(display({ ...shipped, escrowStatus: 'FROZEN' })).toBe('ON_HOLD');
  expect(display({ ...shipped, escrowStatus: 'FROZEN', disputeStatus: 'OPEN' })).toBe('DISPUTED');
  expect(display({ status: 'COMPLETED', disputeStatus: 'DECIDED' })).toBe('DISPUTED');
  expect(display({ status: 'COMPLETED', disputeStatus: 'CLOSED' })).toBe('COMPLETED');
  expect(display(shipped)).toBe('SHIPPED');
  expect(display({ ...paid, cancellationStatus: 'REQUESTED' })).toBe('CANCELLATION_REQUESTED');
  expect(display({ status: 'COMPLETED', paymentStatus: 'REFUNDED' })).toBe('REFUNDED');
  expect(groupStatusOf(['COMPLETED', 'CONFIRMED', 'EXPIRED'])).toBe('CONFIRMED');
  expect(groupStatusOf(['CANCELLED', 'EXPIRED'])).toBe('CANCELLED');
  expect(groupStatusOf(['EXPIRED'])).toBe('EXPIRED');
});
