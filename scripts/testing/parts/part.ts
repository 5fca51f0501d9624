import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const FOLDERS = ['gateway', 'scripts', 'subgraphs'];
const LIMIT_MS = 300_000;

type Kind = 'unit' | 'db';

/**
 * Runs a share of all test files of a kind as one, each as a `describe` of its own: what they need is loaded once, not
 * once for each, which is a third of their time. Neighbours lie together, because they need the same.
 */
export function part(kind: Kind, n: number): void {
  const all = testFiles(kind);
  const parts = readdirSync(__dirname).filter((name) => name.startsWith(`${kind}-`)).length;
  if (n > parts)
    throw new Error(`there are ${String(parts)} parts of ${kind}: number them from 1 on`);
  const at = (end: number): number => Math.round((all.length * end) / parts);
  for (const file of all.slice(at(n - 1), at(n))) {
    describe(file, () => {
      jest.requireActual(join(ROOT, file));
    });
  }
  jest.setTimeout(LIMIT_MS); // each file has set its own; the last would count for all
}

function testFiles(kind: Kind): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  const isOf = (file: string): boolean =>
    kind === 'db'
      ? file.endsWith('.db.test.ts')
      : file.endsWith('.test.ts') && !/\.(db|e2e)\.test\.ts$/.test(file);
  return files.filter(isOf).sort();
}
