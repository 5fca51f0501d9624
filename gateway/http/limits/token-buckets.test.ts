import fc from 'fast-check';
import type { GraphQLError } from 'graphql';
import { TokenBuckets } from './token-buckets';

const OPTIONS = { size: 2_000, restorePerSecond: 100, gateways: 1 };

function world(options = {}) {
  let now = 0;
  const buckets = new TokenBuckets({ ...OPTIONS, ...options }, () => now);
  const left = (key = 'a') => buckets.status({ key }).currentlyAvailable;
  const refusal = (cost: number, key = 'a'): number | undefined => {
    try {
      buckets.take({ key }, cost);
      return undefined;
    } catch (error) {
      const { extensions } = error as GraphQLError;
      expect(extensions).toMatchObject({ code: 'THROTTLED', http: { status: 429 } });
      return extensions['retryAfterMs'] as number;
    }
  };
  return { buckets, left, refusal, wait: (ms: number) => (now += ms) };
}

describe('token buckets', () => {
  it('give what there is, say when there is more, and fill up again', () => {
    const { left, refusal, wait } = world();
    expect(refusal(1_500)).toBeUndefined();
    expect(refusal(700)).toBe(2_000);
    expect(left()).toBe(500);
    wait(1_000);
    expect(refusal(700)).toBe(1_000);
    wait(1_000);
    expect(refusal(700)).toBeUndefined();
    wait(60_000);
    expect(left()).toBe(2_000);
  });

  it('are one for each caller', () => {
    const { left, refusal } = world();
    refusal(2_000, 'a');
    expect(refusal(1, 'a')).toBe(10);
    expect(refusal(2_000, 'b')).toBeUndefined();
    expect(left('c')).toBe(2_000);
  });

  it('take back what was not used, never more than they hold', () => {
    const { buckets, left, refusal } = world();
    refusal(1_000);
    buckets.refund({ key: 'a' }, 900);
    expect(left()).toBe(1_900);
    buckets.refund({ key: 'a' }, 900);
    expect(left()).toBe(2_000);
  });

  it('note what was used already as a debt, and no larger one than a bucket', () => {
    const { buckets, left, refusal, wait } = world();
    for (let i = 0; i < 100; i++) buckets.charge({ key: 'a' }, 1_000);
    expect(left()).toBe(0);
    expect(refusal(100)).toBe(21_000);
    wait(21_000);
    expect(refusal(100)).toBeUndefined();
  });

  it('are a share of the whole where there are several gateways', () => {
    const { buckets, refusal } = world({ gateways: 4 });
    expect(buckets.status({ key: 'a' })).toEqual({
      maximumAvailable: 500,
      currentlyAvailable: 500,
      restoreRate: 25,
    });
    expect(refusal(800)).toBeUndefined(); // more than it holds: only when it is full
    expect(refusal(800)).toBe(32_000);
  });

  it('have the size that a key has of its own', () => {
    const { buckets } = world({ gateways: 2 });
    expect(buckets.status({ key: 'k', budget: 20_000 })).toMatchObject({
      maximumAvailable: 10_000,
      restoreRate: 500,
    });
  });

  it('never give more than their size and what came back', () => {
    const step = fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.nat(5_000));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { refusal, wait } = world();
        let given = 0;
        let passed = 0;
        let most = -Infinity;
        for (const [cost, ms] of steps) {
          if (refusal(cost) === undefined) given += cost;
          most = Math.max(most, given - 2_000 - passed / 10);
          wait(ms);
          passed += ms;
        }
        expect(most).toBeLessThanOrEqual(1e-6);
      }),
    );
  });
});
