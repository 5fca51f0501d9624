import { type Machine, statesOf, unreachable } from '#kernel/machine/machine';
import { tenderMachine } from '../payments/tender.machine';
import { payoutMachine } from '../payouts/payout.machine';
import { operationMachine } from '../psp/operation.machine';
import { legMachine } from '../refunds/refund.machine';
import { trancheMachine } from './tranche.machine';

const drawn = <S extends string, E extends string>(machine: Machine<S, E>): string =>
  `\n${statesOf(machine)
    .map((from) => {
      const cells = machine.events(from).map((event) => `${event}>${machine.next(from, event)}`);
      return `${from}: ${cells.join(' ')}`.trim();
    })
    .join('\n')}`;

test.each([
  ['tranche', trancheMachine as Machine<string, string>],
  ['tender', tenderMachine as Machine<string, string>],
  ['payout', payoutMachine as Machine<string, string>],
  ['operation', operationMachine as Machine<string, string>],
  ['refund leg', legMachine as Machine<string, string>],
])('every state of a %s can be reached', (_name, machine) => {
  expect(unreachable(machine)).toEqual([]);
});

test('the table of the tranche, cell by cell', () => {
  expect(drawn(trancheMachine)).toMatchInlineSnapshot(`
   "
   AWAITING_FUNDS: fund>FUNDED deposit>DEPOSITED cancel>CANCELLED
   DEPOSITED: fund>FUNDED close>CLOSED
   FUNDED: ship>SHIPPED deliver>DELIVERED submit>DELIVERED close>CLOSED hold>FROZEN decideRelease>RELEASED
   SHIPPED: deliver>DELIVERED confirm>RELEASED transitEnd>RELEASED ageEnd>RELEASED close>CLOSED hold>FROZEN decideRelease>RELEASED
   DELIVERED: confirm>RELEASED inspectionEnd>RELEASED ageEnd>RELEASED retract>SHIPPED askChanges>FUNDED close>CLOSED hold>FROZEN decideRelease>RELEASED
   FROZEN: liftDeposited>DEPOSITED liftFunded>FUNDED liftShipped>SHIPPED liftDelivered>DELIVERED close>CLOSED
   RELEASED: reopen>DELIVERED
   CLOSED: reopen>DELIVERED
   CANCELLED:"
  `);
});

test('the table of the tender, cell by cell', () => {
  expect(drawn(tenderMachine)).toMatchInlineSnapshot(`
   "
   CREATED: ask>REQUIRES_ACTION wait>PENDING authorize>AUTHORIZED capture>CAPTURED fail>FAILED lose>UNKNOWN expire>EXPIRED abandon>FAILED
   REQUIRES_ACTION: ask>REQUIRES_ACTION wait>PENDING authorize>AUTHORIZED capture>CAPTURED fail>FAILED expire>EXPIRED
   PENDING: ask>REQUIRES_ACTION wait>PENDING authorize>AUTHORIZED capture>CAPTURED fail>FAILED expire>EXPIRED
   UNKNOWN: ask>REQUIRES_ACTION wait>PENDING authorize>AUTHORIZED capture>CAPTURED fail>FAILED lose>UNKNOWN
   AUTHORIZED: capture>CAPTURED fail>FAILED expire>EXPIRED
   CAPTURED:
   FAILED:
   EXPIRED:"
  `);
});

test('a payout that was paid can still come back; a lost operation is never a failure', () => {
  expect(payoutMachine.next('PAID', 'return')).toBe('RETURNED');
  expect(payoutMachine.next('FAILED', 'pay')).toBeUndefined();
  expect(operationMachine.next('SENT', 'lose')).toBe('UNKNOWN');
  expect(operationMachine.next('UNKNOWN', 'succeed')).toBe('SUCCEEDED');
  expect(operationMachine.events('SUCCEEDED')).toEqual([]);
});
