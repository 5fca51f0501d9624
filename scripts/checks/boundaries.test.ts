import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A small tree in which every import is allowed: what the rules must let pass. */
const CLEAN = {
  'subgraphs/kernel/money/money.ts': 'export const zero = 0n;',
  'subgraphs/kernel/db/database.ts': `import pg from 'pg';\nexport type Row = object;\nexport const pool = pg;`,
  'subgraphs/contracts/ids.ts': `export const orderIds = 'ord';`,
  'subgraphs/payments/escrow/escrow.rules.ts': `import { zero } from '#kernel/money/money';\nexport const none = zero;`,
  'subgraphs/payments/escrow/escrow.entity.ts': `export class EscrowRow {}`,
  'subgraphs/payments/escrow/escrow.types.ts': `export class Escrow {}`,
  'subgraphs/payments/escrow/escrow.service.ts': `import { pool } from '#kernel/db/database';\nimport { orderIds } from '#contracts/ids';\nexport const service = [pool, orderIds];`,
  'subgraphs/payments/escrow/escrow.resolver.ts': `import type { EscrowRow } from './escrow.entity';\nimport { service } from './escrow.service';\nexport const resolver: [EscrowRow, unknown] = [{}, service];`,
  'subgraphs/payments/payments.main.ts': `import { resolver } from './escrow/escrow.resolver';\nexport const start = resolver;`,
  'subgraphs/marketplace/orders/order.rules.ts': `export const rule = 1;`,
  'gateway/http/server.ts': `import { orderIds } from '#contracts/ids';\nexport const ids = orderIds;`,
  'scripts/simulators/psp/desk.ts': `export const desk = 1;`,
  'scripts/start.ts': `import { start } from '../subgraphs/payments/payments.main';\nexport const started = start;`,
} satisfies Record<string, string>;

/** One planted import for each rule, with the file that it is planted in. */
const PLANTED: readonly (readonly [rule: string, file: string, specifier: string])[] = [
  ['rules-are-pure', 'subgraphs/payments/escrow/escrow.rules.ts', '#kernel/db/database'],
  ['rules-are-pure', 'subgraphs/kernel/money/money.ts', 'node:fs'],
  [
    'subgraphs-are-islands',
    'subgraphs/payments/escrow/escrow.service.ts',
    '../../marketplace/orders/order.rules',
  ],
  [
    'subgraphs-are-islands',
    'subgraphs/payments/escrow/escrow.service.ts',
    '../../../gateway/http/server',
  ],
  ['kernel-knows-nobody', 'subgraphs/kernel/db/database.ts', '#contracts/ids'],
  [
    'contracts-stand-on-the-kernel',
    'subgraphs/contracts/ids.ts',
    '../payments/escrow/escrow.types',
  ],
  [
    'gateway-knows-only-contracts',
    'gateway/http/server.ts',
    '../../subgraphs/payments/escrow/escrow.types',
  ],
  [
    'simulators-are-strangers',
    'scripts/simulators/psp/desk.ts',
    '../../../subgraphs/kernel/money/money',
  ],
  ['resolvers-are-thin', 'subgraphs/payments/escrow/escrow.resolver.ts', './escrow.entity'],
  ['services-know-no-graphql', 'subgraphs/payments/escrow/escrow.service.ts', './escrow.types'],
  ['one-composition-root', 'subgraphs/payments/escrow/escrow.types.ts', '../payments.main'],
  ['no-cycles', 'subgraphs/payments/escrow/escrow.service.ts', './escrow.resolver'],
  ['no-dev-dependency-in-product', 'gateway/http/server.ts', 'fast-check'],
  ['no-tests-in-product', 'gateway/http/server.ts', './server.test'],
  ['resolvable', 'gateway/http/server.ts', './nowhere'],
];

const root = resolve(__dirname, '../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradegraph-boundaries-'));
  for (const file of ['package.json', 'tsconfig.json'])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(CLEAN)) write(file, text);
  write('gateway/http/server.test.ts', 'export const tested = 1;');
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), `${text}\n`);
}

/** What the tree in the folder breaks, as `rule: file`, once for each import. */
function broken(): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, 'scripts/checks/boundaries.cjs'), '--output-type', 'json'],
      ...['subgraphs', 'gateway', 'scripts'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (!stdout.startsWith('{')) throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as {
    summary: { totalCruised: number; violations: { from: string; rule: { name: string } }[] };
  };
  expect(summary.totalCruised).toBeGreaterThanOrEqual(Object.keys(CLEAN).length);
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`).sort();
}

test('allowed imports break nothing, each planted one breaks its rule', () => {
  expect(broken()).toEqual([]);
  for (const [file, text] of Object.entries(CLEAN)) {
    const planted = PLANTED.filter(([, where]) => where === file);
    const imports = planted.map(([, , from], n) => `import * as planted${n} from '${from}';`);
    const uses = planted.map((_, n) => `export const use${n} = planted${n};`);
    write(file, [...imports, text, ...uses].join('\n'));
  }
  const found = broken();
  for (const [rule, file] of PLANTED) {
    const planted = PLANTED.filter(([name, where]) => name === rule && where === file);
    const times = found.filter((line) => line === `${rule}: ${file}`).length;
    expect([rule, file, times >= planted.length]).toEqual([rule, file, true]);
  }
}, 60_000);

test('every rule has a violation planted', () => {
  const names = execFileSync(
    process.execPath,
    ['-p', `require('./scripts/checks/boundaries.cjs').forbidden.map((rule) => rule.name).join()`],
    { cwd: root, encoding: 'utf8' },
  );
  expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(names.trim().split(',')));
});
