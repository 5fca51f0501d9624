import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface Step {
  readonly name: string;
  /** An npm script of package.json. */
  readonly script: string;
}

/** Everything that `npm test` and CI run, cheap things first. */
const STEPS: readonly Step[] = [
  { name: 'format', script: 'format' },
  { name: 'types', script: 'types' },
  { name: 'lint', script: 'lint' },
  { name: 'boundaries', script: 'boundaries' },
  { name: 'unused', script: 'unused' },
  { name: 'error codes', script: 'errors:check' },
  { name: 'schema', script: 'schema:check' },
  { name: 'graph rules', script: 'lint:graph' },
  { name: 'relay', script: 'relay' },
  { name: 'codegen', script: 'codegen' },
  { name: 'breaking', script: 'breaking' },
  { name: 'drift', script: 'drift' },
  { name: 'unit', script: 'test:unit' },
  { name: 'database', script: 'test:db' },
  { name: 'journeys', script: 'test:e2e' },
];

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly ok: boolean;
}

async function main(): Promise<void> {
  const steps = chosen(process.argv.slice(2));
  const results: Result[] = [];
  for (const step of steps) {
    console.log(`\n── ${step.name} (npm run ${step.script})`);
    const started = performance.now();
    const ok = await run(step.script);
    results.push({ name: step.name, seconds: (performance.now() - started) / 1000, ok });
  }
  console.log(`\n${table(results)}`);
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
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

function run(script: string): Promise<boolean> {
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
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  return new Promise((resolve) => {
    child.once('error', () => {
      resolve(false);
    });
    child.once('exit', (code) => {
      resolve(code === 0);
    });
  });
}

function table(results: readonly Result[]): string {
  const rows = results.map(
    ({ name, seconds, ok }) =>
      `${name.padEnd(14)}${seconds.toFixed(1).padStart(8)} s   ${ok ? 'ok' : 'FAILED'}`,
  );
  const all = results.reduce((sum, { seconds }) => sum + seconds, 0);
  const failed = results.filter(({ ok }) => !ok).length;
  const verdict = failed === 0 ? 'all ok' : `${String(failed)} FAILED`;
  return [...rows, `${'total'.padEnd(14)}${all.toFixed(1).padStart(8)} s   ${verdict}`].join('\n');
}

void main();
