import type { RequestHandler } from 'express';
import { within } from '../executor/sources/patience';

/** One thing that must be there before clients come. */
export interface ReadyCheck {
  readonly name: string;
  /** A gateway serves on without a subgraph that it has reached once; without the others it does not. */
  readonly kind: 'needed' | 'subgraph';
  check(): boolean | Promise<boolean>;
}

const LIMIT_MS = 1_500;

/** Whether to send clients here, and what is missing. */
export class Readiness {
  private draining = false;
  private readonly reached = new Set<string>();

  constructor(private readonly checks: readonly ReadyCheck[]) {}

  /** From now on clients must go elsewhere. */
  drain(): void {
    this.draining = true;
  }

  /** Names what is not ready, and the subgraphs without which it goes on. */
  async look(): Promise<{ ready: boolean; notReady: string[]; degraded: string[] }> {
    const notReady = this.draining ? ['draining'] : [];
    const degraded: string[] = [];
    const results = await Promise.all(this.checks.map((one) => passes(one)));
    for (const [i, check] of this.checks.entries()) {
      if (results[i] === true) this.reached.add(check.name);
      else if (check.kind === 'subgraph' && this.reached.has(check.name)) degraded.push(check.name);
      else notReady.push(check.name);
    }
    return { ready: notReady.length === 0, notReady, degraded };
  }

  handler(): RequestHandler {
    return (_request, response, next) => {
      this.look().then((state) => {
        response.status(state.ready ? 200 : 503).json(state);
      }, next);
    };
  }
}

async function passes(one: ReadyCheck): Promise<boolean> {
  try {
    return await within(LIMIT_MS, async () => one.check());
  } catch {
    return false;
  }
}
