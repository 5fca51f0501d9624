/** A call to a subgraph that gave no answer: the fields it would have filled are null. */
export class SubgraphFailure extends Error {
  constructor(
    readonly code: 'SUBGRAPH_UNAVAILABLE' | 'SUBGRAPH_TIMEOUT',
    cause?: unknown,
  ) {
    super(code, { cause });
    this.name = 'SubgraphFailure';
  }
}

/** Runs a call that must end within so many milliseconds; its signal is aborted when it does not. */
export async function within<T>(ms: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new SubgraphFailure('SUBGRAPH_TIMEOUT'));
        controller.abort();
      },
      Math.max(ms, 0),
    );
  });
  try {
    return await Promise.race([run(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
