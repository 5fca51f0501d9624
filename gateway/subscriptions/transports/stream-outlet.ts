import type { ServerResponse } from 'node:http';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { LiveMessage, Outlet } from '../outlet';

/** How one protocol writes a stream of messages as the body of an HTTP response. */
export interface Framing {
  readonly headers: Readonly<Record<string, string>>;
  readonly opening: string;
  /** Keeps proxies and clients from taking a quiet stream for a dead one. */
  readonly heartbeat: string;
  /** One message, also the only one of a query. */
  message(json: string, cursor?: string): string;
  /** What refuses the operation, or ends it by our doing. */
  error(errors: readonly GraphQLFormattedError[]): string;
  /** The regular end: the client does not come back. */
  readonly complete: string;
  /** The end because this process stops: the client comes back, to another one. */
  interruption(errors: readonly GraphQLFormattedError[]): string;
}

export interface StreamOutletOptions {
  readonly framing: Framing;
  readonly heartbeatMs: number;
  readonly goodbyeMs: number;
  readonly mask: (error: GraphQLError) => GraphQLFormattedError;
}

/** Bytes of a message that all readers of one group get, written once. */
const written = new WeakMap<Framing, WeakMap<LiveMessage, Buffer>>();

/** One subscriber behind an HTTP response. */
export class StreamOutlet implements Outlet {
  /** Where the reader stands, once it got something. */
  cursor: string | undefined;
  /** The code that it was ended with by our doing. */
  endedWith: unknown;
  private heart: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: StreamOutletOptions,
  ) {}

  /** Sends the head, so that the client knows that it is heard, however long the first message takes. */
  open(): void {
    const { framing, heartbeatMs } = this.options;
    this.response.writeHead(200, framing.headers);
    this.response.write(framing.opening);
    this.heart = setInterval(() => {
      // Who reads nothing needs no sign of life, and must not make us keep one after the other.
      if (!this.response.writableNeedDrain) this.response.write(framing.heartbeat);
    }, heartbeatMs);
    this.response.once('close', () => {
      this.stop();
    });
  }

  get buffered(): number {
    return this.response.writableLength;
  }

  next(message: LiveMessage): void {
    if (this.ended) return;
    this.cursor = message.cursor;
    this.response.write(bytesOf(this.options.framing, message));
  }

  whenDrained(then: () => void): void {
    if (this.ended || !this.response.writableNeedDrain) {
      setImmediate(then);
      return;
    }
    const once = (): void => {
      this.response.off('drain', once);
      this.response.off('close', once);
      then();
    };
    this.response.once('drain', once);
    this.response.once('close', once);
  }

  end(error?: GraphQLError): void {
    const { framing, mask } = this.options;
    this.endedWith ??= error?.extensions['code'];
    const last = error === undefined ? '' : framing.error([mask(error)]);
    this.finish(last + (error === undefined ? framing.complete : ''));
  }

  /** The answer of an operation that has only one. */
  answer(json: string): void {
    const { framing } = this.options;
    this.finish(framing.message(json) + framing.complete);
  }

  /** Ends it so that the client comes back. */
  interrupt(error: GraphQLError): void {
    const { framing, mask } = this.options;
    this.endedWith ??= error.extensions['code'];
    this.finish(framing.interruption([mask(error)]));
  }

  private finish(last: string): void {
    if (this.ended) return;
    this.stop();
    this.response.end(last);
    const late = setTimeout(() => this.response.destroy(), this.options.goodbyeMs);
    this.response.once('close', () => {
      clearTimeout(late);
    });
  }

  private stop(): void {
    this.ended = true;
    clearInterval(this.heart);
  }
}

function bytesOf(framing: Framing, message: LiveMessage): Buffer {
  const known = written.get(framing) ?? new WeakMap<LiveMessage, Buffer>();
  written.set(framing, known);
  const bytes = known.get(message) ?? Buffer.from(framing.message(message.json, message.cursor));
  known.set(message, bytes);
  return bytes;
}
