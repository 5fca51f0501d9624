import type { Fact } from '#kernel/events/fact';

/** Accounts whose access changed, for as long as a token from before can live. */
export class AccessChanges {
  /** Oldest change first. */
  private readonly changes = new Map<string, { permVersion: number; heardAt: number }>();

  constructor(
    private readonly longestTokenMs: number,
    private readonly now: () => number,
  ) {}

  heard({ type, data }: Fact): void {
    const { accountId, permVersion } = data;
    if (type !== 'account.access_changed') return;
    if (typeof accountId !== 'string' || typeof permVersion !== 'number') return;
    const newest = Math.max(permVersion, this.leastVersion(accountId));
    const heardAt = this.now();
    this.changes.delete(accountId);
    this.changes.set(accountId, { permVersion: newest, heardAt });
    for (const [account, change] of this.changes) {
      if (change.heardAt > heardAt - this.longestTokenMs) break;
      this.changes.delete(account);
    }
  }

  /** A token of the account with a lower one is worth nothing. */
  leastVersion(accountId: string): number {
    return this.changes.get(accountId)?.permVersion ?? 0;
  }
}
