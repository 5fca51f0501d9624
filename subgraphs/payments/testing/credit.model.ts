/** What a buyer has instead of refunds that could not be paid, in the pieces in which it came. */
export class CreditModel {
  private pieces: bigint[] = [];

  get total(): bigint {
    return this.pieces.reduce((sum, one) => sum + one, 0n);
  }

  add(amount: bigint): void {
    if (amount > 0n) this.pieces.push(amount);
  }

  /** A bank pays what we owed. Says what it took of each piece. */
  take(amount: bigint): bigint[] {
    let left = amount;
    const taken = this.pieces.map((one) => {
      const part = one < left ? one : left;
      left -= part;
      return part;
    });
    this.pieces = this.pieces.map((one, n) => one - (taken[n] ?? 0n)).filter((one) => one > 0n);
    return taken.filter((one) => one > 0n);
  }
}
