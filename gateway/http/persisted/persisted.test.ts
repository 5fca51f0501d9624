import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLError } from 'graphql';
import { Manifests, hashOf, parseManifest } from './manifest';
import { OperationDocuments, type SentDocument } from './operation-documents';

const persistedQuery = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } },
});
const code = (documents: OperationDocuments, sent: SentDocument, app?: string): unknown => {
  try {
    return documents.find(sent, app);
  } catch (error) {
    return (error as GraphQLError).extensions['code'];
  }
};
const A = '{ a }';
const B = '{ b }';

describe('automatic persisted queries', () => {
  it('are found once they were sent, and never under a hash that is not theirs', () => {
    const documents = new OperationDocuments();
    expect(code(documents, persistedQuery(A))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(code(documents, { query: B, ...persistedQuery(A) })).toBe('BAD_REQUEST');
    expect(code(documents, persistedQuery(A))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(documents.find({ query: A, ...persistedQuery(A) }, undefined)).toBe(A);
    expect(documents.find(persistedQuery(A), undefined)).toBe(A);
  });

  it('do not keep what is refused', () => {
    const documents = new OperationDocuments();
    const wide = `{ ${Array.from({ length: 21 }, (_, i) => `f${i.toString()}`).join(' ')} }`;
    for (let i = 0; i < 2; i++) {
      expect(code(documents, { query: wide, ...persistedQuery(wide) })).toBe('QUERY_TOO_COMPLEX');
    }
    expect(code(documents, persistedQuery(wide))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([
    [{ version: 2, sha256Hash: hashOf(A) }],
    [{ version: 1, sha256Hash: 1 }],
    [{ version: 1 }],
    ['x'],
    [7],
  ])('are refused in another form: %j', (persisted) => {
    const sent = { query: A, extensions: { persistedQuery: persisted } };
    expect(code(new OperationDocuments(), sent)).toBe('BAD_REQUEST');
  });

  it('leave a request without any document to others', () => {
    for (const sent of [{}, { query: '' }, { query: null }, { extensions: null }, { id: 5 }]) {
      expect(new OperationDocuments().find(sent, undefined)).toBeUndefined();
    }
  });
});

describe('registered operations', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifests-'));
    const operations = [{ id: 'op-a', name: 'A', type: 'query', body: A }];
    const apollo = { format: 'apollo-persisted-query-manifest', version: 1, operations };
    writeFileSync(join(folder, 'shop.json'), JSON.stringify(apollo));
    writeFileSync(join(folder, 'admin.json'), JSON.stringify({ [hashOf(B)]: B }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are found by any of the ways in which clients name them, each app its own', () => {
    const documents = new OperationDocuments({ manifests: Manifests.read(folder) });
    expect(documents.find({ documentId: 'op-a' }, 'shop')).toBe(A);
    expect(documents.find({ id: 'op-a' }, 'shop')).toBe(A);
    expect(documents.find(persistedQuery(B), 'admin')).toBe(B);
    expect(code(documents, { documentId: 'op-a' }, 'admin')).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(code(documents, { documentId: 'op-a' })).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(code(documents, { documentId: 'op-a' }, '__proto__')).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(documents.find({ query: '{ c }' }, 'shop')).toBe('{ c }');
  });

  it('are all that runs in SAFELIST mode', () => {
    const manifests = Manifests.read(folder);
    const documents = new OperationDocuments({ manifests, mode: 'SAFELIST' });
    expect(documents.find({ documentId: 'op-a' }, 'shop')).toBe(A);
    expect(documents.find({ query: A }, 'shop')).toBe(A);
    expect(code(documents, { query: B }, 'shop')).toBe('OPERATION_NOT_ALLOWED');
    expect(code(documents, { query: B, ...persistedQuery(B) }, 'shop')).toBe(
      'OPERATION_NOT_ALLOWED',
    );
    expect(code(new OperationDocuments({ mode: 'SAFELIST' }), { query: A })).toBe(
      'OPERATION_NOT_ALLOWED',
    );
  });

  it('of one file are for every app', () => {
    const manifests = Manifests.read(join(folder, 'shop.json'));
    const documents = new OperationDocuments({ manifests });
    expect(documents.find({ documentId: 'op-a' }, 'whoever')).toBe(A);
    expect(documents.find({ documentId: 'op-a' }, undefined)).toBe(A);
  });

  it.each([
    ['{', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['{"a":1}', 'document of a'],
    ['{"format":"other"}', 'no apollo-persisted-query-manifest'],
    ['{"format":"apollo-persisted-query-manifest","version":1,"operations":[{}]}', 'no id'],
  ])('are not read from %s', (text, reason) => {
    expect(() => parseManifest(text)).toThrow(reason);
  });
});
