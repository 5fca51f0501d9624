import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/**
 * The tests of the ledger's model and of the model of an order's money, with many more sequences. Returns what they
 * found; empty when nothing ever differed.
 */
export async function playModel(postings: number, orders: number): Promise<string[]> {
  const jest = createRequire(__filename).resolve('jest/bin/jest');
  const args = [jest, '--selectProjects', 'db', '--', 'payments/ledger/model.db', 'money-model.db'];
  const runs = { MODEL_RUNS: String(postings), MONEY_MODEL_RUNS: String(orders) };
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...runs },
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  return code === 0 ? [] : [`payments and its models differ (exit code ${String(code)})`];
}
