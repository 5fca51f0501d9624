import type { ExecutionResult } from 'graphql';

/** Executions that are under way. Whoever asks the same meanwhile gets the same answer. */
export class InFlight {
  private readonly running = new Map<string, Promise<ExecutionResult>>();

  /** `shared` is told of each answer that serves one caller more. */
  constructor(private readonly shared?: () => void) {}

  /** The answer is shared: nobody may change it. */
  share(key: string, run: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const known = this.running.get(key);
    if (known !== undefined) {
      this.shared?.();
      return known;
    }
    const running = run().finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }
}
