import fc from 'fast-check';
import { makeViewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import { type CallContext, callContext } from '../../gateway.context';
import { EntityBatches } from './entity-batches';
import { ClientLeft, SubgraphFailure } from './subgraph-failure';

const QUERY = 'query($representations:[_Any!]!){_entities(representations:$representations){a}}';
const callOf = (accountId: string, signal?: AbortSignal): CallContext =>
  callContext(
    makeViewer({ kind: 'USER', accountId, correlationId: `of ${accountId} ${Math.random()}` }),
    'http',
    signal,
  );
const requestOf = (representations: unknown[], more: Partial<DoorRequest> = {}): DoorRequest => ({
  query: QUERY,
  ...more,
  variables: { ...more.variables, representations },
});
const thing = (id: number, more: object = {}): object => ({ __typename: 'Thing', id, ...more });

type Mood = 'fine' | 'down';
interface Thing {
  readonly id: number;
  readonly poison?: boolean;
}

/** A subgraph whose answer for a thing depends on the thing only, except that some things spoil the whole answer. */
function subgraph(mood: Mood) {
  const asked: DoorRequest[] = [];
  const send = (request: DoorRequest): Promise<DoorResponse> => {
    asked.push(request);
    if (mood === 'down') return Promise.reject(new SubgraphFailure('SUBGRAPH_TIMEOUT'));
    const things = request.variables?.['representations'] as Thing[];
    if (things.some(({ poison }) => poison)) {
      return Promise.resolve({ data: null, errors: [{ message: 'bad', path: ['_entities'] }] });
    }
    const errors = things.flatMap(({ id }, i) => [
      ...(id % 3 === 0 ? [{ message: `no ${id}`, path: ['_entities', i] }] : []),
      ...(id % 4 === 1 ? [{ message: `half ${id}`, path: ['_entities', i, 'b', 0, 'c'] }] : []),
    ]);
    const entity = (id: number) =>
      id % 3 === 0 ? null : { a: id, b: [id % 4 === 1 ? { c: null } : { c: { id } }] };
    return Promise.resolve({
      data: { _entities: things.map(({ id }) => entity(id)) },
      ...(errors.length > 0 && { errors }),
    });
  };
  return { asked, send };
}

const sorted = ({ data, errors = [] }: DoorResponse) => ({
  data,
  errors: errors.map((error) => JSON.stringify(error)).sort(),
});
const outcome = (answer: Promise<DoorResponse>): Promise<unknown> =>
  answer.then(sorted, (error: unknown) => String(error));

/** Every object and list in a value. */
function* objectsIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

test('what operations get together is what each would get alone, and its own', async () => {
  const things = fc.array(
    fc.oneof(
      { weight: 20, arbitrary: fc.record({ id: fc.integer({ min: 0, max: 12 }) }) },
      { weight: 1, arbitrary: fc.record({ id: fc.constant(13), poison: fc.constant(true) }) },
    ),
    { maxLength: 8 },
  );
  let [together, spoilt] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(things, { minLength: 1, maxLength: 6 }),
      fc.constantFrom<Mood>('fine', 'fine', 'fine', 'down'),
      async (lists, mood) => {
        const [one, other] = [subgraph(mood), subgraph(mood)];
        const batches = new EntityBatches((request) => one.send(request));
        const requests = lists.map((list) =>
          requestOf(list.map(({ id, ...more }) => thing(id, more))),
        );
        const answers = requests.map((request) =>
          batches.ask(request, request.variables?.['representations'] as [], callOf('acc_1')),
        );
        const settled = await Promise.allSettled(answers);
        const alone = await Promise.all(requests.map((request) => outcome(other.send(request))));
        expect(await Promise.all(answers.map(outcome))).toEqual(alone);
        const data = settled.flatMap((result) =>
          result.status === 'fulfilled' ? [...objectsIn(result.value.data?.['_entities'])] : [],
        );
        expect(new Set(data).size).toBe(data.length);
        if (lists.length > 1 && one.asked.length === 1) together += 1;
        if (one.asked.length > 1) spoilt += 1;
        const sent = one.asked[0]?.variables?.['representations'] as unknown[];
        if (lists.length > 1)
          expect(new Set(sent.map((it) => JSON.stringify(it))).size).toBe(sent.length);
      },
    ),
    { numRuns: 300 },
  );
  expect(Math.min(together, spoilt)).toBeGreaterThan(5); // both ways were tried
});

describe('a call is shared', () => {
  const { asked, send } = subgraph('fine');
  const batches = new EntityBatches(send);
  const ask = (request: DoorRequest, call: CallContext): Promise<DoorResponse> =>
    batches.ask(request, request.variables?.['representations'] as [], call);
  beforeEach(() => (asked.length = 0));

  it('by no two callers, texts, operations or other variables', async () => {
    const base = requestOf([thing(1)]);
    await Promise.all([
      ask(base, callOf('acc_1')),
      ask(base, callOf('acc_2')),
      ask(requestOf([thing(1)], { query: `${QUERY} ` }), callOf('acc_1')),
      ask(requestOf([thing(1)], { operationName: 'B' }), callOf('acc_1')),
      ask(requestOf([thing(1)], { variables: { first: 1 } }), callOf('acc_1')),
      ask(requestOf([thing(1)], { variables: { first: 2 } }), callOf('acc_1')),
      ask(requestOf([thing(2)], { variables: { first: 2 } }), callOf('acc_1')),
    ]);
    expect(asked).toHaveLength(6);
  });

  it('by those that ask in the same turn only, and up to a size', async () => {
    await ask(requestOf([thing(1)]), callOf('acc_1'));
    await ask(requestOf([thing(1)]), callOf('acc_1'));
    expect(asked).toHaveLength(2);
    const many = Array.from({ length: 150 }, (_, id) => thing(id));
    await Promise.all([
      ask(requestOf(many), callOf('acc_1')),
      ask(requestOf(many), callOf('acc_1')),
      ask(requestOf(many.slice(0, 50)), callOf('acc_1')),
    ]);
    expect(asked).toHaveLength(4);
  });

  it('until all of them have left', async () => {
    const calls: CallContext[] = [];
    const slow = new EntityBatches((_request, call) => {
      calls.push(call);
      return new Promise((_, reject) => {
        call.signal?.addEventListener('abort', () => reject(new ClientLeft()));
      });
    });
    const clients = [new AbortController(), new AbortController()];
    const answers = clients.map(({ signal }) =>
      slow.ask(requestOf([thing(1)]), [thing(1)], callOf('acc_1', signal)),
    );
    await new Promise(setImmediate);
    clients[0]?.abort();
    expect(calls.map(({ signal }) => signal?.aborted)).toEqual([false]);
    clients[1]?.abort();
    expect(calls.map(({ signal }) => signal?.aborted)).toEqual([true]);
    for (const answer of answers) await expect(answer).rejects.toThrow(ClientLeft);
  });
});
