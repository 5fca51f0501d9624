import { type GraphQLError, buildSchema, getOperationAST, parse } from 'graphql';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { neededScopes, refuseWithoutScopes } from './root-scopes';

const SDL = `
  directive @access(scopes: [String!], perUser: Boolean) on FIELD_DEFINITION
  type Query { books: Int @access(scopes: ["books:read"]) own: Int @access(perUser: true) }
  type Mutation {
    write: Int @access(scopes: ["books:write"])
    burn: Int @access(scopes: ["books:write", "fire"])
    look: Int
  }
  type Subscription { written: Int @access(scopes: ["books:read"]) }
`;
const schema = buildSchema(SDL);
const needed = neededScopes(SDL);

const key = (...scopes: string[]): Viewer =>
  makeViewer({ kind: 'API_KEY', accountId: 'acc_1', scopes, correlationId: 'test' });

function refusalOf(source: string, viewer: Viewer, variables = {}): string | undefined {
  const document = parse(source);
  const operation = getOperationAST(document);
  if (operation == null) throw new Error('no operation');
  try {
    refuseWithoutScopes(needed, { schema, document, operation, variables }, viewer);
    return undefined;
  } catch (error) {
    expect((error as GraphQLError).extensions).toEqual({
      code: 'FORBIDDEN',
      http: { status: 403 },
    });
    return (error as GraphQLError).message;
  }
}

it('knows the fields that say scopes, and no others', () => {
  expect([...needed.keys()]).toEqual([
    'Query.books',
    'Mutation.write',
    'Mutation.burn',
    'Subscription.written',
  ]);
});

test.each([
  ['mutation { write }', ['books:read'], 'This needs the scope books:write.'],
  ['mutation { write }', ['books:write'], undefined],
  ['mutation { write }', ['*'], undefined],
  ['mutation { look }', [], undefined],
  ['mutation { look burn }', ['books:write'], 'This needs the scope fire.'],
  ['mutation { a: look b: write }', [], 'This needs the scope books:write.'],
  ['mutation { ...F } fragment F on Mutation { ... { write } }', [], /books:write/],
  ['subscription { written }', ['books:write'], 'This needs the scope books:read.'],
  ['subscription { written }', ['books:read'], undefined],
  ['{ books own }', [], undefined],
] as const)('%s with %j: %s', (source, scopes, expected) => {
  const refusal = refusalOf(source, key(...scopes));
  if (expected === undefined || typeof expected === 'string') expect(refusal).toBe(expected);
  else expect(refusal).toMatch(expected);
});

it('minds what is left out', () => {
  const source = 'mutation ($w: Boolean!) { look write @include(if: $w) burn @skip(if: true) }';
  expect(refusalOf(source, key(), { w: false })).toBeUndefined();
  expect(refusalOf(source, key(), { w: true })).toMatch(/books:write/);
});

it('holds for accounts’ tokens too; who sent none is told to sign in by the owner', () => {
  const user = makeViewer({
    kind: 'USER',
    accountId: 'a',
    scopes: ['books:read'],
    correlationId: 'test',
  });
  expect(refusalOf('mutation { write }', user)).toMatch(/books:write/);
  const nobody = makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' });
  expect(refusalOf('mutation { write }', nobody)).toBeUndefined();
});
