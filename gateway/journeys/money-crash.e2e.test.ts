import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

jest.setTimeout(300_000);

let child: ChildProcess | undefined;
afterAll(() => child?.kill()); // what ran out of time would keep jest from ending

/** The short, seeded form of `npm run soak:money -- --only crash`. */
test('payments processes and PostgreSQL killed every 1 to 3 s: nothing is lost or done twice', async () => {
  const program = join('dist', 'scripts', 'soak-money.js');
  const flags = ['--only', 'crash', '--checkouts', '30', '--workers', '3', '--seed', '7'];
  const soak = spawn(process.execPath, ['--conditions=compiled', program, ...flags]);
  child = soak;
  let said = '';
  soak.stdout.on('data', (text: Buffer) => (said += text.toString()));
  soak.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const code = await new Promise((resolve) => soak.once('exit', resolve));
  expect(said).toMatch(/30 checkouts, \d+ intents, \d+ kills[^]*\n0 findings\n/);
  expect(code).toBe(0);
});
