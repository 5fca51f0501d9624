import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateTypedDocuments } from './generate';
import { typeErrors } from './type-check';

jest.setTimeout(60_000);

const sdl =
  'scalar Cursor type Query { lamp(after: Cursor): Lamp } type Lamp { watts: Int! at: Cursor }';
const lamp = 'query Lamp($after: Cursor) { lamp(after: $after) { watts at } }';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradegraph-codegen-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What the compiler says about an app that reads `result` of the answer and sends `after`. */
async function errorsOf(result: string, after: string): Promise<string[]> {
  await generateTypedDocuments(folder, { sdl, documents: [lamp] });
  const app = join(folder, 'app.ts');
  writeFileSync(
    app,
    `import type { ResultOf, VariablesOf } from '@graphql-typed-document-node/core';
     import type { LampDocument } from './gql/graphql';
     export const read = (answer: ResultOf<typeof LampDocument>): string | null | undefined => ${result};
     export const sent: VariablesOf<typeof LampDocument> = { after: ${after} };`,
  );
  return typeErrors(app);
}

test('an app that uses the documents as they are compiles', async () => {
  expect(await errorsOf('answer.lamp?.at', "'c'")).toEqual([]);
});

test('a field that was not selected, a value of another type and a number for a scalar are found', async () => {
  const errors = await errorsOf('answer.lamp?.colour ?? answer.lamp?.watts', '7');
  expect(errors).toEqual([
    expect.stringContaining("'colour' does not exist"),
    expect.stringContaining("'number' is not assignable to type 'string'"),
  ]);
});

test('an operation that does not fit the schema, and a scalar that is not mapped, are refused', async () => {
  const wrong = { sdl, documents: [lamp.replace('watts', 'wats')] };
  await expect(generateTypedDocuments(folder, wrong)).rejects.toThrow('wats');
  const strange = {
    sdl: sdl.replaceAll('Cursor', 'Strange'),
    documents: [lamp.replace('Cursor', 'Strange')],
  };
  await expect(generateTypedDocuments(folder, strange)).rejects.toThrow('Strange');
});
