// Compiles TypeScript to dist/ with swc, only what changed since the last build, and bundles the
// playground. Types are not checked here: `npm test` does.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SOURCES = ['subgraphs', 'gateway', 'scripts'];
const ASSETS = /\.(json|sql|html|css|svg|graphql)$/;
const MANIFEST = 'dist/build.json';

/** Brings dist/ up to date. `log` gets a line only when something was compiled. */
export async function build(root, log) {
  const started = performance.now();
  const options = JSON.parse(readFileSync(join(root, 'scripts/swc.json'), 'utf8'));
  const swc = createRequire(join(root, 'package.json'))('@swc/core');
  const key = digest(JSON.stringify([options, swc.version]));
  const before = readManifest(root, key);
  const files = {};
  const stale = [];
  for (const file of SOURCES.flatMap((folder) => sourcesUnder(root, folder))) {
    const { mtimeMs, size } = statSync(join(root, file));
    const known = before[file];
    if (
      known &&
      known.mtimeMs === mtimeMs &&
      known.size === size &&
      existsSync(join(root, outputOf(file)))
    ) {
      files[file] = known;
    } else {
      stale.push({ file, mtimeMs, size });
    }
  }
  await Promise.all(stale.map(({ file }) => compile(swc, options, root, file)));
  for (const { file, mtimeMs, size } of stale) files[file] = { mtimeMs, size };
  for (const gone of Object.keys(before).filter((file) => !files[file])) {
    rmSync(join(root, outputOf(gone)), { force: true });
    rmSync(join(root, `${outputOf(gone)}.map`), { force: true });
  }
  writeWhole(join(root, MANIFEST), JSON.stringify({ key, files }));
  await buildPlayground(root, log);
  if (stale.length > 0) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    log(`Built ${String(stale.length)} files in ${seconds} s.`);
  }
}

function sourcesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && isSource(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
}

const isSource = (name) =>
  (name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts')) ||
  ASSETS.test(name);

const outputOf = (file) => join('dist', file.replace(/\.ts$/, '.js'));

async function compile(swc, options, root, file) {
  const output = join(root, outputOf(file));
  mkdirSync(dirname(output), { recursive: true });
  const source = readFileSync(join(root, file));
  if (!file.endsWith('.ts')) return writeWhole(output, source);
  const { code, map } = await swc.transform(source.toString('utf8'), {
    ...options,
    filename: join(root, file),
    sourceFileName: join(root, file),
    swcrc: false,
  });
  if (map) writeWhole(`${output}.map`, map);
  writeWhole(
    output,
    map ? `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n` : code,
  );
}

/** Written beside and renamed: a program that starts meanwhile never reads half a file. */
function writeWhole(file, content) {
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

function readManifest(root, key) {
  try {
    const manifest = JSON.parse(readFileSync(join(root, MANIFEST), 'utf8'));
    return manifest.key === key ? manifest.files : {};
  } catch {
    return {};
  }
}

async function buildPlayground(root, log) {
  const script = join(root, 'scripts/build-playground.mjs');
  if (!existsSync(script)) return;
  const { buildPlayground: bundle } = await import(pathToFileURL(script).href);
  await bundle(root, log);
}

const digest = (text) => createHash('sha256').update(text).digest('hex');
