import { recordOf } from './operation.service';

const now = new Date('2026-11-01T00:00:00Z');
const lost = { kind: 'LOST', reason: 'status 500' } as const;

test('a lost look leaves an act as it was, and waits by T18: the PSP is not asked at every lease', () => {
  const after = (state: 'SENT' | 'PENDING', attempts: number) => {
    const record = recordOf({ state, attempts }, 'lose', lost, now);
    return [record?.state, (record?.nextAt?.getTime() ?? 0) - now.getTime(), record?.detail];
  };
  expect(after('SENT', 1)).toEqual(['UNKNOWN', 30_000, 'status 500']);
  expect(after('PENDING', 2)).toEqual(['PENDING', 120_000, 'status 500']);
  expect(after('PENDING', 9)).toEqual(['PENDING', 86_400_000, 'status 500']);
});

test('nothing changes what is over', () => {
  for (const state of ['SUCCEEDED', 'REJECTED'] as const) {
    expect(recordOf({ state, attempts: 1 }, 'lose', lost, now)).toBeUndefined();
  }
});
