import type { Queries } from '#kernel/db/database';
import { refuse } from '../payments.errors';
import type { Posting } from './ledger.rules';
import { postAll } from './ledger.service';

/** How much a batcher takes at a time. */
export interface BatcherLimits {
  /** Postings in one call of `ledger_post`. */
  readonly perCall: number;
  /** Calls under way at the same time. */
  readonly inFlight: number;
  /** Postings that may wait; one more is refused. */
  readonly queue: number;
}

const LIMITS: BatcherLimits = { perCall: 256, inFlight: 2, queue: 4_096 };

/** A caller that waits for its posting. */
interface Waiting {
  readonly what: Posting;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Posts many callers' groups in one call, for accounts that are written more than some 300 times a second: one lock and
 * one commit then serve all that wait. Only for a posting that is alone in its transaction: it commits on its own.
 * Limits apply to the net of a call, so a batch may let a debit through that a credit of the same batch covers.
 */
export class LedgerBatcher {
  private readonly waiting: Waiting[] = [];
  private running = 0;

  constructor(
    private readonly db: Queries,
    private readonly limits: BatcherLimits = LIMITS,
  ) {}

  /**
   * Posts one group like `post`: resolves once it is committed (also when it was before), and fails with what that group
   * alone would fail with. Refuses with SERVICE_BUSY when too many wait. After a lost connection, post it again.
   */
  post(what: Posting): Promise<void> {
    if (this.waiting.length >= this.limits.queue) {
      return Promise.reject(refuse('SERVICE_BUSY', { retryable: true }));
    }
    return new Promise((done, failed) => {
      this.waiting.push({ what, done, failed });
      this.drain();
    });
  }

  private drain(): void {
    while (this.running < this.limits.inFlight && this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.limits.perCall);
      this.running += 1;
      void this.settle(batch).finally(() => {
        this.running -= 1;
        this.drain();
      });
    }
  }

  /**
   * One call for all. When it is refused, each half is tried alone, so that only the guilty group fails; a group that is
   * in the batch twice is told apart the same way.
   */
  private async settle(batch: readonly Waiting[]): Promise<void> {
    try {
      await postAll(
        this.db,
        batch.map(({ what }) => what),
      );
      for (const { done } of batch) done();
    } catch (error) {
      const [only] = batch;
      if (batch.length > 1 && isAnswer(error)) {
        const half = Math.ceil(batch.length / 2);
        await this.settle(batch.slice(0, half));
        await this.settle(batch.slice(half));
      } else if (batch.length === 1) only?.failed(error);
      else for (const { failed } of batch) failed(error);
    }
  }
}

/** A refusal of what was posted: broken limits and references (class 23) and the ledger's own. */
const isAnswer = (error: unknown): boolean =>
  /^(23|TG)/.test((error as { code?: string }).code ?? '');
