import { countryOf } from './payment.desk';
import { type Method, type Payment, type PspObject } from './psp.facts';

/** What every token stands for. */
export const CARD = { brand: 'simcard', last4: '4242' };

/** An object as the outside sees it. JSON leaves out what is undefined: the simulator's inner fields. */
export function viewOf(object: PspObject, baseUrl: string): object {
  switch (object.object) {
    case 'payment':
      return paymentView(object, baseUrl);
    case 'refund':
    case 'payout':
      return { ...object, nextAtMs: undefined };
    case 'dispute':
      return {
        ...object,
        outcome: undefined,
        feeBack: undefined,
        slow: undefined,
        nextAtMs: undefined,
      };
    case 'method':
      return methodView(object, baseUrl);
  }
}

function methodView(method: Method, baseUrl: string): object {
  const waits = method.status === 'requires_action';
  const actionUrl = waits ? `${baseUrl}/sim/methods/${method.id}/complete` : undefined;
  return { ...method, token: undefined, actionUrl };
}

function paymentView(payment: Payment, baseUrl: string): object {
  const waits = payment.status === 'requires_action';
  return {
    ...payment,
    brand: CARD.brand,
    last4: CARD.last4,
    country: countryOf(payment.token),
    token: undefined,
    capture: undefined,
    nextAtMs: undefined,
    actionUrl: waits ? `${baseUrl}/sim/payments/${payment.id}/complete` : undefined,
  };
}
