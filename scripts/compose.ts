import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { databaseDocument } from './contracts/database.document';
import { differences } from './contracts/difference';
import { errorsDocument } from './contracts/errors.document';
import { eventsDocument } from './contracts/events.document';
import { flowDocument } from './contracts/flow.document';
import { graphDocuments } from './contracts/graph.document';
import { filesBelow } from './contracts/source.calls';
import { onMigratedDatabase } from './contracts/throw-away-database';
import { allMigrations } from './migrations';

const FOLDER = 'schema';
/** Written by hand, not generated. */
const BY_HAND = /^operations\//;

/** Every contract under schema/, by path below it. */
async function generate(): Promise<Map<string, string>> {
  const files = await graphDocuments();
  files.set('events.json', eventsDocument());
  files.set('errors.md', await errorsDocument());
  files.set('flow.md', flowDocument());
  await onMigratedDatabase(async (client) => {
    for (const {
      migrations: { schema },
    } of await allMigrations()) {
      files.set(`database/${schema}.sql`, await databaseDocument(client, schema));
    }
  });
  return files;
}

/** The committed files that are generated, by path below schema/. */
function committed(): Map<string, string> {
  const paths = filesBelow(FOLDER).filter((path) => !BY_HAND.test(path));
  return new Map(paths.map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));
}

function write(files: ReadonlyMap<string, string>): void {
  for (const path of committed().keys()) if (!files.has(path)) rmSync(join(FOLDER, path));
  for (const [path, text] of files) {
    const file = join(FOLDER, path);
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}

/** `npm run schema` writes schema/; `npm run schema:check` fails when it is not what the code says. */
async function main(): Promise<void> {
  const files = await generate();
  if (!process.argv.includes('--check')) {
    write(files);
    console.log(`${FOLDER}/: ${files.size} files`);
    return;
  }
  const found = differences(committed(), files);
  if (found.length === 0) {
    console.log(`${FOLDER}/: ${files.size} files are what the code says`);
    return;
  }
  console.error(found.join('\n'));
  console.error(`\n${FOLDER}/ is not what the code says: run npm run schema and commit it.`);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
