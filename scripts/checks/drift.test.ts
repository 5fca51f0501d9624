import { type ColumnShape, driftFindings } from './drift';

const id: ColumnShape = {
  table: 'order',
  column: 'id',
  type: 'text',
  nullable: false,
  primary: true,
};
const total: ColumnShape = { ...id, column: 'totalMinor', type: 'bigint', primary: false };
const kernel: ColumnShape = { ...id, table: 'outbox' };
const find = (declared: ColumnShape[], actual: ColumnShape[]): string[] =>
  driftFindings('shop', declared, [...actual, kernel], new Set(['outbox']));

test('equal shapes do not drift', () => {
  expect(find([id, total], [id, total])).toEqual([]);
});

test.each<[string, ColumnShape[], ColumnShape[]]>([
  ['a column only in the entity', [id, total], [id]],
  ['a column only in the database', [id], [id, total]],
  ['another type', [id, total], [id, { ...total, type: 'integer' }]],
  ['another nullability', [id, total], [id, { ...total, nullable: true }]],
  ['another key', [id, total], [id, { ...total, primary: true }]],
  ['a table without an entity', [id], [id, { ...id, table: 'cart' }]],
  ['an exempt table with an entity', [id, kernel], [id]],
])('%s is one finding', (_what, declared, actual) => {
  expect(find(declared, actual)).toHaveLength(1);
});
