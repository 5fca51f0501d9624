import type { IncomingMessage } from 'node:http';

/** A file as it comes in, piece by piece. It ends with an error where it becomes too large. */
export class ComingFile implements AsyncIterable<Buffer> {
  isTooLarge = false;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limit: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    let size = 0;
    // whoever reads may stop; the answer still goes out on the same connection
    for await (const piece of this.request.iterator({ destroyOnReturn: false })) {
      size += (piece as Buffer).length;
      if (size > this.limit) {
        this.isTooLarge = true;
        throw new RangeError('the file is too large');
      }
      yield piece as Buffer;
    }
  }

  /** Lets the rest pass, so that an early answer arrives; who goes on for as long again is cut off. */
  discard(): void {
    let left = this.limit;
    this.request.on('data', ({ length }: Buffer) => {
      left -= length;
      if (left < 0) this.request.destroy();
    });
  }
}
