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
   AWAITING_FUNDS: fund>FUNDED cancel>CANCELLED
   FUNDED: ship>SHIPPED deliver>DELIVERED receive>RELEASED close>CLOSED hold>FROZEN
   SHIPPED: deliver>DELIVERED confirm>RELEASED receive>RELEASED transitEnd>RELEASED close>CLOSED hold>FROZEN
   DELIVERED: confirm>RELEASED receive>RELEASED inspectionEnd>RELEASED retract>SHIPPED close>CLOSED hold>FROZEN
   FROZEN: liftFunded>FUNDED liftShipped>SHIPPED liftDelivered>DELIVERED decideRelease>RELEASED close>CLOSED
   RELEASED:
   CLOSED:
   CANCELLED:"
  `);
});

test('the table of the tender, cell by cell', () => {
  expect(drawn(tenderMachine)).toMatchInlineSnapshot(`
   "
   CREATED: ask>REQUIRES_ACTION wait>PENDING capture>CAPTURED fail>FAILED lose>UNKNOWN expire>EXPIRED abandon>FAILED
   REQUIRES_ACTION: ask>REQUIRES_ACTION wait>PENDING capture>CAPTURED fail>FAILED expire>EXPIRED
   PENDING: ask>REQUIRES_ACTION wait>PENDING capture>CAPTURED fail>FAILED expire>EXPIRED
   UNKNOWN: ask>REQUIRES_ACTION wait>PENDING capture>CAPTURED fail>FAILED lose>UNKNOWN
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
