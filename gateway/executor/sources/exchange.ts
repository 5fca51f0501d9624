import type { Dispatcher } from 'undici';
import type { Patience } from './patience';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One request and its whole answer. Without undici's streams and signals, which cost more than the rest of the call. */
export const exchange = (
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  patience?: Patience,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    pool.dispatch(request, new Exchange(resolve, reject, patience));
  });

class Exchange implements Dispatcher.DispatchHandler {
  private status = 0;
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: Error) => void,
    private readonly patience: Patience | undefined,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.patience?.onOver(() => {
      controller.abort(new Error('given up'));
    });
  }

  onResponseStart(_controller: unknown, status: number): void {
    this.status = status;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first = Buffer.alloc(0), ...more] = this.chunks;
    const whole = more.length === 0 ? first : Buffer.concat(this.chunks);
    this.resolve({ status: this.status, body: whole.toString() });
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.reject(error);
  }
}
