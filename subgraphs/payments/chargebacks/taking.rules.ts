import type { HoldCause } from '../holds/hold.entity';

/** Another case's hold, as far as it decides what a chargeback takes first. */
export interface OtherHold {
  readonly trancheId: string;
  readonly cause: HoldCause;
}

/** Money in no other case is taken first, that of a dispute (one decision about one amount) last. */
export function freestFirst<T extends { readonly id: string }>(
  tranches: readonly T[],
  holds: readonly OtherHold[],
): T[] {
  const rank = ({ id }: T): number => {
    const causes = holds.filter(({ trancheId }) => trancheId === id).map(({ cause }) => cause);
    return causes.includes('DISPUTE') ? 2 : Math.min(causes.length, 1);
  };
  return [...tranches].sort((a, b) => rank(a) - rank(b));
}
