import type { Viewer } from '#kernel/auth/viewer';
import type { TransportLimits } from './transport-limits';

type Caps = Pick<TransportLimits, 'connectionsPerAccount' | 'connectionsPerNetwork'>;

/** Counts open sockets and streams by network and by account, and says when there are enough. */
export class ConnectionCaps {
  private readonly counts = new Map<string, number>();

  constructor(private readonly caps: Caps) {}

  /** How many networks and accounts have a connection open. */
  get size(): number {
    return this.counts.size;
  }

  /** A connection comes in; undefined when its network has as many as it may. */
  enter(network: string): ConnectionPlace | undefined {
    const leave = this.count(`network ${network}`, this.caps.connectionsPerNetwork);
    if (leave === undefined) return undefined;
    return new ConnectionPlace(leave, (account) =>
      this.count(`account ${account}`, this.caps.connectionsPerAccount),
    );
  }

  private count(key: string, most: number): (() => void) | undefined {
    const open = this.counts.get(key) ?? 0;
    if (open >= most) return undefined;
    this.counts.set(key, open + 1);
    return () => {
      const left = (this.counts.get(key) ?? 1) - 1;
      if (left === 0) this.counts.delete(key);
      else this.counts.set(key, left);
    };
  }
}

/** The place of one open connection. */
export class ConnectionPlace {
  private readonly releases: (() => void)[];
  private left = false;

  constructor(
    leaveNetwork: () => void,
    private readonly countAccount: (account: string) => (() => void) | undefined,
  ) {
    this.releases = [leaveNetwork];
  }

  /** Whose it is, now that this is known; false when that account has as many as it may. */
  belongTo({ accountId }: Viewer): boolean {
    if (accountId === undefined || this.left) return true;
    const release = this.countAccount(accountId);
    if (release === undefined) return false;
    this.releases.push(release);
    return true;
  }

  /** It is closed; saying so twice does no harm. */
  leave(): void {
    this.left = true;
    for (const release of this.releases.splice(0)) release();
  }
}
