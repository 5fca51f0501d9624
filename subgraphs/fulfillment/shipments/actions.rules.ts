import type { FulfillmentOrderState } from './fulfillment-order.machine';
import type { Milestone } from '../tracking/milestone.rules';

export interface Possibility {
  readonly action: string;
  readonly allowed: boolean;
  /** Code of the refusal. */
  readonly reason: string | null;
}

const judged = (action: string, reason: string | null): Possibility => ({
  action,
  allowed: reason === null,
  reason,
});

/** What a seller could do with a fulfilment order now: the same conditions as in the mutations. */
export function orderActions(
  state: FulfillmentOrderState,
  cancelling: boolean,
  open: number,
): Possibility[] {
  const pending = cancelling ? 'CANCELLATION_PENDING' : null;
  const workable = state === 'OPEN' || state === 'IN_PROGRESS';
  return [
    judged('fulfillmentOrderAccept', state === 'OPEN' ? pending : 'FULFILLMENT_ORDER_NOT_OPEN'),
    judged(
      'shipmentCreate',
      !workable
        ? 'FULFILLMENT_ORDER_NOT_OPEN'
        : (pending ?? (open > 0 ? null : 'QUANTITY_EXCEEDS_OPEN')),
    ),
  ];
}

/** What a seller could do with a shipment now. */
export const shipmentActions = (milestone: Milestone, cancelling: boolean): Possibility[] => [
  judged(
    'shipmentLabelBuy',
    milestone !== 'CREATED'
      ? 'SHIPMENT_NOT_LABELLABLE'
      : cancelling
        ? 'CANCELLATION_PENDING'
        : null,
  ),
];
