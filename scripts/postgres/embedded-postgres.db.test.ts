import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { type EmbeddedPostgres, keepRunning, startEmbeddedPostgres } from './embedded-postgres';
import { stopLeftBehind } from './postmaster';
import { isAlive } from './process-facts';

jest.setTimeout(60_000);

let dataDir: string;
let running: EmbeddedPostgres[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tradegraph-embedded-'));
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  await stopLeftBehind(join(dataDir, 'cluster'));
  rmSync(dataDir, { recursive: true, force: true });
});

const quiet = (): void => undefined;
async function start(options: { port?: number } = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log: quiet, ...options });
  running.push(server);
  return server;
}
const value = async (url: string, text: string): Promise<unknown> =>
  Object.values((await run(url, text))[0] ?? {})[0];

async function hold(): Promise<{ holder: ChildProcess; url: string; pid: number }> {
  const holder = spawn(
    process.execPath,
    ['--import', 'tsx', 'scripts/testing/postgres-holder.ts', dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(holder.stdout, 'data')) as [Buffer];
  return { holder, ...(JSON.parse(line.toString()) as { url: string; pid: number }) };
}

test('keeps data, port and password over a restart, and listens on this machine only', async () => {
  const first = await start();
  await run(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  expect(isAlive(first.pid)).toBe(false);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await value(second.url, 'select answer from kept')).toBe(42);
  expect(await value(second.url, 'show listen_addresses')).toBe('127.0.0.1');
  expect(await value(second.url, 'show fsync')).toBe('on');
  expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
});

test('a second start in the same folder is refused and harms nothing', async () => {
  const first = await start();
  await expect(start()).rejects.toThrow(`in use by process ${String(process.pid)}`);
  expect(await value(first.url, 'select 1')).toBe(1);
});

test('takes another port when its own is taken, and refuses a fixed one that is', async () => {
  const first = await start();
  await first.stop();
  const squatter: Server = createServer().listen(first.port, '127.0.0.1');
  try {
    await once(squatter, 'listening');
    await expect(start({ port: first.port })).rejects.toThrow('is in use');
    const second = await start();
    expect(second.port).not.toBe(first.port);
  } finally {
    squatter.close();
  }
});

test('adopts the server that a killed process left behind, and stops it in the end', async () => {
  const { holder, url, pid } = await hold();
  const gone = once(holder, 'exit');
  holder.kill('SIGKILL');
  await gone;
  expect(isAlive(pid)).toBe(true);
  const adopted = await start();
  expect({ url: adopted.url, pid: adopted.pid }).toEqual({ url, pid });
  await adopted.stop();
  expect(isAlive(pid)).toBe(false);
});

test('a killed server is started again with everything that was committed', async () => {
  const kept = await keepRunning({ dataDir, log: quiet });
  running.push(kept);
  const dead = kept.pid;
  await run(kept.url, 'create table kept as select 42 as answer');
  process.kill(dead, 'SIGKILL');
  await until(
    () => kept.pid !== dead && value(kept.url, 'select answer from kept').catch(() => false),
    'recovery',
    30_000,
  );
  expect(await value(kept.url, 'select answer from kept')).toBe(42);
});

test('a pid file that names someone else’s process does not keep it from starting', async () => {
  const first = await start();
  const file = join(dataDir, 'cluster', 'postmaster.pid');
  const text = readFileSync(file, 'utf8');
  process.kill(first.pid, 'SIGKILL');
  await until(() => !isAlive(first.pid), 'its end');
  await first.stop();
  // Of the user who runs PostgreSQL, and not its parent: only such a one makes it refuse.
  const { uid, gid } = statSync(join(dataDir, 'cluster'));
  const asOwner = process.getuid?.() === 0 ? { uid, gid } : {};
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore', ...asOwner });
  try {
    writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));
    const second = await start();
    expect(await value(second.url, 'select 1')).toBe(1);
  } finally {
    stranger.kill();
  }
});
