import { machine } from '#kernel/machine/machine';

export type FulfillmentOrderState =
  'AWAITING_FUNDS' | 'OPEN' | 'IN_PROGRESS' | 'ON_HOLD' | 'FULFILLED' | 'INCOMPLETE' | 'CANCELLED';
export type FulfillmentOrderEvent =
  'open' | 'accept' | 'complete' | 'closeShort' | 'hold' | 'release' | 'cancel';

export const fulfillmentOrderMachine = machine<FulfillmentOrderState, FulfillmentOrderEvent>(
  'AWAITING_FUNDS',
  {
    AWAITING_FUNDS: { open: 'OPEN', cancel: 'CANCELLED' },
    OPEN: { accept: 'IN_PROGRESS', hold: 'ON_HOLD', cancel: 'CANCELLED' },
    IN_PROGRESS: {
      complete: 'FULFILLED',
      closeShort: 'INCOMPLETE',
      hold: 'ON_HOLD',
      cancel: 'CANCELLED',
    },
    ON_HOLD: { release: 'IN_PROGRESS', cancel: 'CANCELLED' },
    FULFILLED: {},
    INCOMPLETE: {},
    CANCELLED: {},
  },
);
