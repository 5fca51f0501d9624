import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, StartProblem } from '../start-problem';
import { isAlive, startMark } from './process-facts';

/**
 * Takes a data folder for this process, so that a second start in the same folder is refused
 * instead of adopting (and later stopping) a server that is in use. A lock whose process is gone
 * counts for nothing. Returns the release.
 */
export function lockFolder(folder: string): () => void {
  const lock = join(folder, 'lock');
  const mine = `${String(process.pid)} ${startMark(process.pid)}`;
  const draft = `${lock}.${String(process.pid)}`;
  for (;;) {
    writeFileSync(draft, mine, { mode: 0o644 });
    try {
      linkSync(draft, lock); // fails when the lock exists: created whole or not at all
      break;
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown;
      refuseWhenHeld(lock, folder);
      rmSync(lock, { force: true });
    } finally {
      rmSync(draft, { force: true });
    }
  }
  return () => {
    if (readLock(lock) === mine) rmSync(lock, { force: true });
  };
}

function refuseWhenHeld(lock: string, folder: string): void {
  const holder = holderOf(lock);
  if (holder === undefined) return;
  throw new StartProblem(
    `The data folder ${folder} is in use by process ${String(holder)}: stop it, or set DATA_DIR.`,
  );
}

/** Whether a process that still runs has taken this folder. */
export function isLocked(folder: string): boolean {
  return holderOf(join(folder, 'lock')) !== undefined;
}

function holderOf(lock: string): number | undefined {
  const [pid = '', mark = ''] = readLock(lock).split(' ');
  const holder = Number(pid);
  return holder > 0 && isAlive(holder) && startMark(holder) === mark ? holder : undefined;
}

function readLock(lock: string): string {
  try {
    return readFileSync(lock, 'utf8');
  } catch {
    return '';
  }
}
