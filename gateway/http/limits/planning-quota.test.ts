import type { GraphQLError } from 'graphql';
import { PlanningQuota } from './planning-quota';

let now = 0;
let quota: PlanningQuota;
beforeEach(() => {
  now = 1_000;
  quota = new PlanningQuota({ operations: 3, withinMs: 60_000 }, () => now);
});

const ask = (key = 'network:1'): Record<string, unknown> | undefined => {
  try {
    quota.take({ key });
    return undefined;
  } catch (error) {
    return (error as GraphQLError).extensions;
  }
};

it('lets so many pass in any minute, and says when there is room again', () => {
  for (let i = 0; i < 3; i++) {
    expect(ask()).toBeUndefined();
    now += 10_000;
  }
  const refused = { code: 'PLANNING_LIMIT', retryAfterMs: 30_000, http: { status: 429 } };
  expect(ask()).toEqual(refused);
  now += 29_999;
  expect(ask()).toMatchObject({ retryAfterMs: 1 });
  now += 1;
  expect(ask()).toBeUndefined();
  expect(ask()).toMatchObject({ retryAfterMs: 10_000 });
});

it('counts each caller alone, and refusals not at all', () => {
  for (let i = 0; i < 50; i++) ask();
  expect(ask('key:key_1')).toBeUndefined();
  now += 60_000;
  expect(ask()).toBeUndefined();
});
