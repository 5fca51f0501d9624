import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import { SCALARS } from '../scalars';

/** What an app's generator starts from. */
export interface CodegenInput {
  /** The API's schema. */
  readonly sdl: string;
  /** Texts of its operations. */
  readonly documents: readonly string[];
}

/**
 * Writes the typed documents of an app into `folder`/gql, as `graphql-codegen` with the client preset does. Throws when
 * an operation does not fit the schema.
 */
export async function generateTypedDocuments(folder: string, input: CodegenInput): Promise<void> {
  const files = await preset.buildGeneratesSection({
    schema: parse(input.sdl),
    schemaAst: buildSchema(input.sdl),
    documents: input.documents.map((text, i) => ({
      document: parse(text),
      location: `operation ${i}`,
      rawSDL: text,
    })),
    baseOutputDir: `${join(folder, 'gql')}/`,
    presetConfig: { fragmentMasking: false },
    config: {
      scalars: { ...SCALARS, ID: 'string' },
      strictScalars: true,
      useTypeImports: true,
    },
    plugins: [],
    pluginMap: {},
  });
  for (const file of files) {
    mkdirSync(dirname(file.filename), { recursive: true });
    writeFileSync(file.filename, await codegen(file));
  }
  // What it generates imports packages, which are found from where it lies.
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'dir');
}
