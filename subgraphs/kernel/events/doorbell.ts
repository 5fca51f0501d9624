import { EventEmitter } from 'node:events';
import { Client } from 'pg';

/** Says "there may be news" after a commit. It may be lost: whoever listens also polls. */
export interface Doorbell {
  ring(source: string): void;
  /** Calls back at each ring of a source; returns how to stop. */
  listen(source: string, heard: () => void): () => void;
  close(): Promise<void>;
}

/** Within one process. */
export class LocalDoorbell implements Doorbell {
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  ring(source: string): void {
    this.emitter.emit(source);
  }

  listen(source: string, heard: () => void): () => void {
    this.emitter.on(source, heard);
    return () => this.emitter.off(source, heard);
  }

  close(): Promise<void> {
    this.emitter.removeAllListeners();
    return Promise.resolve();
  }
}

const CHANNEL = 'tradegraph_doorbell';
const RECONNECT_MS = 500;

/**
 * Between processes, over NOTIFY on a connection of its own. Never inside a business transaction (that serialises
 * commits), and at most one notification per source is under way: rings in between join the next.
 */
export class PostgresDoorbell implements Doorbell {
  private readonly local = new LocalDoorbell();
  private readonly waiting = new Set<string>();
  private client: Client | undefined;
  private sending = false;
  private listening = false;
  private reconnecting: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly url: string) {}

  ring(source: string): void {
    this.waiting.add(source);
    void this.send();
  }

  listen(source: string, heard: () => void): () => void {
    this.listening = true;
    this.keepConnected();
    return this.local.listen(source, heard);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.reconnecting);
    await this.local.close();
    await this.client?.end().catch(() => undefined);
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      for (const source of this.waiting) {
        const client = await this.connected();
        this.waiting.delete(source);
        await client?.query(`select pg_notify('${CHANNEL}', $1)`, [source]);
      }
    } catch {
      // whoever listens polls; the next ring connects again
    } finally {
      this.sending = false;
    }
  }

  /** Whoever only listens must also get its connection back after the database was away. */
  private keepConnected(): void {
    this.connected().catch(() => {
      clearTimeout(this.reconnecting);
      if (!this.closed) this.reconnecting = setTimeout(() => this.keepConnected(), RECONNECT_MS);
    });
  }

  private async connected(): Promise<Client | undefined> {
    if (this.client !== undefined || this.closed) return this.client;
    const client = new Client({ connectionString: this.url });
    const lost = (): void => {
      if (this.client !== client) return;
      this.client = undefined;
      if (this.listening) this.keepConnected();
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) this.local.ring(payload);
    });
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      return client;
    } catch (error) {
      if (this.client === client) this.client = undefined;
      await client.end().catch(() => undefined);
      throw error;
    }
  }
}
