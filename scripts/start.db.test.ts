import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(60_000);

let dataDir: string;
let squatter: Server;
let used: string;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tradegraph-start-'));
  squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  used = String((squatter.address() as AddressInfo).port);
});
afterAll(() => {
  squatter.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly said: string;
}

/** Starts the program as `npm start` does, and waits for its end. */
async function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.main.ts', ...args], {
    env: { ...process.env, NODE_ENV: 'test', DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  child.stdout.on('data', (text: Buffer) => lines.push(text.toString()));
  child.stderr.on('data', (text: Buffer) => lines.push(text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said: lines.join('').trim() };
}

test.each<[string, () => [string[], Record<string, string>?], string]>([
  ['a bad value', () => [['--port', 'x']], 'PORT=x cannot be used'],
  ['a port in use', () => [['--port', used]], `cannot be listened on (is it in use?): set PORT`],
  ['a folder that cannot be written', () => [[], { DATA_DIR: '/proc/x' }], 'set DATA_DIR'],
  [
    'a database that cannot be reached',
    () => [['--database-url', 'postgres://me:secret@127.0.0.1:1/none']],
    'The database 127.0.0.1:1/none cannot be reached',
  ],
  [
    'secrets missing in production',
    () => [[], { NODE_ENV: 'production' }],
    'missing: MARKETPLACE_KEY',
  ],
  ['a role without a database', () => [['--role', 'payments']], 'needs DATABASE_URL'],
])('%s: one clear line and exit code 1', async (_what, given, line) => {
  const { code, said } = await start(...given());
  expect(said).toContain(line);
  expect(said.split('\n')).toHaveLength(1);
  expect(said).not.toContain('secret@');
  expect(code).toBe(1);
});

test('what was started before a problem is stopped again', async () => {
  const { code, said } = await start([], { PSP_SIMULATOR_PORT: used, CARRIER_SIMULATOR_PORT: '0' });
  expect(said).toContain(`Port ${used} of the PSP simulator is in use: set PSP_SIMULATOR_PORT.`);
  expect(code).toBe(1);
  const again = await start([], { PSP_SIMULATOR_PORT: used, CARRIER_SIMULATOR_PORT: '0' });
  expect(again.said).not.toContain('in use by process');
});

test('--help prints the settings', async () => {
  const { code, said } = await start(['--help']);
  expect(said).toContain('--data-dir VALUE  (DATA_DIR)');
  expect(code).toBe(0);
});
