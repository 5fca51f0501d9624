import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import relay from 'relay-compiler';
import { SCALARS } from '../scalars';
import { relayApp } from './app';

/** What Relay said about an app over a schema. */
export interface RelayResult {
  /** Empty when it compiled. */
  readonly problem: string;
  /** Files that it wrote. */
  readonly artifacts: number;
}

/** Runs the real Relay compiler over everything that the schema offers, in a folder of its own. */
export function compileRelay(sdl: string): RelayResult {
  const folder = mkdtempSync(join(tmpdir(), 'tradegraph-relay-'));
  try {
    writeApp(folder, sdl);
    if (relay === null) return { problem: 'Relay has no compiler for this machine', artifacts: 0 };
    const { status, error, stdout, stderr } = spawnSync(
      relay,
      ['--noWatchman', '--output', 'quiet-with-errors', join(folder, 'relay.config.json')],
      { cwd: folder, encoding: 'utf8' },
    );
    const said = [error?.message, stdout, stderr].filter(Boolean).join('\n').trim();
    const artifacts = readdirSync(join(folder, 'artifacts')).length;
    return { problem: status === 0 ? '' : said || `exit code ${String(status)}`, artifacts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeApp(folder: string, sdl: string): void {
  for (const part of ['src', 'artifacts']) mkdirSync(join(folder, part));
  writeFileSync(join(folder, 'schema.graphql'), sdl);
  const config = {
    src: './src',
    schema: './schema.graphql',
    artifactDirectory: './artifacts',
    language: 'typescript',
    eagerEsModules: true,
    customScalarTypes: SCALARS,
    requireCustomScalarTypes: true,
  };
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  for (const { name, graphql } of relayApp(buildSchema(sdl))) {
    const tags = graphql.map((text) => `graphql\`${text}\`;`);
    writeFileSync(
      join(folder, 'src', `${name}.ts`),
      `import { graphql } from 'relay-runtime';\n\n${tags.join('\n\n')}\n`,
    );
  }
}
