import { type Machine, statesOf, unreachable } from '#kernel/machine/machine';
import { labelMachine } from '../labels/label.machine';
import { decideCancellation } from './cancellation.rules';
import { fulfillmentOrderMachine } from './fulfillment-order.machine';

function drawn<S extends string, E extends string>(machine: Machine<S, E>): string[] {
  return statesOf(machine).map(
    (state) =>
      `${state}: ${machine
        .events(state)
        .map((event) => `${event}>${machine.next(state, event) ?? ''}`)
        .join(' ')}`,
  );
}

test('every state can be reached', () => {
  expect(unreachable(labelMachine)).toEqual([]);
  expect(unreachable(fulfillmentOrderMachine)).toEqual([]);
});

test('the label machine, cell by cell', () => {
  expect(drawn(labelMachine)).toEqual([
    'RESERVED: request>REQUESTED fail>FAILED',
    'REQUESTED: issue>ISSUED fail>FAILED defer>RESERVED doubt>AMBIGUOUS',
    'AMBIGUOUS: issue>ISSUED fail>FAILED absent>RESERVED',
    'ISSUED: requestVoid>VOID_REQUESTED',
    'FAILED: ',
    'VOID_REQUESTED: confirmVoid>VOIDED refuseVoid>ISSUED',
    'VOIDED: ',
  ]);
});

test('the fulfilment order machine, cell by cell', () => {
  expect(drawn(fulfillmentOrderMachine)).toEqual([
    'AWAITING_FUNDS: open>OPEN cancel>CANCELLED',
    'OPEN: accept>IN_PROGRESS hold>ON_HOLD cancel>CANCELLED',
    'IN_PROGRESS: complete>FULFILLED closeShort>INCOMPLETE hold>ON_HOLD cancel>CANCELLED',
    'ON_HOLD: release>IN_PROGRESS cancel>CANCELLED',
    'FULFILLED: ',
    'INCOMPLETE: ',
    'CANCELLED: ',
  ]);
});

test('a cancellation is decided by scans, then by booked labels', () => {
  const open = { state: 'IN_PROGRESS', scanned: false, labels: [] } as const;
  expect(decideCancellation(open).kind).toBe('CANCEL');
  expect(decideCancellation({ ...open, labels: ['RESERVED', 'FAILED', 'VOIDED'] }).kind).toBe(
    'CANCEL',
  );
  for (const state of ['REQUESTED', 'AMBIGUOUS', 'ISSUED', 'VOID_REQUESTED'] as const) {
    expect(decideCancellation({ ...open, labels: [state] }).kind).toBe('WAIT');
  }
  expect(decideCancellation({ ...open, scanned: true }).kind).toBe('REFUSE');
  expect(decideCancellation({ ...open, state: 'FULFILLED' }).kind).toBe('REFUSE');
});
