import { LRUCache } from 'lru-cache';
import { gatewayError } from '../../gateway.errors';
import type { Payer } from './token-buckets';

export interface PlanningRule {
  /** So many operations that nobody asked before may be planned for one caller … */
  readonly operations: number;
  /** … in any stretch of so many milliseconds. */
  readonly withinMs: number;
}

/** One that was forgotten meanwhile begins anew. */
const MAX_CALLERS = 10_000;

/**
 * How many operations are planned for each caller: a plan takes more CPU than anything else that a document asks for,
 * and whoever sends ever new ones gets past the store of planned ones. Counted for each gateway, because each plans for
 * itself.
 */
export class PlanningQuota {
  private readonly moments = new LRUCache<string, number[]>({ max: MAX_CALLERS });

  constructor(
    private readonly rule: PlanningRule,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one operation more. Throws PLANNING_LIMIT with the time after which there is room for it. */
  take({ key }: Pick<Payer, 'key'>): void {
    const { operations, withinMs } = this.rule;
    const now = this.now();
    const recent = (this.moments.get(key) ?? []).filter((moment) => moment > now - withinMs);
    this.moments.set(key, recent);
    if (recent.length >= operations) {
      const [oldest = now] = recent;
      throw tooManyNew(Math.ceil(oldest + withinMs - now));
    }
    recent.push(now);
  }
}

const tooManyNew = (retryAfterMs: number) =>
  gatewayError('PLANNING_LIMIT', {
    message:
      'Too many operations that are new here: send values as variables, ' +
      `or come back in ${retryAfterMs.toString()} ms.`,
    status: 429,
    extensions: { retryAfterMs },
  });
