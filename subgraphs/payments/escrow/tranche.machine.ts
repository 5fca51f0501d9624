import { machine } from '#kernel/machine/machine';

export type TrancheState =
  | 'AWAITING_FUNDS'
  | 'DEPOSITED'
  | 'FUNDED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'FROZEN'
  | 'RELEASED'
  | 'CLOSED'
  | 'CANCELLED';

/** States in which a tranche's money can be frozen. */
export type HeldState = 'DEPOSITED' | 'FUNDED' | 'SHIPPED' | 'DELIVERED';

/** The event that ends a hold, by where the goods are. */
export const LIFT: Readonly<Record<HeldState, TrancheEvent>> = {
  DEPOSITED: 'liftDeposited',
  FUNDED: 'liftFunded',
  SHIPPED: 'liftShipped',
  DELIVERED: 'liftDelivered',
};

/**
 * `fund` all the money came in · `deposit` only the first part of it · `cancel` order cancelled or payment deadline passed before that · `ship`, `deliver`,
 * `retract` what fulfilment reports · `confirm` the buyer's word · `transitEnd` T3 · `inspectionEnd` T4 · `ageEnd` T15 · `close` all that is left is refunded ·
 * `hold` a case freezes it · `lift…` the last hold ends: back to the state before · `decideRelease` the case gives it to
 * the seller, its hold lifted · `reopen` an appeal changes what was decided · `submit` the seller says that a
 * milestone is done · `askChanges` the buyer says that it is not.
 */
export type TrancheEvent =
  | 'fund'
  | 'deposit'
  | 'cancel'
  | 'ship'
  | 'deliver'
  | 'retract'
  | 'confirm'
  | 'transitEnd'
  | 'inspectionEnd'
  | 'ageEnd'
  | 'close'
  | 'hold'
  | 'liftDeposited'
  | 'liftFunded'
  | 'liftShipped'
  | 'liftDelivered'
  | 'decideRelease'
  | 'reopen'
  | 'submit'
  | 'askChanges';

/** Money of one order, or of one part of it. "Split" is amounts, not a state. */
export const trancheMachine = machine<TrancheState, TrancheEvent>('AWAITING_FUNDS', {
  AWAITING_FUNDS: { fund: 'FUNDED', deposit: 'DEPOSITED', cancel: 'CANCELLED' },
  DEPOSITED: { fund: 'FUNDED', close: 'CLOSED' },
  FUNDED: {
    ship: 'SHIPPED',
    deliver: 'DELIVERED',
    submit: 'DELIVERED',
    close: 'CLOSED',
    hold: 'FROZEN',
    decideRelease: 'RELEASED',
  },
  SHIPPED: {
    deliver: 'DELIVERED',
    confirm: 'RELEASED',
    transitEnd: 'RELEASED',
    ageEnd: 'RELEASED',
    close: 'CLOSED',
    hold: 'FROZEN',
    decideRelease: 'RELEASED',
  },
  DELIVERED: {
    confirm: 'RELEASED',
    inspectionEnd: 'RELEASED',
    ageEnd: 'RELEASED',
    retract: 'SHIPPED',
    askChanges: 'FUNDED',
    close: 'CLOSED',
    hold: 'FROZEN',
    decideRelease: 'RELEASED',
  },
  FROZEN: {
    liftDeposited: 'DEPOSITED',
    liftFunded: 'FUNDED',
    liftShipped: 'SHIPPED',
    liftDelivered: 'DELIVERED',
    close: 'CLOSED',
  },
  RELEASED: { reopen: 'DELIVERED' },
  CLOSED: { reopen: 'DELIVERED' },
  CANCELLED: {},
});
