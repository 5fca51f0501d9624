import { until } from '#kernel/testing/until';
import { StreamReader } from './stream-reader';

export type StreamKind = 'SSE' | 'multipart';

const ACCEPT: Record<StreamKind, string> = {
  SSE: 'text/event-stream',
  multipart: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json',
};
const RETRY_MS = 100;

/** A subscription over HTTP. `document` takes `$after: Cursor` besides its variables. */
interface StreamWish {
  readonly kind: StreamKind;
  readonly token: string | undefined;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Begins a stream behind a cursor: over SSE as a browser says it, over multipart as a variable. */
export function openStream(
  { kind, token, document: query, variables }: StreamWish,
  port: number,
  after?: string,
): Promise<StreamReader> {
  const isSse = kind === 'SSE';
  return StreamReader.open({
    port,
    path: isSse ? '/graphql/stream' : '/graphql',
    headers: {
      accept: ACCEPT[kind],
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(isSse && after !== undefined && { 'last-event-id': after }),
    },
    body: { query, variables: isSse ? variables : { ...variables, after } },
  });
}

/** One message of a live field, whatever its name. */
interface Update {
  readonly kind: 'SNAPSHOT' | 'CHANGE';
  readonly cursor: string;
  readonly eventType: string | null;
  readonly occurredAt: string;
}

/** Leaves its stream after each message and goes on behind it at the next of some gateways. */
export class HoppingFollower {
  readonly seen: Update[] = [];
  /** Which gateway each message came from. */
  readonly ports: number[] = [];
  /** Answers that were no stream of messages. */
  readonly refusals: string[] = [];
  private stopped = false;

  constructor(
    private readonly wish: StreamWish,
    private readonly gateways: readonly number[],
  ) {}

  /** Ends when it was told to stop. */
  async run(): Promise<void> {
    for (let hop = 0; !this.stopped; hop++) {
      const port = this.gateways[hop % this.gateways.length] ?? 0;
      try {
        await this.listen(port);
      } catch {
        // That gateway is away: the next one is asked.
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async listen(port: number): Promise<void> {
    const reader = await openStream(this.wish, port, this.seen.at(-1)?.cursor);
    await until(
      () => this.stopped || reader.ended !== undefined || reader.messages.length > 0,
      'a message',
      120_000,
    );
    const [message] = reader.messages;
    reader.leave();
    const [update] = Object.values(message?.data ?? {}) as Update[];
    if (update !== undefined) {
      this.seen.push(update);
      this.ports.push(port);
    } else if (reader.ended === 'complete') this.refusals.push(reader.text);
  }
}
