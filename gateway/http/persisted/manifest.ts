import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The registered documents of one app, by the id that its clients send. */
export type Manifest = ReadonlyMap<string, string>;

/** OPEN: registered documents may be named, any other may be sent. SAFELIST: only registered ones are run. */
export const PERSISTED_MODES = ['OPEN', 'SAFELIST'] as const;
export type PersistedMode = (typeof PERSISTED_MODES)[number];

/**
 * Reads a manifest as Apollo's tools write it (`apollo-persisted-query-manifest`) or as Relay's compiler does (an
 * object of id and document). Throws a text that says what is wrong.
 */
export function parseManifest(text: string): Manifest {
  const json = parsed(text);
  if (!isObject(json)) throw new Error('it is not a JSON object');
  const entries = 'format' in json ? apolloEntries(json) : Object.entries(json);
  return new Map(
    entries.map(([id, body]) => {
      if (typeof body !== 'string') throw new Error(`the document of ${id} is not a text`);
      return [id, body];
    }),
  );
}

function apolloEntries({ format, version, operations }: Record<string, unknown>) {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations)) {
    throw new Error('it is no apollo-persisted-query-manifest of version 1');
  }
  return operations.map((one: unknown): [string, unknown] => {
    if (!isObject(one) || typeof one['id'] !== 'string') throw new Error('an operation has no id');
    return [one['id'], one['body']];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The manifests in use: one for all apps, or one for each by the name that its clients give. */
export class Manifests {
  private readonly byApp: ReadonlyMap<string, Manifest>;
  private readonly hashes: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    byApp: ReadonlyMap<string, Manifest>,
    private readonly isShared = false,
  ) {
    this.byApp = byApp;
    this.hashes = new Map(
      [...byApp].map(([app, manifest]) => [app, new Set([...manifest.values()].map(hashOf))]),
    );
  }

  /** A file is for all apps; in a folder each `<app>.json` is for that app. Throws naming the file at fault. */
  static read(path: string): Manifests {
    if (!statSync(path).isDirectory()) return new Manifests(new Map([['', readOne(path)]]), true);
    const files = readdirSync(path).filter((name) => name.endsWith('.json'));
    return new Manifests(
      new Map(files.map((name) => [name.slice(0, -'.json'.length), readOne(join(path, name))])),
    );
  }

  document(app: string | undefined, id: string): string | undefined {
    return this.byApp.get(this.of(app))?.get(id);
  }

  /** True when the app has registered this document, under whatever id. */
  has(app: string | undefined, document: string): boolean {
    return this.hashes.get(this.of(app))?.has(hashOf(document)) === true;
  }

  private of(app: string | undefined): string {
    return this.isShared ? '' : (app ?? '');
  }
}

function readOne(file: string): Manifest {
  try {
    return parseManifest(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is no manifest of operations: ${(error as Error).message}`);
  }
}

/** How clients name a document that they cannot register: its SHA-256, hex. */
export const hashOf = (document: string): string =>
  createHash('sha256').update(document).digest('hex');
