import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFolder } from '../../folders';

/** Packages of other gateways, pinned. They are no part of this project: not in its lock file, not in its tests. */
const MANIFEST = {
  name: 'tradegraph-bench-rivals',
  private: true,
  dependencies: {
    '@graphql-hive/gateway-runtime': '2.12.1',
    '@graphql-hive/router-runtime': '1.4.23',
    '@graphql-mesh/transport-http': '1.2.1',
    graphql: '16.15.0',
  },
  // Newer ones need Node 22.
  overrides: { '@whatwg-node/promise-helpers': '1.3.2' },
};

/** Installs the rivals into a folder of their own; undefined, after saying why, when that is not possible. */
export function installRivals(dataDir: string, say: (line: string) => void): string | undefined {
  const folder = openFolder(join(dataDir, 'bench-rivals'));
  const file = join(folder, 'package.json');
  const wanted = JSON.stringify(MANIFEST, null, 2);
  const done = join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(done) && existsSync(file) && readFileSync(file, 'utf8') === wanted) return folder;
  say(`Installing the gateways to compare with into ${folder} (npm) …`);
  writeFileSync(file, wanted);
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const npm = process.env['npm_execpath'];
  const { status, error } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: folder, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status === 0) return folder;
  say(`They could not be installed (${error?.message ?? `npm ended with ${String(status)}`}).`);
  return undefined;
}
