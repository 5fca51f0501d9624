import { textFindings } from './texts';

test.each([
  ['orders/order.service.ts', 'const company = 1;\n', 0],
  ['orders/helpers.ts', '', 1],
  ['utils/money.ts', '', 1],
  ['orders/long.ts', 'x\n'.repeat(301), 1],
  ['orders/full.ts', 'x\n'.repeat(300), 0],
  ['orders/a.ts', ['// TO', 'DO later'].join(''), 1],
  ['orders/d.ts', ['// eslint-dis', 'able-next-line'].join(''), 1],
  ['orders/b.ts', ['// @ts-ig', 'nore'].join(''), 1],
])('%s', (path, text, count) => {
  expect(textFindings(path, text)).toHaveLength(count);
});
