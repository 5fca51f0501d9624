// Bundles the playground to dist/playground, unless what is there was made from the same sources.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const APP = 'gateway/playground/app';
const OUT = 'dist/playground';
const STAMP = 'made-from.txt';
const PACKAGES = ['graphiql', '@graphiql/react', 'react', 'graphql-ws', 'esbuild'];
const WORKERS = {
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};

/** Brings dist/playground up to date. `log` gets a line only when it was bundled. */
export async function buildPlayground(root, log) {
  const made = digest(root);
  const out = join(root, OUT);
  if (read(join(out, STAMP)) === made) return;
  const started = performance.now();
  const draft = `${out}.${String(process.pid)}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  await bundle(root, draft);
  copyFileSync(join(root, APP, 'page.html'), join(draft, 'index.html'));
  copyFileSync(join(root, APP, 'supergraph.html'), join(draft, 'supergraph.html'));
  copyFileSync(join(root, APP, 'favicon.svg'), join(draft, 'favicon.svg'));
  writeFileSync(join(draft, STAMP), made);
  replace(draft, out);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  log(`Bundled the playground in ${seconds} s.`);
}

async function bundle(root, outdir) {
  const require = createRequire(join(root, 'package.json'));
  const { build } = require('esbuild');
  const shared = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    target: 'es2022',
    logLevel: 'error',
    legalComments: 'none',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file' },
  };
  await Promise.all([
    build({
      ...shared,
      entryPoints: {
        playground: join(APP, 'playground.tsx'),
        supergraph: join(APP, 'supergraph.tsx'),
      },
      outdir,
      format: 'esm',
      splitting: true,
      jsx: 'automatic',
      tsconfig: join(APP, 'tsconfig.json'),
      chunkNames: 'chunks/[name]-[hash]',
      assetNames: 'assets/[name]-[hash]',
    }),
    build({ ...shared, entryPoints: WORKERS, outdir, format: 'iife' }),
  ]);
}

/** Of our sources and of the versions of what goes in. */
function digest(root) {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  for (const file of readdirSync(join(root, APP)).sort()) {
    hash.update(file).update(readFileSync(join(root, APP, file)));
  }
  for (const name of PACKAGES) {
    hash.update(readFileSync(join(root, 'node_modules', name, 'package.json')));
  }
  return hash.digest('hex');
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined);

/** Another build may put the same there at the same moment. */
function replace(draft, out) {
  try {
    rmSync(out, { recursive: true, force: true });
    renameSync(draft, out);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    rmSync(draft, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) await buildPlayground(process.cwd(), console.log);
