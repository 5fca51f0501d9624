import { type SharedFact } from '../shared/facts';
import { type PspFact } from './psp.facts';
import { type PspDesks } from './psp.routes';

/** What happens by itself to an object whose time has come. */
export function moveOn(desks: PspDesks, id: string): (PspFact | SharedFact)[] {
  const object = desks.state.object(id);
  switch (object.object) {
    case 'payment':
      return object.status === 'captured'
        ? desks.disputes.open(object)
        : desks.payments.moveOn(object);
    case 'refund':
      return desks.refunds.moveOn(object);
    case 'payout':
      return desks.payouts.moveOn(object);
    case 'dispute':
      return desks.disputes.moveOn(object);
    case 'method':
      throw new Error('a method waits for nothing');
  }
}
