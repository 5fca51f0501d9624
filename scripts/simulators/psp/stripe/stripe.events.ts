import { randomBytes } from 'node:crypto';
import { type PspObject } from '../psp.facts';
import { type PspState } from '../psp.state';
import { stripeView } from './stripe.views';

const TYPES: Readonly<Record<string, string>> = {
  'payment.captured': 'payment_intent.succeeded',
  'payment.authorized': 'payment_intent.amount_capturable_updated',
  'payment.failed': 'payment_intent.payment_failed',
  'payment.voided': 'payment_intent.canceled',
  'refund.succeeded': 'refund.updated',
  'refund.failed': 'refund.failed',
  'payout.in_transit': 'payout.updated',
  'payout.returned': 'payout.failed',
  'dispute.opened': 'charge.dispute.created',
  'dispute.updated': 'charge.dispute.updated',
  'dispute.closed': 'charge.dispute.closed',
};

/** An event as Stripe writes it, with the object as it is now. */
export function stripeEvent(type: string, object: PspObject, state: PspState): string {
  return JSON.stringify({
    id: `evt_sim_${randomBytes(16).toString('hex')}`,
    object: 'event',
    created: Math.floor((Date.now() + state.aheadMs) / 1_000),
    data: { object: stripeView(object, '') },
    livemode: false,
    type: TYPES[type] ?? type,
  });
}
