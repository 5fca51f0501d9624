import { machine } from '#kernel/machine/machine';

export type OrderStatus = 'PLACED' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED' | 'EXPIRED';
export type OrderEvent = 'fund' | 'expire' | 'cancel' | 'settle';

/**
 * The order's own axis. `fund`: the money is held. `expire`: the payment deadline passed. `cancel`: agreed or at once
 * before payment. `settle`: nothing is held any more and the buyer has the goods, or the money.
 */
export const orderMachine = machine<OrderStatus, OrderEvent>('PLACED', {
  PLACED: { fund: 'CONFIRMED', expire: 'EXPIRED', cancel: 'CANCELLED' },
  CONFIRMED: { settle: 'COMPLETED', cancel: 'CANCELLED' },
  COMPLETED: {},
  CANCELLED: {},
  EXPIRED: {},
});

export type CancellationStatus = 'NONE' | 'REQUESTED' | 'GRANTED' | 'REFUSED';
export type CancellationEvent = 'request' | 'grant' | 'refuse';

/** Cancelling after payment: fulfillment answers, because a parcel that was scanned cannot be called back. */
export const cancellationMachine = machine<CancellationStatus, CancellationEvent>('NONE', {
  NONE: { request: 'REQUESTED' },
  REQUESTED: { grant: 'GRANTED', refuse: 'REFUSED' },
  GRANTED: {},
  REFUSED: { request: 'REQUESTED' },
});
