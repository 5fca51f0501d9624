import { ClientLeft, SubgraphFailure } from './subgraph-failure';

/** How long somebody waits for one call. Much cheaper than an AbortSignal, and one listener is all there is. */
export class Patience {
  private readonly ends: number;
  private gone = false;
  private listener: (() => void) | undefined;

  constructor(ms: number) {
    this.ends = performance.now() + ms;
  }

  /** Nobody waits any more. */
  get over(): boolean {
    return this.gone;
  }

  /** Whole milliseconds that are left. */
  get leftMs(): number {
    return Math.max(0, Math.ceil(this.ends - performance.now()));
  }

  /** Calls back when the caller gives up. The last listener counts. */
  onOver(listener: () => void): void {
    this.listener = listener;
    if (this.gone) listener();
  }

  end(): void {
    this.gone = true;
    this.listener?.();
  }
}

/** Waits so many milliseconds for a call, and no longer than its client stays. */
export function within<T>(
  ms: number,
  run: (patience: Patience) => Promise<T>,
  left?: AbortSignal,
): Promise<T> {
  if (left?.aborted === true) return Promise.reject(new ClientLeft());
  if (!(ms > 0)) return Promise.reject(new SubgraphFailure('SUBGRAPH_TIMEOUT'));
  const patience = new Patience(ms);
  return new Promise<T>((resolve, reject) => {
    const giveUp = (why: SubgraphFailure): void => {
      settled();
      reject(why);
      patience.end();
    };
    const onLeft = (): void => {
      giveUp(new ClientLeft());
    };
    const timer = setTimeout(() => {
      giveUp(new SubgraphFailure('SUBGRAPH_TIMEOUT'));
    }, ms);
    const settled = (): void => {
      clearTimeout(timer);
      left?.removeEventListener('abort', onLeft);
    };
    left?.addEventListener('abort', onLeft);
    run(patience).finally(settled).then(resolve, reject);
  });
}
