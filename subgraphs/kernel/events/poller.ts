import type { Logger } from '../server/log';

const RETRY_STEPS_MS = [5, 10, 20, 40];

/**
 * Calls `step` again and again: at once while it finds work, soon after a wake-up that found none (a fact becomes
 * readable only when older transactions have ended), otherwise every `idleMs`. A throwing step is logged and waited out.
 */
export class Poller {
  private stopped = false;
  private running: Promise<void> | undefined;
  private wakeUp: (() => void) | undefined;
  private rung = false;

  constructor(
    private readonly name: string,
    private readonly step: () => Promise<boolean>,
    private readonly idleMs: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.running ??= this.loop();
  }

  /** There may be work now. */
  wake(): void {
    this.rung = true;
    this.wakeUp?.();
  }

  /** Ends after the step under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp?.();
    await this.running;
  }

  private async loop(): Promise<void> {
    let misses = RETRY_STEPS_MS.length;
    let failures = 0;
    while (!this.ended()) {
      if (this.rung) misses = 0;
      this.rung = false;
      try {
        misses = (await this.step()) ? 0 : misses + 1;
        failures = 0;
      } catch (error) {
        failures += 1;
        if (!this.ended()) this.log.warn({ err: error, loop: this.name }, 'loop step failed');
      }
      if (failures > 0) await this.pause(Math.min(100 * 2 ** failures, 5_000));
      else if (misses > 0) await this.pause(RETRY_STEPS_MS[misses - 1] ?? this.idleMs);
    }
  }

  private ended(): boolean {
    return this.stopped;
  }

  private pause(ms: number): Promise<void> {
    if (this.rung || this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
