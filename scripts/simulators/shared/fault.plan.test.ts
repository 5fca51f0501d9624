import { FaultPlan } from './fault.plan';
import { Fields } from './fields';
import { seededRandom } from './seeded.random';

function planOf(...plan: object[]): FaultPlan {
  const faults = new FaultPlan(seededRandom(1));
  faults.load(Fields.of({ plan }));
  return faults;
}

test('a fault hits its method and path, as often as planned', () => {
  const faults = planOf({ match: 'POST /api/payments', kind: 'drop_after', times: 2 });
  expect(faults.forRequest('GET', '/api/payments')).toEqual([]);
  expect(faults.forRequest('POST', '/api/payments/pay_1/void')).toEqual([]);
  const hits = [1, 2, 3].map(() => faults.forRequest('POST', '/api/payments').length);
  expect(hits).toEqual([1, 1, 0]);
});

test('a star stands for any characters and no match for every call', () => {
  const faults = planOf({ match: 'POST /api/payments/*/void', kind: 'status', status: 429 });
  expect(faults.forRequest('POST', '/api/payments/pay_1/void')[0]?.status).toBe(429);
  expect(faults.forRequest('POST', '/api/payments/pay_1/capture')).toEqual([]);
  expect(planOf({ kind: 'delay', delayMs: 5 }).forRequest('GET', '/api/x')).toHaveLength(1);
});

test('probability is kept about and webhook faults do not hit requests', () => {
  const faults = planOf({ kind: 'duplicate', probability: 0.2 });
  const hits = Array.from({ length: 2_000 }, () => faults.forWebhook('duplicate'));
  const share = hits.filter(Boolean).length / 2_000;
  expect(share).toBeGreaterThan(0.16);
  expect(share).toBeLessThan(0.24);
  expect(faults.forRequest('POST', '/api/payments')).toEqual([]);
});

test('an unknown kind is refused and keeps the old plan', () => {
  const faults = planOf({ kind: 'drop_before' });
  expect(() => {
    faults.load(Fields.of({ plan: [{ kind: 'explode' }] }));
  }).toThrow('plan[0].kind must be one of');
  expect(faults.list()).toHaveLength(1);
});
