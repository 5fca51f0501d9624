// Behind `npm start`, `npm test` and `npm run start:distributed`. Plain JavaScript with Node's own
// modules only, because it must run in a fresh clone: it checks Node, installs what is missing,
// builds what changed, and then runs the compiled program in this same process.
import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { fileURLToPath, pathToFileURL } from 'url';

const OLDEST_NODE = [20, 19];
const PROGRAMS = {
  '--distributed': 'dist/scripts/start-distributed.js',
  '--test': 'dist/scripts/test.js',
  '--trade': 'dist/scripts/demo.js',
  '--replay': 'dist/scripts/replay.js',
  '--bench': 'dist/scripts/bench.js',
  '--check-system': 'dist/scripts/check-system.js',
  '--check-money': 'dist/scripts/check-money.js',
  '--soak-money': 'dist/scripts/soak-money.js',
  '--install-only': undefined,
};
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function fail(line) {
  console.error(line);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  fail(
    `Tradegraph needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`,
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  } catch {
    return {};
  }
}

/**
 * npm writes node_modules/.package-lock.json as the last step of an install, so comparing it with
 * the lock file finds a missing, an outdated and a half-done install alike.
 */
function isInstalled(withDevelopment) {
  const wanted = readPackages('package-lock.json');
  const present = readPackages('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional, peer }]) => {
    if (path === '') return Object.keys(present).length > 0;
    if (present[path]) return present[path].version === version;
    return optional || peer || ((dev || devOptional) && !withDevelopment);
  });
}

/** One install at a time: several roles may be started at once in a fresh clone. */
function lockInstall() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const lock = join(root, 'dist', 'install.lock');
  for (let told = false; ; told = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
    if (holder > 0 && !isRunning(holder)) rmSync(lock, { force: true });
    else if (!told) console.log('Waiting for another start that installs or builds …');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function install(withDevelopment) {
  if (isInstalled(withDevelopment)) return;
  console.log('Installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', ...(withDevelopment ? ['--include=dev'] : [])];
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0) fail('npm ci failed: see the lines above.');
}

async function prepare(withDevelopment) {
  let unlock;
  try {
    unlock = lockInstall();
  } catch (error) {
    fail(`${join(root, 'dist')} cannot be written (${error.code}).`);
  }
  // Synchronous from here to the end of the install: the exit handler gives the lock back.
  process.once('exit', unlock);
  install(withDevelopment);
  const { build } = await import('./build.mjs');
  await build(root, (line) => console.log(line));
  unlock();
  process.removeListener('exit', unlock);
}

/** Package imports (#kernel/…) lead to compiled files only under this condition. */
function runAgainWithCondition() {
  const args = ['--conditions=compiled', ...process.argv.slice(1)];
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  process.exit(status ?? 1);
}

async function main() {
  checkNode();
  if (!process.execArgv.includes('--conditions=compiled')) runAgainWithCondition();
  process.chdir(root);
  const [first] = process.argv.slice(2);
  const named = Object.hasOwn(PROGRAMS, first ?? '');
  const program = named ? PROGRAMS[first] : 'dist/scripts/start.main.js';
  if (named) process.argv.splice(2, 1);
  await prepare(first === '--test');
  if (program) await import(pathToFileURL(join(root, program)).href);
}

main().catch((error) => fail(error.stack ?? String(error)));
