import { machine } from '#kernel/machine/machine';

export type TrancheState =
  | 'AWAITING_FUNDS'
  | 'FUNDED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'FROZEN'
  | 'RELEASED'
  | 'CLOSED'
  | 'CANCELLED';

/**
 * `fund` money came in · `cancel` order cancelled or payment deadline passed before that · `ship`, `deliver`,
 * `retract` what fulfilment reports · `confirm` buyer's word here · `receive` buyer's word in marketplace, which may
 * be heard before the shipment is · `transitEnd` T3 · `inspectionEnd` T4 · `close` all that is left is refunded ·
 * `hold` a case freezes it · `lift…` the last hold ends: back to the state before.
 */
export type TrancheEvent =
  | 'fund'
  | 'cancel'
  | 'ship'
  | 'deliver'
  | 'retract'
  | 'confirm'
  | 'receive'
  | 'transitEnd'
  | 'inspectionEnd'
  | 'close'
  | 'hold'
  | 'liftFunded'
  | 'liftShipped'
  | 'liftDelivered'
  | 'decideRelease';

/** Money of one order, or of one part of it. "Split" is amounts, not a state. */
export const trancheMachine = machine<TrancheState, TrancheEvent>('AWAITING_FUNDS', {
  AWAITING_FUNDS: { fund: 'FUNDED', cancel: 'CANCELLED' },
  FUNDED: {
    ship: 'SHIPPED',
    deliver: 'DELIVERED',
    receive: 'RELEASED',
    close: 'CLOSED',
    hold: 'FROZEN',
  },
  SHIPPED: {
    deliver: 'DELIVERED',
    confirm: 'RELEASED',
    receive: 'RELEASED',
    transitEnd: 'RELEASED',
    close: 'CLOSED',
    hold: 'FROZEN',
  },
  DELIVERED: {
    confirm: 'RELEASED',
    receive: 'RELEASED',
    inspectionEnd: 'RELEASED',
    retract: 'SHIPPED',
    close: 'CLOSED',
    hold: 'FROZEN',
  },
  FROZEN: {
    liftFunded: 'FUNDED',
    liftShipped: 'SHIPPED',
    liftDelivered: 'DELIVERED',
    decideRelease: 'RELEASED',
    close: 'CLOSED',
  },
  RELEASED: {},
  CLOSED: {},
  CANCELLED: {},
});
