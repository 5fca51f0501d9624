import type { Fact } from '#kernel/events/fact';
import { FactQueue } from './fact-queue';

const fact = (n: number): Fact => ({
  id: n.toString(),
  source: 's',
  type: 't',
  subject: 'x',
  topics: [],
  data: {},
  time: new Date(n),
  actor: 'a',
  correlationId: 'c',
  position: { epoch: 1, xid: n.toString(), seq: n.toString() },
});

const fill = (queue: FactQueue, count: number): void => {
  for (let n = 0; n < count; n++) queue.push(fact(n));
};

describe('the queue of a slow reader', () => {
  it('never holds more than its mark: LOSSLESS sends its reader to the log', async () => {
    const queue = new FactQueue(true, 8);
    fill(queue, 9);
    expect(queue.size).toBe(0);
    expect(await queue.next()).toBe('LAGS');
    fill(queue, 3);
    expect(queue.size).toBe(0);
    queue.resume();
    queue.push(fact(4));
    expect(await queue.next()).toMatchObject({ id: '4' });
  });

  it('keeps the newest of LATEST', async () => {
    const queue = new FactQueue(false, 8);
    fill(queue, 100);
    expect(queue.size).toBe(8);
    expect(await queue.next()).toMatchObject({ id: '92' });
  });

  it('wakes whoever waits: for a fact, and for the end', async () => {
    const queue = new FactQueue(true);
    const first = queue.next();
    queue.push(fact(1));
    expect(await first).toMatchObject({ id: '1' });
    const last = queue.next();
    queue.end();
    queue.push(fact(2));
    expect([await last, await queue.next(), queue.size]).toEqual(['ENDED', 'ENDED', 0]);
  });
});
