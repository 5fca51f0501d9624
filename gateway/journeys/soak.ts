import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

let child: ChildProcess | undefined;
afterAll(() => child?.kill()); // what ran out of time would keep jest from ending

/** Runs `npm run soak:money` with these flags; what it said and its exit code. */
export async function playSoak(flags: readonly string[]): Promise<{ said: string; code: unknown }> {
  const program = join('dist', 'scripts', 'soak-money.js');
  const soak = spawn(process.execPath, ['--conditions=compiled', program, ...flags]);
  child = soak;
  let said = '';
  soak.stdout.on('data', (text: Buffer) => (said += text.toString()));
  soak.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const code = await new Promise((resolve) => soak.once('exit', resolve));
  return { said, code };
}
