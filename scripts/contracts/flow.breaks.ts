import type { FactName } from '#contracts/facts';

/** A step of a circle of facts that is taken at most once, and why: without a reason a circle fails the build. */
export interface BrokenCycle {
  readonly from: FactName;
  readonly to: FactName;
  readonly because: string;
}

export const brokenCycles: readonly BrokenCycle[] = [];
