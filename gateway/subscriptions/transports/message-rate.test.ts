import fc from 'fast-check';
import { MessageRate } from './message-rate';

describe('the rate of messages', () => {
  it('takes a burst, then so many a second', () => {
    const rate = new MessageRate(20, 100, 0);
    const taken = (now: number, count: number) =>
      Array.from({ length: count }, () => rate.takes(now)).filter(Boolean).length;
    expect(taken(0, 150)).toBe(100);
    expect(taken(1_000, 50)).toBe(20);
    expect(taken(3_600_000, 150)).toBe(100);
  });

  it('never takes more than the burst and the rate allow', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 300 }), (pauses) => {
        const rate = new MessageRate(20, 10, 0);
        let now = 0;
        let taken = 0;
        for (const pause of pauses) {
          now += pause;
          if (rate.takes(now)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(10 + (now * 20) / 1_000);
      }),
    );
  });
});
