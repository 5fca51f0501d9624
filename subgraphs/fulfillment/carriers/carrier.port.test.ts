import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FULFILLMENT = join(__dirname, '..');

/** Files that may know which carriers there are: adapters, the seed, and tests with what they stand on. */
const MAY_KNOW = /carriers\/adapters\/|migrations\/0003-carriers|\.test\.ts$|^testing\//;

test('no carrier is named outside its adapter and the seed: another one is a folder and a row', () => {
  const names = readdirSync(join(__dirname, 'adapters'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(names.length).toBeGreaterThan(0);
  const files = readdirSync(FULFILLMENT, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !MAY_KNOW.test(file),
  );
  expect(files.length).toBeGreaterThan(40);
  const told = files.filter((file) => {
    const text = readFileSync(join(FULFILLMENT, file), 'utf8').toLowerCase();
    return names.some((name) => text.includes(name));
  });
  expect(told).toEqual([]);
});
