import { type Payment, type PspObject } from './psp.facts';

/** An object as the outside sees it. JSON leaves out what is undefined: the simulator's inner fields. */
export function viewOf(object: PspObject, baseUrl: string): object {
  switch (object.object) {
    case 'payment':
      return paymentView(object, baseUrl);
    case 'refund':
      return object;
    case 'payout':
      return { ...object, nextAtMs: undefined };
  }
}

function paymentView(payment: Payment, baseUrl: string): object {
  const waits = payment.status === 'requires_action';
  return {
    ...payment,
    token: undefined,
    capture: undefined,
    nextAtMs: undefined,
    actionUrl: waits ? `${baseUrl}/sim/payments/${payment.id}/complete` : undefined,
  };
}
