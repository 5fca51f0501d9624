import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Patience } from './patience';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** An answer that is a file. */
export interface FileAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Headers of the file itself, not of the connection. */
const FILE_HEADERS = new Set(['content-type', 'content-disposition']);

/** One request and its whole answer. Without undici's streams and signals, which cost more than the rest of the call. */
export const exchange = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  patience?: Patience,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    pool.dispatch(request, new Exchange(resolve, reject, patience));
  });

/** The same with the bytes and the headers as they come. */
export const exchangeFile = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  patience?: Patience,
): Promise<FileAnswer> =>
  new Promise((resolve, reject) => {
    pool.dispatch(request, new FileExchange(resolve, reject, patience));
  });

abstract class WholeAnswer<Answer> implements Dispatcher.DispatchHandler {
  protected status = 0;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (error: Error) => void,
    private readonly patience: Patience | undefined,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.patience?.onOver(() => {
      controller.abort(new Error('given up'));
    });
  }

  onResponseStart(_controller: unknown, status: number, _headers: IncomingHttpHeaders): void {
    this.status = status;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first = Buffer.alloc(0), ...more] = this.chunks;
    const whole = more.length === 0 ? first : Buffer.concat(this.chunks);
    this.resolve(this.answer(whole));
  }

  protected abstract answer(body: Buffer): Answer;

  onResponseError(_controller: unknown, error: Error): void {
    this.reject(error);
  }
}

class Exchange extends WholeAnswer<HttpAnswer> {
  protected answer(body: Buffer): HttpAnswer {
    return { status: this.status, body: body.toString() };
  }
}

class FileExchange extends WholeAnswer<FileAnswer> {
  private headers: Record<string, string> = {};

  override onResponseStart(
    controller: unknown,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    super.onResponseStart(controller, status, headers);
    const known = Object.entries(headers).filter(([name]) => FILE_HEADERS.has(name));
    this.headers = Object.fromEntries(known.map(([name, value]) => [name, String(value)]));
  }

  protected answer(body: Buffer): FileAnswer {
    return { status: this.status, headers: this.headers, body };
  }
}
