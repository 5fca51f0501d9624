import { gatewayError } from '../../gateway.errors';
import type { OperationCost } from '../cost/compile-cost';
import type { Values } from '../cost/input-cost';
import type { Payer, ThrottleStatus, TokenBuckets } from './token-buckets';

/** `extensions.cost` of an answer. */
export interface CostReport {
  readonly requestedQueryCost: number;
  readonly actualQueryCost: number;
  readonly throttleStatus: ThrottleStatus;
}

export interface BillParts {
  readonly cost: OperationCost;
  /** Coerced. */
  readonly variables: Values;
  readonly payer: Payer;
  readonly buckets: TokenBuckets;
  /** One operation may cost this much. */
  readonly limit: number;
}

/** What one request costs its caller: taken before it runs, and corrected by what the answer holds. */
export class Bill {
  readonly requested: number;
  private actual = 0;
  private taken = 0;

  constructor(private readonly parts: BillParts) {
    this.requested = parts.cost.requested(parts.variables);
  }

  /** Throws MAX_COST_EXCEEDED or THROTTLED. */
  pay(): void {
    const { limit, buckets, payer } = this.parts;
    if (this.requested > limit) {
      throw gatewayError('MAX_COST_EXCEEDED', {
        message:
          `This operation can cost ${this.requested.toString()}; the limit is ${limit.toString()}. ` +
          'Ask for shorter pages or for less in each of their items.',
      });
    }
    buckets.take(payer, this.requested);
    this.taken = this.requested;
  }

  /** Gives everything back: the operation was refused before it ran, and the client may send it again. */
  cancel(): void {
    this.parts.buckets.refund(this.parts.payer, this.taken);
    this.taken = 0;
  }

  /** Gives back what the answer did not need. */
  settle(data: unknown): void {
    const { cost, variables, buckets, payer } = this.parts;
    // A list that was longer than assumed is our mistake, not the caller's.
    this.actual = Math.min(this.requested, cost.actual(variables, data));
    buckets.refund(payer, this.requested - this.actual);
  }

  /** The same for the log, without what others of this caller may spend. */
  get told(): { readonly requested: number; readonly actual: number } {
    return { requested: this.requested, actual: this.actual };
  }

  report(): CostReport {
    return {
      requestedQueryCost: this.requested,
      actualQueryCost: this.actual,
      throttleStatus: this.parts.buckets.status(this.parts.payer),
    };
  }
}
