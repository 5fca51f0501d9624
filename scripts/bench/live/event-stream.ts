/** An async iterator that is pushed to: one a subscriber, as servers without groups have it. */
export class EventStream implements AsyncIterableIterator<object> {
  private readonly waiting: object[] = [];
  private readonly pulls: ((result: IteratorResult<object>) => void)[] = [];

  constructor(private readonly onEnd: () => void) {}

  push(value: object): void {
    const pull = this.pulls.shift();
    if (pull === undefined) this.waiting.push(value);
    else pull({ value, done: false });
  }

  next(): Promise<IteratorResult<object>> {
    const value = this.waiting.shift();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    return new Promise((resolve) => this.pulls.push(resolve));
  }

  return(): Promise<IteratorResult<object>> {
    this.onEnd();
    for (const pull of this.pulls.splice(0)) pull({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
