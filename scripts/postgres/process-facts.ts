import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { codeOf } from '../start-problem';

/** Whether a process with this id runs. A zombie (dead, not yet collected) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    if (codeOf(thrown) !== 'EPERM') return false;
  }
  return statFields(pid)?.[0] !== 'Z';
}

/** The command line of a process with spaces between the arguments; '' when it is not known. */
export function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) {
      return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
    }
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

/** When a process started, in a form that only tells two processes with one id apart. */
export function startMark(pid: number): string {
  return statFields(pid)?.[19] ?? '';
}

/** The fields of /proc/<pid>/stat after the command's name; undefined where there is no /proc. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Asks `done` again and again until it says yes (true) or `limitMs` have passed (false). */
export async function within(
  limitMs: number,
  done: () => boolean | Promise<boolean>,
  everyMs = 50,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    if (await done()) return true;
    if (performance.now() >= deadline) return false;
    await new Promise((resume) => setTimeout(resume, everyMs));
  }
}
