/** Where goods and money are, in the order in which money is taken back. */
export const RANKS = ['FUNDED', 'SHIPPED', 'DELIVERED', 'RELEASED', 'CLOSED'] as const;

/** One part of an order's money. */
export interface Part {
  state: (typeof RANKS)[number];
  held: bigint;
  /** Held, and claimed by a case. */
  frozen: bigint;
  /** Given to the seller, before fees, and not taken back. */
  released: bigint;
  /** A bank has it, or gave it to the buyer. */
  charged: bigint;
  /** A bank has it, and nobody knows who keeps it. */
  isContested: boolean;
  /** What cases keep of the seller's money on account of it. */
  keeps: bigint;
}

/** True when no case has it. */
export const isFree = ({ frozen, isContested }: Part): boolean => frozen === 0n && !isContested;

export const newPart = (state: Part['state'], { held }: Pick<Part, 'held'>): Part => ({
  ...{ state, held, frozen: 0n, released: 0n, charged: 0n, isContested: false, keeps: 0n },
});
