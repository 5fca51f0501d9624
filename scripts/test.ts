import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Step {
  readonly name: string;
  /** An npm script of package.json. */
  readonly script: string;
}

/** Looks at the sources, each in one process: they run two at a time, and print when they are done. */
const CHECKS: readonly Step[] = [
  { name: 'lint', script: 'lint' }, // the longest first
  { name: 'format', script: 'format' },
  { name: 'types', script: 'types' },
  { name: 'boundaries', script: 'boundaries' },
  { name: 'unused', script: 'unused' },
  { name: 'error codes', script: 'errors:check' },
  { name: 'schema', script: 'schema:check' },
  { name: 'graph rules', script: 'lint:graph' },
  { name: 'relay', script: 'relay' },
  { name: 'codegen', script: 'codegen' },
  { name: 'breaking', script: 'breaking' },
  { name: 'drift', script: 'drift' },
];
/** Use all cores themselves: one after the other. */
const TESTS: readonly Step[] = [
  { name: 'unit', script: 'test:unit' },
  { name: 'database', script: 'test:db' },
  { name: 'journeys', script: 'test:e2e' },
];
const STEPS = [...CHECKS, ...TESTS];

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly ok: boolean;
}

async function main(): Promise<void> {
  const started = performance.now();
  const wanted = chosen(process.argv.slice(2));
  const checks = wanted.filter((step) => CHECKS.includes(step));
  const results = await inPairs(checks);
  for (const step of wanted.filter((one) => TESTS.includes(one))) {
    console.log(heading(step));
    results.push(await timed(step, (script) => run(script, 'inherit')));
  }
  console.log(`\n${table(results, (performance.now() - started) / 1000)}`);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}

async function inPairs(steps: readonly Step[]): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...steps];
  const lane = async (): Promise<void> => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      const told: Buffer[] = [];
      results.push(await timed(step, (script) => run(script, (text) => told.push(text))));
      console.log(`${heading(step)}\n${Buffer.concat(told).toString().trim()}`);
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

const heading = ({ name, script }: Step): string => `\n── ${name} (npm run ${script})`;

async function timed(
  { name, script }: Step,
  run: (script: string) => Promise<boolean>,
): Promise<Result> {
  const started = performance.now();
  const ok = await run(script);
  return { name, seconds: (performance.now() - started) / 1000, ok };
}

/** All steps, or those named: `npm test -- unit lint`. */
function chosen(names: readonly string[]): readonly Step[] {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(', ')}; there are: ${listed(STEPS)}.`);
    process.exit(1);
  }
  return names.length === 0 ? STEPS : STEPS.filter(({ name }) => names.includes(name));
}

const listed = (steps: readonly Step[]): string => steps.map(({ name }) => name).join(', ');

/** What it prints goes where ours goes, or to who keeps it. */
function run(script: string, tell: 'inherit' | ((text: Buffer) => void)): Promise<boolean> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Readonly<Record<string, string | undefined>>;
  };
  if (scripts[script] === undefined) {
    console.error(`package.json has no script ${script}.`);
    return Promise.resolve(false);
  }
  // What npm itself would do for a script: the tools of node_modules/.bin first in the path.
  const path = `${process.cwd()}/node_modules/.bin:${process.env['PATH'] ?? ''}`;
  const child = spawn(scripts[script], {
    shell: true,
    stdio: tell === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: path },
  });
  if (tell !== 'inherit') for (const from of [child.stdout, child.stderr]) from?.on('data', tell);
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('close', (code) => {
      resolve(code === 0);
    });
  });
}

function table(results: readonly Result[], seconds: number): string {
  const rows = results.map(
    ({ name, seconds: its, ok }) =>
      `${name.padEnd(14)}${its.toFixed(1).padStart(8)} s   ${ok ? 'ok' : 'FAILED'}`,
  );
  const failed = results.filter(({ ok }) => !ok).length;
  const verdict = failed === 0 ? 'all ok' : `${String(failed)} FAILED`;
  return [...rows, `${'total'.padEnd(14)}${seconds.toFixed(1).padStart(8)} s   ${verdict}`].join(
    '\n',
  );
}

void main();
