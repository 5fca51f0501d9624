/** So many messages a second on average; what was not used adds up to a burst. */
export class MessageRate {
  private left: number;
  private at: number;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    now: number,
  ) {
    this.left = burst;
    this.at = now;
  }

  /** False when a message that comes at this moment (in milliseconds) is one too many. */
  takes(now: number): boolean {
    const refilled = this.left + ((now - this.at) * this.perSecond) / 1_000;
    this.left = Math.min(this.burst, refilled);
    this.at = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
