import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitBefore, compileVersion } from '../../scripts/testing/version-before';
import { playSoak } from './soak';

jest.setTimeout(300_000);

const commit = commitBefore();
if (commit === undefined)
  console.warn('No history of the migrations here: two versions are not tried.');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradegraph-before-'));
  if (commit !== undefined) compileVersion(commit, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As while a release is rolled out: the newer version has migrated, the older one still trades. */
(commit === undefined ? test.skip : test)(
  'R21: the version before the newest migration and this one write at once: nothing is lost or done twice',
  async () => {
    const flags = ['--checkouts', '30', '--workers', '2', '--seed', '3', '--beside', folder];
    const { said, code } = await playSoak(['--only', 'crash', ...flags]);
    expect(said).toMatch(/30 checkouts, \d+ intents, \d+ kills[^]*\n0 findings\n/);
    expect(code).toBe(0);
  },
);
