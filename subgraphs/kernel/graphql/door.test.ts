import { GraphQLError, GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { makeViewer } from '../auth/viewer';
import { CallError, Refusal } from '../errors/refusal';
import { silentLogger } from '../server/log';
import type { Subgraph } from '../server/subgraph';
import { LocalDoor } from './door';

const viewer = makeViewer({ kind: 'ANONYMOUS', correlationId: 'corr' });
const failures: Record<string, () => Error> = {
  fault: () => new Error('password of the database is hunter2'),
  call: () => new CallError('FORBIDDEN'),
  refusal: () => new Refusal('TOO_LATE', 'It is too late.'),
  graphql: () => new GraphQLError('bad id', { extensions: { code: 'BAD_USER_INPUT' } }),
};
const fields = Object.fromEntries(
  Object.entries(failures).map(([name, failure]) => [
    name,
    {
      type: GraphQLString,
      resolve: () => {
        throw failure();
      },
    },
  ]),
);
const schema = new GraphQLSchema({
  query: new GraphQLObjectType({
    name: 'Query',
    fields: {
      ...fields,
      who: {
        type: GraphQLString,
        resolve: (_root, _args, context: { who: string }) => context.who,
      },
    },
  }),
});
const door = new LocalDoor(
  {
    name: 'shop',
    schema,
    context: ({ kind }: { kind: string }) => ({ who: kind }),
  } as unknown as Subgraph,
  silentLogger(),
);

test('a request runs with its viewer’s context', async () => {
  expect(await door.execute({ query: '{ who }' }, viewer)).toEqual({ data: { who: 'ANONYMOUS' } });
});

test('a fault is masked and carries the correlation id', async () => {
  const answer = await door.execute({ query: '{ fault }' }, viewer);
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  expect(answer.errors).toMatchObject([
    {
      message: 'Internal error',
      path: ['fault'],
      extensions: { code: 'INTERNAL', correlationId: 'corr' },
    },
  ]);
});

test.each([
  ['call', 'FORBIDDEN'],
  ['refusal', 'TOO_LATE'],
  ['graphql', 'BAD_USER_INPUT'],
])('a %s error keeps its code', async (field, code) => {
  const answer = await door.execute({ query: `{ ${field} }` }, viewer);
  expect(answer.errors).toMatchObject([{ extensions: { code } }]);
  expect(answer.data).toEqual({ [field]: null });
});

test('a document that does not parse or fit is answered, also the second time', async () => {
  for (const query of ['{', '{ nothing }', '{ nothing }']) {
    const answer = await door.execute({ query }, viewer);
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.length).toBe(1);
  }
});
