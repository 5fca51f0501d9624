/** Whose fault the operator found it to be. */
export const DISPUTE_FAULTS = ['BUYER', 'SELLER', 'PLATFORM', 'NOBODY'] as const;
export type DisputeFault = (typeof DISPUTE_FAULTS)[number];

/** How the money at stake is divided, minor units. */
export interface Division {
  readonly refundMinor: bigint;
  readonly releaseMinor: bigint;
  /** From the platform's own pocket, apart from what is at stake. */
  readonly goodwillMinor: bigint;
}

/** What somebody decides. */
export interface Verdict extends Division {
  /** Of the trade policy; at least one. */
  readonly clauses: readonly string[];
}

/** Who is involved in a dispute already. */
export interface Involved {
  /** The buyer and everyone who acts for the seller. */
  readonly parties: readonly string[];
  /** Who decided before, or agreed to it. */
  readonly earlier: readonly string[];
}

/** Why a decision cannot be made like this. */
export type DecisionFault = 'AMOUNT_INVALID' | 'CLAUSE_REQUIRED';

/** A decision gives all that is at stake to somebody, and names clauses that exist. */
export function faultOf(
  { refundMinor, releaseMinor, goodwillMinor, clauses }: Verdict,
  stakeMinor: bigint,
  known: (clause: string) => boolean,
): DecisionFault | undefined {
  const parts = [refundMinor, releaseMinor, goodwillMinor];
  if (parts.some((part) => part < 0n) || refundMinor + releaseMinor !== stakeMinor) {
    return 'AMOUNT_INVALID';
  }
  return clauses.length > 0 && clauses.every(known) ? undefined : 'CLAUSE_REQUIRED';
}

/** True when one of these people must not decide: a party, or somebody who decided it before. */
export const isTied = (people: readonly string[], { parties, earlier }: Involved): boolean =>
  people.some((person) => parties.includes(person) || earlier.includes(person));

/**
 * Whether a decision can still send the goods back first. Not when they are back, not a third time, and on appeal only
 * when one refund can wait for them: what was decided before is never raised by a second one.
 */
export function mayOrderReturn(
  { returnedAt }: { readonly returnedAt: Date | null },
  { refundMinor }: Pick<Division, 'refundMinor'>,
  earlier: readonly Pick<Division, 'refundMinor'>[],
): boolean {
  const last = earlier.at(-1);
  if (returnedAt !== null || earlier.length >= 2) return false;
  return last === undefined || last.refundMinor === 0n || refundMinor <= last.refundMinor;
}

/** Up to here (minor units) one operator decides alone; in other currencies two always do. */
const LIMITS: Readonly<Record<string, bigint>> = {
  EUR: 50_000n,
  USD: 50_000n,
  GBP: 45_000n,
  CHF: 50_000n,
  JPY: 80_000n,
};

/** Whether a second person must agree: much is at stake, or the platform's own money is given away. */
export const needsSecond = (
  stakeMinor: bigint,
  { goodwillMinor }: Pick<Division, 'goodwillMinor'>,
  currency: string,
): boolean => goodwillMinor > 0n || stakeMinor > (LIMITS[currency] ?? 0n);

/** What changes when an appeal is decided otherwise. */
export type Revision =
  | { readonly kind: 'SAME' }
  /** More to the buyer: this much is taken back from the seller as far as it is there. */
  | { readonly kind: 'MORE_TO_BUYER'; readonly amountMinor: bigint }
  /** More to the seller: what was due to the buyer is taken back and divided anew. */
  | { readonly kind: 'MORE_TO_SELLER'; readonly refundMinor: bigint };

export function revisionOf(
  before: Pick<Division, 'refundMinor'>,
  next: Pick<Division, 'refundMinor'>,
): Revision {
  const more = next.refundMinor - before.refundMinor;
  if (more === 0n) return { kind: 'SAME' };
  return more > 0n
    ? { kind: 'MORE_TO_BUYER', amountMinor: more }
    : { kind: 'MORE_TO_SELLER', refundMinor: next.refundMinor };
}

/**
 * The part of an amount whose net a seller still has. Fees return with it, so it is the net that must be there; what
 * is not covered is the platform's goodwill.
 */
export function covered(amountMinor: bigint, netMinor: bigint, hasMinor: bigint): bigint {
  if (netMinor <= hasMinor) return amountMinor;
  return netMinor === 0n ? amountMinor : (amountMinor * hasMinor) / netMinor;
}
