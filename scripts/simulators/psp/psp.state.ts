import { type SharedFact } from '../shared/facts';
import { Refusal } from '../shared/refusal';
import { Books } from './psp.books';
import {
  type OperationAction,
  type Payment,
  type Payout,
  type PspFact,
  type PspObject,
  type Refund,
} from './psp.facts';

/** Everything the PSP knows. It changes by `apply` only, so a replay gives the same state. */
export class PspState {
  readonly books = new Books();
  readonly payments = new Map<string, Payment>();
  readonly refunds = new Map<string, Refund>();
  readonly payouts = new Map<string, Payout>();
  /** Objects that move on by themselves, by id. */
  readonly waiting = new Map<string, number>();
  private readonly operations = new Map<string, { action: OperationAction; objectId: string }>();

  apply(fact: PspFact | SharedFact): void {
    switch (fact.kind) {
      case 'payment.put':
        this.payments.set(fact.payment.id, fact.payment);
        this.await(fact.payment.id, fact.payment.nextAtMs);
        break;
      case 'refund.put':
        this.refunds.set(fact.refund.id, fact.refund);
        break;
      case 'payout.put':
        this.payouts.set(fact.payout.id, fact.payout);
        this.await(fact.payout.id, fact.payout.nextAtMs);
        break;
      case 'posted':
        this.books.post(fact.posting);
        break;
      case 'operation.named':
        this.operations.set(fact.reference, { action: fact.action, objectId: fact.objectId });
        break;
      case 'answer.stored':
      case 'webhook.queued':
      case 'webhook.tried':
      case 'webhook.delivered':
      case 'webhook.abandoned':
        break;
    }
  }

  payment(id: string): Payment {
    return known(this.payments.get(id), 'PAYMENT_UNKNOWN', `there is no payment ${id}`);
  }

  refund(id: string): Refund {
    return known(this.refunds.get(id), 'REFUND_UNKNOWN', `there is no refund ${id}`);
  }

  payout(id: string): Payout {
    return known(this.payouts.get(id), 'PAYOUT_UNKNOWN', `there is no payout ${id}`);
  }

  /** What an operation with this reference made, whatever it was. */
  operation(reference: string): PspObject {
    const id = this.operations.get(reference)?.objectId ?? '';
    const object = this.payments.get(id) ?? this.refunds.get(id) ?? this.payouts.get(id);
    return known(object, 'OPERATION_UNKNOWN', 'no operation has this reference');
  }

  /**
   * The id of the object an earlier call of the same action made under this reference.
   * Refuses (409) when another action, or the same one on another object, used it.
   */
  earlier(reference: string, action: OperationAction, objectId?: string): string | undefined {
    const found = this.operations.get(reference);
    if (found === undefined) return undefined;
    if (found.action !== action || (objectId !== undefined && found.objectId !== objectId)) {
      throw new Refusal(409, 'REFERENCE_REUSED', `the reference names another ${found.action}`);
    }
    return found.objectId;
  }

  private await(id: string, atMs: number | null): void {
    if (atMs === null) this.waiting.delete(id);
    else this.waiting.set(id, atMs);
  }
}

function known<T>(found: T | undefined, code: string, message: string): T {
  if (found === undefined) throw new Refusal(404, code, message);
  return found;
}
