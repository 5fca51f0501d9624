import { randomBytes } from 'node:crypto';
import { type Socket, connect } from 'node:net';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FINAL = 0x80;

/** What happens on a socket. */
export interface SocketListener {
  onText(text: Buffer): void;
  onClose(reason: string): void;
}

/**
 * A WebSocket client that does next to nothing: thousands of them share the machine with the server that is measured,
 * so what they cost would be missing there. Text frames only, without extensions.
 */
export class LeanSocket {
  private rest: Buffer | undefined;
  private upgraded = false;

  private constructor(
    private readonly socket: Socket,
    private readonly listener: SocketListener,
    private readonly opened: () => void,
  ) {}

  static async open(
    port: number,
    localAddress: string,
    listener: SocketListener,
  ): Promise<LeanSocket> {
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    return new Promise((resolve, reject) => {
      const lean: LeanSocket = new LeanSocket(socket, listener, () => resolve(lean));
      socket.once('connect', () => {
        lean.greet(port);
      });
      socket.on('data', (chunk) => lean.take(chunk));
      socket.on('error', reject);
      socket.on('close', () => {
        reject(new Error('the connection was refused'));
        listener.onClose('connection lost');
      });
    });
  }

  send(text: string): void {
    this.frame(TEXT, Buffer.from(text));
  }

  end(): void {
    this.socket.destroy();
  }

  private greet(port: number): void {
    this.socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
  }

  private take(chunk: Buffer): void {
    let bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk]);
    this.rest = undefined;
    if (!this.upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.rest = bytes;
        return;
      }
      const [status = ''] = bytes.toString('latin1', 0, end).split('\r\n');
      if (!status.includes(' 101 ')) {
        this.listener.onClose(status);
        this.socket.destroy();
        return;
      }
      this.upgraded = true;
      bytes = bytes.subarray(end + 4);
      this.opened();
    }
    for (let size = this.first(bytes); size > 0; size = this.first(bytes))
      bytes = bytes.subarray(size);
    if (bytes.length > 0) this.rest = bytes;
  }

  /** Handles the first frame and returns its size, 0 when it is not whole yet. */
  private first(bytes: Buffer): number {
    if (bytes.length < 2) return 0;
    const short = (bytes[1] ?? 0) & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (bytes.length < head) return 0;
    const length =
      short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
          ? bytes.readUInt16BE(2)
          : short;
    if (bytes.length < head + length) return 0;
    const payload = bytes.subarray(head, head + length);
    const kind = (bytes[0] ?? 0) & 0x0f;
    if (kind === TEXT) this.listener.onText(payload);
    else if (kind === PING) this.frame(PONG, payload);
    else if (kind === CLOSE)
      this.listener.onClose(`${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`);
    return head + length;
  }

  /** A client's frame has to be masked; a mask of zeros leaves the text as it is. */
  private frame(kind: number, payload: Buffer): void {
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 6 : 8);
    head[0] = FINAL | kind;
    if (length < 126) head[1] = 0x80 | length;
    else {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(length, 2);
    }
    this.socket.write(Buffer.concat([head, payload]));
  }
}
