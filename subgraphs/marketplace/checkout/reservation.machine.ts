import { machine } from '#kernel/machine/machine';

export type ReservationState = 'HELD' | 'COMMITTED' | 'CONSUMED' | 'RELEASED';
export type ReservationEvent = 'commit' | 'release' | 'ship' | 'cancel';

/**
 * Units set aside for one line. HELD for a checkout, COMMITTED to an order, CONSUMED when all of them have left the
 * seller, RELEASED when they went back on sale.
 */
export const reservationMachine = machine<ReservationState, ReservationEvent>('HELD', {
  HELD: { commit: 'COMMITTED', release: 'RELEASED' },
  COMMITTED: { ship: 'CONSUMED', cancel: 'RELEASED' },
  CONSUMED: {},
  RELEASED: {},
});
