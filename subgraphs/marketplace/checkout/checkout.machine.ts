import { machine } from '#kernel/machine/machine';

export type CheckoutState = 'OPEN' | 'COMPLETED' | 'CANCELLED' | 'EXPIRED';
export type CheckoutEvent = 'complete' | 'cancel' | 'expire';

/** An offer to buy what is in a cart, for as long as its stock is reserved. */
export const checkoutMachine = machine<CheckoutState, CheckoutEvent>('OPEN', {
  OPEN: { complete: 'COMPLETED', cancel: 'CANCELLED', expire: 'EXPIRED' },
  COMPLETED: {},
  CANCELLED: {},
  EXPIRED: {},
});
