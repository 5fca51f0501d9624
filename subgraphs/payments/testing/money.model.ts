/** What is left of what was sold when commission (10 %) and tax (1.9 %) are off: exact for whole thousands. */
const net = (gross: bigint): bigint => (gross * 881n) / 1_000n;

/** One order of one trusted seller, as simple as money can be thought of: where each cent is, and nothing else. */
export class MoneyModel {
  /** Held, and claimed by a case. */
  frozen = 0n;
  /** Given to the seller, before fees, and not taken back. */
  released = 0n;
  /** On its way to the buyer, or there. */
  refunded = 0n;
  /** The seller's: available, waiting and frozen, less what is owed. */
  seller = 0n;
  paidOut = 0n;
  /** A case that is open, and what it claims of released money. */
  dispute: string | undefined;
  isUnderReview = false;
  isShipped = false;
  claimedOfReleased = 0n;

  constructor(
    /** Held and free: at first all that was paid. */
    public held: bigint,
  ) {}

  /** A receipt; what has not left yet stays. */
  release(): void {
    if (!this.isShipped) return;
    this.give(this.held);
    this.held = 0n;
  }

  /** Held money goes back first; what is missing is taken from the seller, with its fees. */
  refund(amount: bigint): void {
    const fromHeld = amount < this.held ? amount : this.held;
    this.held -= fromHeld;
    this.takeBack(amount - fromHeld);
    this.refunded += amount;
  }

  payOut(amount: bigint): void {
    this.seller -= amount;
    this.paidOut += amount;
  }

  open(id: string, claimed: bigint, isReleased: boolean): void {
    this.dispute = id;
    this.isUnderReview = false;
    if (isReleased) this.claimedOfReleased = claimed;
    else {
      this.held -= claimed;
      this.frozen += claimed;
    }
  }

  withdraw(): void {
    this.held += this.frozen;
    this.close();
  }

  get claim(): bigint {
    return this.frozen + this.claimedOfReleased;
  }

  /** The claim is divided: this much for the buyer, the rest for the seller. */
  divide(refund: bigint): void {
    if (this.claimedOfReleased > 0n) this.takeBack(refund);
    else this.give(this.frozen - refund);
    this.refunded += refund;
    this.close();
  }

  private close(): void {
    this.frozen = 0n;
    this.claimedOfReleased = 0n;
    this.dispute = undefined;
    this.isUnderReview = false;
  }

  private give(gross: bigint): void {
    this.released += gross;
    this.seller += net(gross);
  }

  private takeBack(gross: bigint): void {
    this.released -= gross;
    this.seller -= net(gross);
  }
}
