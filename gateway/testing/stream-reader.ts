import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { until } from '#kernel/testing/until';

export interface StreamCall {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Reads a response as it comes, byte by byte, so that tests see exactly what is sent. */
export class StreamReader {
  text = '';
  /** How it ended: as a whole response, or cut off. */
  ended: 'complete' | 'cut' | undefined;

  private constructor(
    private readonly call: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => (this.text += text));
    response.on('end', () => (this.ended ??= 'complete'));
    response.on('error', () => (this.ended ??= 'cut'));
  }

  /** Resolves with the head of the answer. */
  static open({
    port,
    path,
    method = 'POST',
    headers = {},
    body,
  }: StreamCall): Promise<StreamReader> {
    return new Promise((resolve, reject) => {
      const call = request({
        host: '127.0.0.1',
        port,
        path,
        method,
        agent: false,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      });
      call.on('response', (response) => {
        resolve(new StreamReader(call, response));
      });
      call.on('error', reject);
      call.end(typeof body === 'string' ? body : body && JSON.stringify(body));
    });
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  header(name: string): string | undefined {
    return this.response.headers[name]?.toString();
  }

  /** Messages so far: what SSE events and parts carry, without signs of life. */
  get messages(): StreamMessage[] {
    const isParts = this.header('content-type')?.startsWith('multipart/mixed') === true;
    const pieces = isParts ? partsIn(this.text) : eventsIn(this.text);
    return pieces.map((piece) => JSON.parse(piece) as StreamMessage);
  }

  /** What was sent besides signs of life. */
  get withoutBeats(): string {
    return this.text
      .replace(/^:\n\n/gm, '')
      .replaceAll('\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql', '');
  }

  /** Codes of the refusal that this is, once it has ended. */
  async codes(): Promise<unknown[]> {
    await this.ending();
    const answer = this.messages.at(-1) ?? (JSON.parse(this.text) as StreamMessage);
    return (answer.errors ?? []).map(({ extensions }) => extensions['code']);
  }

  async received(count: number, timeoutMs?: number): Promise<StreamMessage[]> {
    await until(
      () => this.messages.length >= count || this.ended !== undefined,
      `${count.toString()} messages (got ${this.text})`,
      timeoutMs,
    );
    return this.messages;
  }

  async ending(timeoutMs?: number): Promise<'complete' | 'cut'> {
    return until(() => this.ended, `the response to end (got ${this.text})`, timeoutMs);
  }

  /** Leaves in the middle. */
  leave(): void {
    this.call.destroy();
  }
}

/** One message, with the wrapper of a part taken off unless it tells a fatal error. */
export interface StreamMessage {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly payload?: null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: { readonly cursor: string };
}

const eventsIn = (text: string): string[] =>
  [...text.matchAll(/event: next\ndata: (.*)\n\n/g)].map(([, json = '']) => json);

function partsIn(text: string): string[] {
  const pieces = text.split('\r\n--graphql').slice(1, -1);
  return pieces
    .map((piece) => piece.replace('\r\ncontent-type: application/json\r\n\r\n', ''))
    .filter((json) => json !== '{}')
    .map((json) => /^\{"payload":(\{.*\})\}$/.exec(json)?.[1] ?? json);
}
