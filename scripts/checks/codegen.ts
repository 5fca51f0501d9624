import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesBelow } from '../contracts/source.calls';
import { generateTypedDocuments } from './codegen/generate';
import { typeErrors } from './codegen/type-check';
import { runCheck } from './report';

const OPERATIONS = 'schema/operations';

/** Every operation becomes a typed document, and an app that uses them compiles. */
async function find(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tradegraph-codegen-'));
  try {
    await generateTypedDocuments(folder, {
      sdl: readFileSync('schema/api.graphql', 'utf8'),
      documents: filesBelow(OPERATIONS).map((file) => readFileSync(join(OPERATIONS, file), 'utf8')),
    });
    const app = join(folder, 'consumer.ts');
    cpSync('scripts/checks/codegen/consumer.ts.txt', app);
    return typeErrors(app);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

runCheck('codegen', find);
