import { type ConnectionOptions, type NatsConnection, connect } from '@nats-io/transport-node';
import { SECOND } from '../../clock/clock';
import type { Logger } from '../../server/log';

const RETRY_MS = 500;

/** The connection of a process to NATS: opened in the background, and again whenever it was lost. */
export class NatsLink {
  private opened: NatsConnection | undefined;
  private up = false;
  private closed = false;
  private readonly whenUp = new Set<() => void>();
  private readonly opening: Promise<void>;
  private pause: NodeJS.Timeout | undefined;
  private endPause: (() => void) | undefined;

  constructor(
    private readonly url: string,
    private readonly log: Logger,
  ) {
    this.opening = this.open();
  }

  get isUp(): boolean {
    return this.up;
  }

  /** Throws at once when there is none: nobody must wait for a server that is away. */
  get connection(): NatsConnection {
    if (!this.up || this.opened === undefined) throw new Error('NATS cannot be reached');
    return this.opened;
  }

  /** Calls back each time the connection is there (again), also now when it is. */
  onUp(heard: () => void): void {
    this.whenUp.add(heard);
    if (this.up) heard();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.up = false;
    clearTimeout(this.pause);
    this.endPause?.();
    await this.opening;
    await this.opened?.close();
  }

  private async open(): Promise<void> {
    while (!this.closed) {
      try {
        this.opened = await connect({
          ...addressOf(this.url),
          name: 'tradegraph',
          timeout: 3 * SECOND,
          maxReconnectAttempts: -1,
          reconnectTimeWait: RETRY_MS,
          pingInterval: 10 * SECOND,
        });
        void this.watch(this.opened);
        this.cameUp();
        return;
      } catch (error) {
        this.log.warn({ err: error }, 'NATS cannot be reached; trying again');
        await new Promise<void>((resolve) => {
          this.endPause = resolve;
          this.pause = setTimeout(resolve, RETRY_MS);
        });
      }
    }
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        this.up = false;
        this.log.warn('the connection to NATS was lost');
      } else if (type === 'reconnect') this.cameUp();
    }
    this.up = false;
  }

  private cameUp(): void {
    if (this.closed) return;
    this.up = true;
    for (const heard of this.whenUp) heard();
  }
}

/** The library takes who we are, and whether to encrypt, apart from the address. */
function addressOf(url: string): ConnectionOptions {
  const { protocol, username, password, host } = new URL(url);
  return {
    servers: host,
    ...(username === '' ? {} : { user: decodeURIComponent(username) }),
    ...(password === '' ? {} : { pass: decodeURIComponent(password) }),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
  };
}
