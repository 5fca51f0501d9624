/** Where an amount that was taken from a seller came from. */
export interface SellerLegs {
  readonly available: bigint;
  readonly pending: bigint;
  readonly reserve: bigint;
  readonly owed: bigint;
}

/** What a case keeps a seller from using. */
export type FrozenMoney = Pick<SellerLegs, 'available' | 'pending'>;

/** How a seller's tier treats what is released. */
export interface TierModel {
  readonly waits: boolean;
  readonly reserveBps: bigint;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** One seller's money, as simple as it can be thought of. */
export class SellerModel {
  available = 0n;
  /** Released, and waiting for its day. */
  pending = 0n;
  reserve = 0n;
  frozen = 0n;
  owed = 0n;
  inTransit = 0n;
  paidOut = 0n;

  constructor(private readonly tier: TierModel) {}

  /** A release: what is owed is paid, a part is kept back, the rest waits or is there. */
  give(net: bigint): void {
    const debt = least(this.owed, net);
    const rest = net - debt;
    const kept = (rest * this.tier.reserveBps) / 10_000n;
    this.owed -= debt;
    this.reserve += kept;
    if (this.tier.waits) this.pending += rest - kept;
    else this.available += rest - kept;
  }

  /** What becomes available pays what is owed first. */
  gain(amount: bigint): void {
    const debt = least(this.owed, amount);
    this.owed -= debt;
    this.available += amount - debt;
  }

  /** A claw-back: from what is free to what is not; what is missing is owed. */
  take(net: bigint): SellerLegs {
    const available = least(this.available, net);
    const pending = least(this.pending, net - available);
    const reserve = least(this.reserve, net - available - pending);
    const owed = net - available - pending - reserve;
    this.available -= available;
    this.pending -= pending;
    this.reserve -= reserve;
    this.owed += owed;
    return { available, pending, reserve, owed };
  }

  /** Undoes a claw-back: debts are forgiven as far as they still are; what was paid of them is the seller's. */
  putBack({ available, pending, reserve, owed }: SellerLegs): void {
    const forgiven = least(this.owed, owed);
    this.owed -= forgiven;
    this.pending += pending;
    this.reserve += reserve;
    this.gain(available + owed - forgiven);
  }

  freeze(wanted: bigint): FrozenMoney {
    const pending = least(this.pending, wanted);
    const available = least(this.available, wanted - pending);
    this.pending -= pending;
    this.available -= available;
    this.frozen += pending + available;
    return { pending, available };
  }

  thaw({ pending, available }: FrozenMoney): void {
    this.frozen -= pending + available;
    this.pending += pending;
    this.gain(available);
  }

  /** All that waits has waited long enough. */
  mature(): void {
    const all = this.pending + this.reserve;
    this.pending = 0n;
    this.reserve = 0n;
    this.gain(all);
  }

  payOut(amount: bigint): void {
    this.available -= amount;
    this.inTransit += amount;
  }

  /** The bank has paid it, or the money is back. */
  payoutEnds(amount: bigint, isPaid: boolean): void {
    this.inTransit -= amount;
    if (isPaid) this.paidOut += amount;
    else this.gain(amount);
  }

  payoutReturns(amount: bigint): void {
    this.paidOut -= amount;
    this.gain(amount);
  }
}
