import { statesOf, unreachable } from '#kernel/machine/machine';
import type { Machine } from '#kernel/machine/machine';
import { checkoutMachine } from '../checkout/checkout.machine';
import { reservationMachine } from '../checkout/reservation.machine';
import { reviewMachine } from '../reviews/review.machine';
import { cancellationMachine, orderMachine } from './order.machine';

/** Every cell as text, so that a change of the table is a change of this test. */
function drawn<S extends string, E extends string>(m: Machine<S, E>): string[] {
  return statesOf(m).map(
    (state) =>
      `${state}: ${m
        .events(state)
        .map((event) => `${event} ${m.next(state, event) ?? ''}`)
        .join(', ')}`,
  );
}

test('every state of every machine can be reached', () => {
  for (const m of [
    orderMachine,
    cancellationMachine,
    checkoutMachine,
    reservationMachine,
    reviewMachine,
  ] as Machine<string, string>[]) {
    expect(unreachable(m)).toEqual([]);
  }
});

test('the order’s own axis, cell by cell', () => {
  expect(drawn(orderMachine)).toEqual([
    'PLACED: fund CONFIRMED, expire EXPIRED, cancel CANCELLED',
    'CONFIRMED: settle COMPLETED, cancel CANCELLED',
    'COMPLETED: ',
    'CANCELLED: ',
    'EXPIRED: ',
  ]);
});

test('cancellation, reservation and checkout, cell by cell', () => {
  expect(drawn(cancellationMachine)).toEqual([
    'NONE: request REQUESTED',
    'REQUESTED: grant GRANTED, refuse REFUSED',
    'GRANTED: ',
    'REFUSED: request REQUESTED',
  ]);
  expect(drawn(reservationMachine)).toEqual([
    'HELD: commit COMMITTED, release RELEASED',
    'COMMITTED: ship CONSUMED, cancel RELEASED',
    'CONSUMED: ',
    'RELEASED: ',
  ]);
  expect(drawn(checkoutMachine)).toEqual([
    'OPEN: complete COMPLETED, cancel CANCELLED, expire EXPIRED',
    'COMPLETED: ',
    'CANCELLED: ',
    'EXPIRED: ',
  ]);
});
