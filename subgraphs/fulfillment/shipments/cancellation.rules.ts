import type { LabelState } from '../labels/label.machine';
import type { FulfillmentOrderState } from './fulfillment-order.machine';

/** What decides whether a fulfilment order can still be cancelled. */
export interface CancellationFacts {
  readonly state: FulfillmentOrderState;
  /** True once any parcel has a physical scan. */
  readonly scanned: boolean;
  /** States of the labels of its shipments. */
  readonly labels: readonly LabelState[];
}

export type CancellationDecision =
  | { readonly kind: 'CANCEL' }
  | { readonly kind: 'REFUSE'; readonly reason: 'ALREADY_SHIPPED' }
  /** Only the carrier knows whether a booked parcel was scanned: its labels are voided first. */
  | { readonly kind: 'WAIT' };

export function decideCancellation(facts: CancellationFacts): CancellationDecision {
  if (facts.state === 'CANCELLED') return { kind: 'CANCEL' };
  if (facts.scanned || facts.state === 'FULFILLED' || facts.state === 'INCOMPLETE') {
    return { kind: 'REFUSE', reason: 'ALREADY_SHIPPED' };
  }
  const booked = facts.labels.some((state) => !['RESERVED', 'FAILED', 'VOIDED'].includes(state));
  return { kind: booked ? 'WAIT' : 'CANCEL' };
}
