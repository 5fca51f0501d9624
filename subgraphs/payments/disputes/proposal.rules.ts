/** What a buyer wants, or a seller offers. EXCHANGE and RETURN_AND_REFUND begin with the goods' way back. */
export const DISPUTE_KINDS = ['REFUND_ONLY', 'RETURN_AND_REFUND', 'EXCHANGE'] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];

/** A party of a dispute. */
export type DisputeSide = 'BUYER' | 'SELLER';

/** What would end a dispute. */
export interface Terms {
  readonly kind: DisputeKind;
  /** What goes back to the buyer, minor units. */
  readonly amountMinor: bigint;
}

/** Terms that one side put forward. Versions count over both sides. */
export interface Proposal extends Terms {
  readonly version: number;
  readonly side: DisputeSide;
}

export const otherSide = (side: DisputeSide): DisputeSide =>
  side === 'BUYER' ? 'SELLER' : 'BUYER';

/** True when both sides say the same: then they agree, whoever spoke last. */
export const sameTerms = (a: Terms, b: Terms): boolean =>
  a.kind === b.kind && a.amountMinor === b.amountMinor;

/**
 * What a side offers now: its latest proposal. A seller who refuses takes back what was offered up to that version.
 */
export function standing<P extends Proposal>(
  proposals: readonly P[],
  side: DisputeSide,
  refusedVersion: number,
): P | undefined {
  const own = proposals.filter(
    (one) => one.side === side && (side === 'BUYER' || one.version > refusedVersion),
  );
  return own.reduce<P | undefined>(
    (latest, one) => (latest === undefined || one.version > latest.version ? one : latest),
    undefined,
  );
}

/** Terms fit a dispute: something for the buyer, at most what is at stake. An exchange may move no money. */
export const fits = ({ kind, amountMinor }: Terms, stakeMinor: bigint): boolean =>
  amountMinor <= stakeMinor && (kind === 'EXCHANGE' ? amountMinor >= 0n : amountMinor > 0n);

/** Whether agreed terms begin with the goods' way back. */
export const needsReturn = ({ kind }: Pick<Terms, 'kind'>): boolean => kind !== 'REFUND_ONLY';
