import type { RequestHandler } from 'express';
import { within } from '../executor/sources/patience';

/** One thing that must be there before clients come. */
export interface ReadyCheck {
  readonly name: string;
  /**
   * A gateway serves on without a subgraph, or what brings facts faster than by looking for them, that it has reached
   * once; without the others it does not.
   */
  readonly kind: 'needed' | 'subgraph' | 'event log';
  check(): boolean | Promise<boolean>;
}

/** What `/readyz` says besides: it keeps nobody away. */
export interface Standing {
  /** How late each followed log is in milliseconds; null before it is followed. */
  readonly logs: readonly { readonly source: string; readonly lagMs: number | null }[];
  /** The example operations are planned, so that a first click does not wait for that. */
  readonly examplesPlanned: boolean;
}

export interface ReadyState extends Standing {
  readonly ready: boolean;
  readonly notReady: readonly string[];
  readonly degraded: readonly string[];
}

const LIMIT_MS = 1_500;

/** Whether to send clients here, and what is missing. */
export class Readiness {
  private draining = false;
  private readonly reached = new Set<string>();

  constructor(
    private readonly checks: readonly ReadyCheck[],
    private readonly standing: () => Standing,
  ) {}

  /** From now on clients must go elsewhere. */
  drain(): void {
    this.draining = true;
  }

  /** Names what is not ready, and what it goes on without. */
  async look(): Promise<ReadyState> {
    const notReady = this.draining ? ['draining'] : [];
    const degraded: string[] = [];
    const results = await Promise.all(this.checks.map((one) => passes(one)));
    for (const [i, check] of this.checks.entries()) {
      if (results[i] === true) this.reached.add(check.name);
      else if (check.kind !== 'needed' && this.reached.has(check.name)) degraded.push(check.name);
      else notReady.push(check.name);
    }
    return { ready: notReady.length === 0, notReady, degraded, ...this.standing() };
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
