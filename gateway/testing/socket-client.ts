import { WebSocket } from 'ws';
import { until } from '#kernel/testing/until';

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** What a `next` frame carries for a live field of the small graph. */
export interface LiveMessage {
  readonly data?: { readonly thingUpdated?: Readonly<Record<string, unknown>> | null } | null;
  readonly errors?: readonly {
    readonly path?: unknown;
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions: { readonly cursor: string };
}

/** A client that speaks graphql-transport-ws frame by frame, so that tests see exactly what is sent. */
export class SocketClient {
  readonly frames: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
    socket.on('error', () => undefined);
  }

  /** Opens a socket; greets with these parameters unless they are undefined. */
  static async open(port: number, params?: Record<string, unknown>): Promise<SocketClient> {
    const url = `ws://127.0.0.1:${port.toString()}/graphql`;
    const client = new SocketClient(new WebSocket(url, 'graphql-transport-ws'));
    await new Promise((resolve) => client.socket.once('open', resolve));
    if (params === undefined) return client;
    client.send({ type: 'connection_init', payload: params });
    await until(() => client.closed !== undefined || client.frames.length > 0, 'an answer');
    return client;
  }

  static signedIn(port: number, token: string): Promise<SocketClient> {
    return SocketClient.open(port, { authorization: `Bearer ${token}` });
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** Messages of one operation so far. */
  messages(id: string): LiveMessage[] {
    return this.frames
      .filter((frame) => frame.id === id && frame.type === 'next')
      .map(({ payload }) => payload as LiveMessage);
  }

  async received(id: string, count: number, timeoutMs?: number): Promise<LiveMessage[]> {
    await until(
      () => this.messages(id).length >= count || this.errorCodes(id).length > 0,
      `${count.toString()} messages (got ${this.messages(id).length.toString()})`,
      timeoutMs,
    );
    return this.messages(id);
  }

  /** Codes of the error that ended an operation. */
  errorCodes(id: string): unknown[] {
    return this.frames
      .filter((frame) => frame.id === id && frame.type === 'error')
      .flatMap(({ payload }) => payload as { extensions: Record<string, unknown> }[])
      .map(({ extensions }) => extensions['code']);
  }

  async refused(id: string): Promise<unknown[]> {
    return until(() => {
      const codes = this.errorCodes(id);
      return codes.length > 0 && codes;
    }, `operation ${id} to be refused`);
  }

  async closing(timeoutMs?: number): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed, 'the socket to close', timeoutMs);
  }

  close(): void {
    this.socket.terminate();
  }
}
