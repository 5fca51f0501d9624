import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#kernel/testing/database';
import { INVARIANTS } from '../../subgraphs/payments/ledger/invariant.rules';
import { LedgerWorld } from '../../subgraphs/payments/testing/ledger.world';
import { checkMoney } from './money.check';

jest.setTimeout(60_000);
let world: LedgerWorld;
let folder: string;
let anchor: string;
beforeAll(async () => {
  world = await LedgerWorld.open();
  folder = mkdtempSync(join(tmpdir(), 'tradegraph-anchor-'));
  anchor = join(folder, 'heads');
  const [clearing, tranche] = [await world.account('PSP_CLEARING'), await world.account('TRANCHE')];
  for (const amount of [1n, 2n]) {
    await world.post({ code: 'FUNDING', debit: clearing, credit: tranche, amount });
    await world.sealed();
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const command = (...args: string[]) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/check-money.ts', '--database-url', world.url, ...args],
    { encoding: 'utf8' },
  );

test('each rule that the view can name has a meaning in words', async () => {
  const views = await run(
    world.url,
    `select pg_get_viewdef(c.oid) as text from pg_class c
     where c.relnamespace = 'payments'::regnamespace and c.relname ~ '^invariant_'`,
  );
  const named = views.flatMap(({ text }) => String(text).match(/(?<=')I\d+(?=')/g) ?? []);
  expect(new Set(named).size).toBeGreaterThanOrEqual(14);
  expect([...new Set(named)].filter((name) => INVARIANTS[name] === undefined)).toEqual([]);
});

test('a sound ledger ends with 0, tells its head and keeps it in the anchor', () => {
  const { status, stdout } = command('--anchor', anchor);
  expect([status, stdout]).toEqual([
    0,
    expect.stringMatching(/^0 violations, head 2 [0-9a-f]{64}$/m),
  ]);
  const head = command('--head').stdout.trim();
  expect(readFileSync(anchor, 'utf8')).toBe(`${head}\n`);
});

test('a chain that was sealed anew after a change holds, but not against the anchor', async () => {
  await world.tamper(
    `update ledger_transfer set created_at = now() where amount = 2; truncate ledger_chain`,
  );
  await world.sealed();
  expect((await checkMoney(world.url)).broken).toEqual([]);
  const { broken } = await checkMoney(world.url, anchor);
  expect(broken).toEqual([expect.stringMatching(/^anchor: block 2 was [0-9a-f]+ and is /)]);
  expect(readFileSync(anchor, 'utf8').trim().split('\n')).toHaveLength(1);
});

test('a broken rule is named with what it means, and the command ends with 1', async () => {
  await world.tamper('update ledger_balance set credits_posted = credits_posted + 1');
  const { status, stdout } = command();
  expect(status).toBe(1);
  expect(stdout).toMatch(/^I2 \d+: balance row <> transfers\. The balance row of an account/m);
});
