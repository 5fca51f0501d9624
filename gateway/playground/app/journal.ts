/** What a query was charged, as the gateway tells it in `extensions.cost`. */
export interface Cost {
  readonly requestedQueryCost?: number;
  readonly actualQueryCost?: number;
  readonly throttleStatus?: {
    readonly maximumAvailable?: number;
    readonly currentlyAvailable?: number;
    readonly restoreRate?: number;
  };
}

/** One message of a subscription, in the order in which it came. */
export interface LiveEntry {
  readonly number: number;
  readonly at: Date;
  readonly cursor: string | undefined;
  /** SNAPSHOT or CHANGE. */
  readonly kind: string | undefined;
  readonly eventType: string | undefined;
  readonly result: object;
}

/** The last run of the page. */
export interface Run {
  readonly name: string;
  readonly live: boolean;
  readonly running: boolean;
  /** From the click to the answer, or to the first message. */
  readonly ms: number | undefined;
  readonly codes: readonly string[];
  readonly cost: Cost | undefined;
  readonly messages: readonly LiveEntry[];
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly cost?: Cost; readonly cursor?: unknown };
}

/** So many messages are shown; older ones leave the page. */
const KEPT = 500;

/** Remembers the last run and tells the page whenever there is something new to show. */
export class Journal {
  private run: Run | undefined;
  private readonly watchers = new Set<() => void>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Run | undefined => this.run;

  /** A run begins. What the returned object is told belongs to it, unless another has begun since. */
  begin(
    name: string,
    live: boolean,
  ): { readonly took: (result: unknown) => void; readonly ended: () => void } {
    const began = performance.now();
    let run: Run = {
      name,
      live,
      running: true,
      ms: undefined,
      codes: [],
      cost: undefined,
      messages: [],
    };
    const show = (next: Run): void => {
      const mine = this.run === run;
      run = next;
      if (mine) this.show(next);
    };
    this.show(run);
    return {
      took: (given) => {
        const result = (given ?? {}) as Result;
        const ms = run.ms ?? performance.now() - began;
        const codes = (result.errors ?? []).map(({ extensions }) => extensions?.code ?? '?');
        const cost = result.extensions?.cost ?? run.cost;
        const messages = live ? [...run.messages, entry(run.messages, result)] : [];
        show({ ...run, ms, codes, cost, messages: messages.slice(-KEPT) });
      },
      ended: () => {
        show({ ...run, running: false });
      },
    };
  }

  private show(run: Run): void {
    this.run = run;
    for (const watcher of this.watchers) watcher();
  }
}

function entry(before: readonly LiveEntry[], result: Result): LiveEntry {
  const [update] = Object.values((result.data ?? {}) as Record<string, unknown>);
  const { kind, eventType } = (update ?? {}) as { kind?: unknown; eventType?: unknown };
  const cursor = result.extensions?.cursor;
  return {
    number: (before.at(-1)?.number ?? 0) + 1,
    at: new Date(),
    cursor: typeof cursor === 'string' ? cursor : undefined,
    kind: typeof kind === 'string' ? kind : undefined,
    eventType: typeof eventType === 'string' ? eventType : undefined,
    result,
  };
}
