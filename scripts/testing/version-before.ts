import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';

const MIGRATIONS = 'subgraphs/payments/migrations';

const PROGRAM = 'scripts/soak/payments.main';

/**
 * The commit before the newest one that changed how payments keeps its rows; undefined without that history, or when
 * that version could not be run by itself yet.
 */
export function commitBefore(): string | undefined {
  try {
    const newest = git('log', '-1', '--diff-filter=A', '--format=%H', '--', MIGRATIONS);
    if (newest === '') return undefined;
    const before = git('rev-parse', '--verify', '--quiet', `${newest}^`);
    git('cat-file', '-e', `${before}:${PROGRAM}.ts`);
    return before;
  } catch {
    return undefined; // no git here, a clone without history, or an older version
  }
}

/** Puts a commit's sources into an empty folder and compiles them with our own packages. */
export function compileVersion(commit: string, folder: string): void {
  const archive = execFileSync('git', ['archive', commit], { maxBuffer: 256 * 1024 * 1024 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const build = `import('./scripts/build.mjs').then(({ build }) => build(process.cwd(), () => undefined))`;
  execFileSync(process.execPath, ['--input-type=module', '-e', build], { cwd: folder });
}

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
