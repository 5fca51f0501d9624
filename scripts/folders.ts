import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, reasonOf, StartProblem } from './start-problem';

/** Makes a folder unless it exists; a StartProblem says why it cannot be used. */
export function openFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
    const probe = join(folder, `.probe-${String(process.pid)}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return folder;
  } catch (thrown) {
    throw new StartProblem(
      `The data folder ${folder} cannot be written (${codeOf(thrown) ?? reasonOf(thrown)}): ` +
        'set DATA_DIR to a folder that can.',
    );
  }
}

/** Not mkdir's own `recursive`: Node 20 never returns from it under /proc and the like. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}
