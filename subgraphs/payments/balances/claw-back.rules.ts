/** A seller's money by how free it is, minor units. */
export interface SellerFunds {
  readonly available: bigint;
  readonly pending: bigint;
  readonly reserve: bigint;
}

/** Where an amount that is taken back from a seller comes from. */
export interface ClawBack extends SellerFunds {
  /** What the seller owes from now on, because nothing else was left. */
  readonly debt: bigint;
}

/** available → pending → reserve → debt, each at most what is there. The four add up to the amount. */
export function clawBack(amount: bigint, funds: SellerFunds): ClawBack {
  let left = amount;
  const take = (most: bigint): bigint => {
    const taken = left < most ? left : most;
    left -= taken;
    return taken;
  };
  const available = take(funds.available);
  const pending = take(funds.pending);
  const reserve = take(funds.reserve);
  return { available, pending, reserve, debt: left };
}

/** Money of one release that is not available yet. */
export interface Waiting {
  readonly id: string;
  readonly orderId: string;
  readonly availableAt: Date;
  readonly remainingMinor: bigint;
}

/**
 * Takes an amount out of waiting money: first what the same order brought in, then what would come latest, so that
 * what the seller was promised soonest stays. The rows must hold the amount.
 */
export function takeFrom<W extends Waiting>(
  rows: readonly W[],
  amount: bigint,
  orderId: string,
): { readonly row: W; readonly taken: bigint }[] {
  const ordered = [...rows].sort(
    (a, b) =>
      Number(b.orderId === orderId) - Number(a.orderId === orderId) ||
      b.availableAt.getTime() - a.availableAt.getTime() ||
      (a.id < b.id ? -1 : 1),
  );
  let left = amount;
  const taken = ordered.flatMap((row) => {
    const part = left < row.remainingMinor ? left : row.remainingMinor;
    left -= part;
    return part === 0n ? [] : [{ row, taken: part }];
  });
  if (left !== 0n) throw new RangeError('less is waiting than is to be taken');
  return taken;
}
