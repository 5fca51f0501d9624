import type { Writable } from 'node:stream';
import type { GraphQLError } from 'graphql';
import type { WebSocket } from 'ws';
import type { LiveMessage, Outlet } from '../outlet';
import { liveFrame } from './live-frame';

/** A reader that has no more than this open takes more. */
const LOW_WATER = 64 * 1024;
const LOOK_MS = 20;

/**
 * One operation on a socket. Messages go out past graphql-ws, which would await a promise for each, and past ws, which
 * would write each in two parts: it has no frame under way between two calls, and it counts what we write.
 */
export class SocketOutlet implements Outlet {
  /** What graphql-ws gets instead. */
  readonly stream: LiveEnding;

  constructor(
    private readonly socket: WebSocket,
    /** The connection below it. */
    private readonly connection: Writable,
    private readonly id: string,
    /** Called once when it has ended, whoever ended it; with the error that it was ended with. */
    gone: (error?: Error) => void,
  ) {
    this.stream = new LiveEnding(gone);
  }

  get buffered(): number {
    return this.socket.bufferedAmount;
  }

  next(message: LiveMessage): void {
    const { socket } = this;
    if (socket.readyState === socket.OPEN) this.connection.write(liveFrame(message, this.id));
  }

  /** ws says nothing when its buffer is empty again, so the few that are slow are looked at. */
  whenDrained(then: () => void): void {
    const { socket } = this;
    const timer = setInterval(() => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount > LOW_WATER) return;
      clearInterval(timer);
      then();
    }, LOOK_MS);
  }

  end(error?: GraphQLError): void {
    this.stream.end(error);
  }
}

interface Waiting {
  readonly resolve: (result: IteratorReturnResult<undefined>) => void;
  readonly reject: (error: Error) => void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * A stream without messages that only ends. graphql-ws waits for it, so it knows the operation, answers the client's
 * `complete` and says why we ended it.
 */
export class LiveEnding implements AsyncGenerator<never, undefined> {
  private error: Error | undefined;
  private ended = false;
  private waiting: Waiting | undefined;

  constructor(private readonly gone: (error?: Error) => void) {}

  next(): Promise<IteratorResult<never, undefined>> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.ended) this.settle();
    });
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.end();
    return Promise.resolve(DONE);
  }

  throw(): Promise<IteratorResult<never, undefined>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  end(error?: Error): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    this.settle();
    this.gone(error);
  }

  private settle(): void {
    if (this.error === undefined) this.waiting?.resolve(DONE);
    else this.waiting?.reject(this.error);
  }
}
