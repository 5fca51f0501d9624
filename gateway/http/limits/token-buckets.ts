import { LRUCache } from 'lru-cache';
import { SECOND } from '#kernel/clock/clock';
import { gatewayError } from '../../gateway.errors';

/** Whom the cost of an operation is charged to. */
export interface Payer {
  /** The API key, else the account, else the network. */
  readonly key: string;
  /** Size of its bucket when it has one of its own. */
  readonly budget?: number | undefined;
}

/** What was not said to come from anywhere shares one bucket. */
export const UNKNOWN: Payer = { key: 'network:unknown' };

export interface BucketOptions {
  /** What a caller can spend at once. */
  readonly size: number;
  /** How much of it comes back in a second. */
  readonly restorePerSecond: number;
  /** Each of so many gateways gives its share, because none knows what the others gave. */
  readonly gateways: number;
}

/** `extensions.cost.throttleStatus`. */
export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

interface Bucket {
  available: number;
  at: number;
}
type Rate = { readonly size: number; readonly restore: number };

/** A caller who was not seen for so long that its bucket is full again anyway may be forgotten. */
const MAX_CALLERS = 100_000;

/** What each caller may still spend. A bucket fills up again by itself as time goes by. */
export class TokenBuckets {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_CALLERS });

  constructor(
    private readonly options: BucketOptions,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes what an operation may cost. Throws THROTTLED with the time after which there is enough. */
  take(payer: Payer, cost: number): void {
    const rate = this.rateOf(payer);
    const bucket = this.filled(payer, rate);
    // What costs more than a bucket holds runs when the bucket is full, and leaves a debt.
    const missing = Math.min(cost, rate.size) - bucket.available;
    if (missing > 0) throw throttled(Math.ceil((missing / rate.restore) * SECOND));
    bucket.available -= cost;
  }

  /** Takes what was used already, if need be as a debt: new operations wait until it is paid. */
  charge(payer: Payer, cost: number): void {
    const rate = this.rateOf(payer);
    const bucket = this.filled(payer, rate);
    bucket.available = Math.max(bucket.available - cost, -rate.size);
  }

  /** Gives back what was taken and not used. */
  refund(payer: Payer, cost: number): void {
    const rate = this.rateOf(payer);
    const bucket = this.filled(payer, rate);
    bucket.available = Math.min(bucket.available + cost, rate.size);
  }

  status(payer: Payer): ThrottleStatus {
    const rate = this.rateOf(payer);
    const { available } = this.filled(payer, rate);
    return {
      maximumAvailable: rate.size,
      currentlyAvailable: Math.max(0, Math.floor(available)),
      restoreRate: rate.restore,
    };
  }

  private rateOf({ budget }: Payer): Rate {
    const { size, restorePerSecond, gateways } = this.options;
    const larger = budget === undefined ? 1 : budget / size;
    return { size: (size * larger) / gateways, restore: (restorePerSecond * larger) / gateways };
  }

  private filled({ key }: Payer, { size, restore }: Rate): Bucket {
    const now = this.now();
    const known = this.buckets.get(key);
    if (known === undefined) {
      const fresh: Bucket = { available: size, at: now };
      this.buckets.set(key, fresh);
      return fresh;
    }
    const passed = Math.max(0, now - known.at) / SECOND;
    known.available = Math.min(size, known.available + passed * restore);
    known.at = now;
    return known;
  }
}

const throttled = (retryAfterMs: number) =>
  gatewayError('THROTTLED', {
    message: `Your cost budget is used up; there is enough again in ${retryAfterMs.toString()} ms.`,
    extensions: { retryAfterMs },
  });
