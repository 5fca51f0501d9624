import { codeFindings } from './codes';

const table = { TOO_LATE: 'It is too late.', IDEMPOTENCY_CONCURRENT_REQUEST: 'Still running.' };
const refused = new Map([['TOO_LATE', 'order.service.ts:1']]);
const source = `once(tx, intent, run); throw refuse('TOO_LATE');`;

test('a table that says what the code does has no findings', () => {
  expect(codeFindings('shop', table, refused, source)).toEqual([]);
});

test('a code that the table lacks is found', () => {
  expect(codeFindings('shop', {}, refused, source)).toHaveLength(1);
});

test('a code that nothing refuses with is found', () => {
  expect(codeFindings('shop', { ...table, NEVER: 'Never.' }, refused, source)).toHaveLength(1);
  expect(codeFindings('shop', table, refused, `refuse('TOO_LATE')`)).toHaveLength(1);
});
