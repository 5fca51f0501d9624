import { type SharedFact } from '../shared/facts';
import { Refusal } from '../shared/refusal';
import { Books } from './psp.books';
import {
  type Dispute,
  type EvidenceFile,
  type Fees,
  type Method,
  type OperationAction,
  type Payment,
  type Payout,
  type Posting,
  type PspFact,
  type PspObject,
  type Refund,
  type Settlement,
} from './psp.facts';

/** Postings that a report makes: they are not reported themselves. */
const OF_REPORTS = new Set(['fee', 'bank_transfer']);

/** Everything the PSP knows. It changes by `apply` only, so a replay gives the same state. */
export class PspState {
  readonly books = new Books();
  readonly payments = new Map<string, Payment>();
  readonly refunds = new Map<string, Refund>();
  readonly payouts = new Map<string, Payout>();
  readonly disputes = new Map<string, Dispute>();
  readonly methods = new Map<string, Method>();
  readonly files = new Map<string, EvidenceFile>();
  readonly settlements: Settlement[] = [];
  /** Movements of the merchant's balance that no report has named yet. */
  unsettled: Posting[] = [];
  /** Captures since pending was switched on. */
  private readonly captures: Posting[] = [];
  fees: Fees = { basisPoints: 0, fixedMinor: '0' };
  /** For how long a capture cannot be moved, in the dialect that tells. */
  pendingMs = 0;
  /** How far its clock is ahead. */
  aheadMs = 0;
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
        this.await(fact.refund.id, fact.refund.nextAtMs ?? null);
        break;
      case 'payout.put':
        this.payouts.set(fact.payout.id, fact.payout);
        this.await(fact.payout.id, fact.payout.nextAtMs);
        break;
      case 'dispute.put':
        this.disputes.set(fact.dispute.id, fact.dispute);
        this.await(fact.dispute.id, fact.dispute.nextAtMs);
        break;
      case 'method.put':
        this.methods.set(fact.method.id, fact.method);
        break;
      case 'file.put':
        this.files.set(fact.file.id, fact.file);
        break;
      case 'posted':
        this.books.post(fact.posting);
        if (!OF_REPORTS.has(fact.posting.reason)) this.unsettled.push(fact.posting);
        if (this.pendingMs > 0 && fact.posting.reason === 'capture') {
          this.captures.push(fact.posting);
        }
        break;
      case 'settled':
        this.settlements.push(fact.settlement);
        this.unsettled = this.unsettled.filter((one) => one.currency !== fact.settlement.currency);
        break;
      case 'fees.set':
        this.fees = fact.fees;
        break;
      case 'pending.set':
        this.pendingMs = fact.ms;
        break;
      case 'clock.advanced':
        this.aheadMs += fact.ms;
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

  /** Whether a movement of a time cannot be moved yet. */
  isPending({ reason, at }: Pick<Posting, 'reason' | 'at'>, nowMs: number): boolean {
    return reason === 'capture' && Date.parse(at) + this.pendingMs > nowMs;
  }

  /** What of the merchant's balance is pending. */
  pendingMinor(currency: string, nowMs: number): bigint {
    return this.captures
      .filter((one) => one.currency === currency && this.isPending(one, nowMs))
      .flatMap(({ entries }) => entries)
      .filter(({ account }) => account === 'merchant_balance')
      .reduce((sum, { amountMinor }) => sum + BigInt(amountMinor), 0n);
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

  dispute(id: string): Dispute {
    return known(this.disputes.get(id), 'DISPUTE_UNKNOWN', `there is no dispute ${id}`);
  }

  method(id: string): Method {
    return known(this.methods.get(id), 'METHOD_UNKNOWN', `there is no method ${id}`);
  }

  file(id: string): EvidenceFile {
    return known(this.files.get(id), 'FILE_UNKNOWN', `there is no file ${id}`);
  }

  /** Any object by its id. */
  object(id: string): PspObject {
    const { payments, refunds, payouts, disputes, methods } = this;
    const found = [payments, refunds, payouts, disputes, methods].map((all) => all.get(id));
    return known(
      found.find((one) => one !== undefined),
      'OBJECT_UNKNOWN',
      `there is no ${id}`,
    );
  }

  /** What an operation with this reference made, whatever it was. */
  operation(reference: string): PspObject {
    const id = this.operations.get(reference)?.objectId;
    return this.object(known(id, 'OPERATION_UNKNOWN', 'no operation has this reference'));
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
