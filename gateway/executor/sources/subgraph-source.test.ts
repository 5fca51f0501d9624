import { GraphQLError } from 'graphql';
import type { Grant } from '#kernel/auth/grant';
import { makeViewer } from '#kernel/auth/viewer';
import type { DoorRequest, DoorResponse } from '#kernel/graphql/door';
import { silentLogger } from '#kernel/server/log';
import { type CallContext, callContext } from '../../gateway.context';
import { Breaker } from './breaker';
import type { FetchAnswer } from './fetch-source';
import type { Patience } from './patience';
import { SubgraphFailure } from './subgraph-failure';
import { SubgraphSource } from './subgraph-source';

const viewer = makeViewer({ kind: 'USER', accountId: 'acc_1', correlationId: 'corr-0001' });
const call = (more: Partial<CallContext> = {}): CallContext => ({
  ...callContext(viewer, 'http'),
  ...more,
});
const codes = ({ errors = [] }: FetchAnswer): unknown[] =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions?.['code']]);

type Answering = (request: DoorRequest, patience: Patience) => Promise<DoorResponse>;

/** A source over a door that answers so, with its breaker and what was asked. */
function sourceOver(answering: Answering, limits = { queryMs: 60, mutationMs: 120 }) {
  const asked: DoorRequest[] = [];
  const door = {
    name: 'payments',
    execute: (request: DoorRequest, _viewer: unknown, patience?: Patience) => {
      if (patience === undefined) throw new Error('a source always has a limit');
      asked.push(request);
      return answering(request, patience);
    },
  };
  const breaker = new Breaker();
  const told: string[] = [];
  const meter = {
    fetched: (subgraph: string, outcome: string) => told.push(`${subgraph} ${outcome}`),
    coalesced: (subgraph: string) => told.push(`${subgraph} coalesced`),
  };
  const source = new SubgraphSource({ door, log: silentLogger(), limits, breaker, meter });
  return { source, asked, told, state: () => breaker.state(performance.now()) };
}
const never: Answering = (_request, patience) =>
  new Promise((_, reject) => {
    patience.onOver(() => {
      reject(new Error('given up'));
    });
  });
const away: Answering = () => Promise.reject(new SubgraphFailure('SUBGRAPH_UNAVAILABLE'));
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a subgraph that gives no answer', () => {
  it('leaves an error at each field that stays empty', async () => {
    const { source } = sourceOver(away);
    const query = '{ a b: c ... on Query { d } a { x } }';
    expect(codes(await source.fetch({ query }, call()))).toEqual([
      ['a', 'SUBGRAPH_UNAVAILABLE'],
      ['b', 'SUBGRAPH_UNAVAILABLE'],
      ['d', 'SUBGRAPH_UNAVAILABLE'],
    ]);
    const entities = `query($representations:[_Any!]!){_entities(representations:$representations){
      ... on Thing { __typename care } ... on Other { note } }}`;
    const representations = [{ __typename: 'Thing' }, { __typename: 'Other' }];
    const answer = await source.fetch({ query: entities, variables: { representations } }, call());
    expect(answer.data).toBeUndefined();
    expect(codes(answer)).toEqual([
      ['_entities.0.care', 'SUBGRAPH_UNAVAILABLE'],
      ['_entities.1.note', 'SUBGRAPH_UNAVAILABLE'],
    ]);
  });

  it('in time: queries and mutations have their own limits, and the operation its deadline', async () => {
    const { source } = sourceOver(never);
    const took = async (query: string, context = call()): Promise<number> => {
      const began = performance.now();
      expect(codes(await source.fetch({ query }, context))).toEqual([['a', 'SUBGRAPH_TIMEOUT']]);
      return performance.now() - began;
    };
    expect(await took('{ a }')).toBeGreaterThan(50);
    expect(await took('mutation { a }')).toBeGreaterThan(110);
    expect(await took('{ a }', call({ deadline: performance.now() - 1 }))).toBeLessThan(50);
  });

  it('tells a fault of ours by nothing but its code', async () => {
    const { source } = sourceOver(() => Promise.reject(new Error('at 10.0.0.1')));
    const { errors } = await source.fetch({ query: '{ a }' }, call());
    expect(JSON.stringify(errors)).not.toContain('10.0.0.1');
    expect(codes({ errors: errors ?? [] })).toEqual([['a', 'SUBGRAPH_UNAVAILABLE']]);
  });
});

describe('the breaker', () => {
  const times = async (
    source: SubgraphSource,
    count: number,
    context: () => CallContext = call,
  ): Promise<void> => {
    for (let i = 0; i < count; i++) await source.fetch({ query: '{ a }' }, context());
  };

  it('is open after twenty failures: the door is not asked any more, not for mutations either', async () => {
    const { source, asked, told, state } = sourceOver(away);
    await times(source, 20);
    expect(state()).toBe('OPEN');
    expect(new Set(told.splice(0))).toEqual(new Set(['payments unavailable']));
    const answer = await source.fetch({ query: 'mutation { a }' }, call());
    expect(codes(answer)).toEqual([['a', 'SUBGRAPH_UNAVAILABLE']]);
    expect(asked).toHaveLength(20);
    expect(told).toEqual(['payments spared']);
  });

  it('opens for timeouts and wrong lengths too', async () => {
    const late = sourceOver(never, { queryMs: 1, mutationMs: 1 });
    await times(late.source, 20);
    expect(late.state()).toBe('OPEN');
    const short = sourceOver(() => Promise.resolve({ data: { _entities: [] } }));
    const variables = { representations: [{ __typename: 'Thing' }] };
    for (let i = 0; i < 20; i++) {
      const query =
        'query($representations:[_Any!]!){_entities(representations:$representations){a}}';
      expect(codes(await short.source.fetch({ query, variables }, call()))).toEqual([
        ['_entities.0.a', 'SUBGRAPH_UNAVAILABLE'],
      ]);
    }
    expect(short.state()).toBe('OPEN');
  });

  it('does not count errors that the subgraph answered, clients that left and hurried calls', async () => {
    const { source, asked, state } = sourceOver(() =>
      Promise.resolve({ errors: [new GraphQLError('x').toJSON()] }),
    );
    await times(source, 30);
    const slow = sourceOver(never);
    await times(slow.source, 20, () => {
      const client = new AbortController();
      setTimeout(() => client.abort(), 1);
      return call({ signal: client.signal });
    });
    await times(slow.source, 20, () => call({ deadline: performance.now() + 1 }));
    await times(slow.source, 20, () => call({ deadline: performance.now() - 1 }));
    expect([state(), asked.length, slow.state()]).toEqual(['CLOSED', 30, 'CLOSED']);
  });
});

describe('a client that left', () => {
  it('ends its queries, and begins none', async () => {
    const client = new AbortController();
    const { source, asked, told } = sourceOver(never, { queryMs: 60_000, mutationMs: 60_000 });
    const answer = source.fetch({ query: '{ a }' }, call({ signal: client.signal }));
    client.abort();
    expect(codes(await answer)).toEqual([['a', 'SUBGRAPH_UNAVAILABLE']]);
    await source.fetch({ query: '{ a }' }, call({ signal: client.signal }));
    expect(asked).toHaveLength(1);
    expect(told).toEqual(['payments left', 'payments left']);
  });

  it('ends no mutation', async () => {
    const client = new AbortController();
    const { source } = sourceOver(async (_request, patience) => {
      await later(20);
      return { data: { a: patience.over ? 'given up' : 'done' } };
    });
    const answer = source.fetch({ query: 'mutation { a }' }, call({ signal: client.signal }));
    client.abort();
    expect(await answer).toEqual({ data: { a: 'done' } });
  });
});

test('grants are asked for at the root only, and kept', async () => {
  const grant: Grant = { scope: 's', subject: 'ord_1', permVersion: 1, until: 2 };
  const { source, asked } = sourceOver(({ extensions, variables }) =>
    Promise.resolve({
      data: variables === undefined ? { a: 1 } : { _entities: [] },
      ...(extensions?.grant === true && { extensions: { grants: [grant] } }),
    }),
  );
  const grants: Grant[] = [];
  expect(await source.fetch({ query: '{ a }' }, call({ grants }))).toEqual({ data: { a: 1 } });
  expect(grants).toEqual([grant]);
  const variables = { representations: [] };
  await source.fetch({ query: '{ _entities { a } }', variables }, call({ grants }));
  await source.fetch({ query: '{ a }' }, call());
  expect(asked.map(({ extensions }) => extensions?.grant)).toEqual([true, undefined, undefined]);
  expect(grants).toEqual([grant]);
});

describe('entities', () => {
  const query = 'query($representations:[_Any!]!){_entities(representations:$representations){a}}';
  const fetchOf = (source: SubgraphSource, id: number, context = call()): Promise<FetchAnswer> =>
    source.fetch({ query, variables: { representations: [{ __typename: 'T', id }] } }, context);
  const answering: Answering = ({ variables }) => {
    const wanted = variables?.['representations'] as { id: number }[];
    return Promise.resolve({ data: { _entities: wanted.map(({ id }) => ({ a: id })) } });
  };

  it('that operations want at the same time are one call, not when one of them is in a hurry', async () => {
    const { source, asked, told } = sourceOver(answering, { queryMs: 1_000, mutationMs: 1_000 });
    const hurried = call({ deadline: performance.now() + 500 });
    const answers = await Promise.all([
      fetchOf(source, 1),
      fetchOf(source, 2),
      fetchOf(source, 3, hurried),
    ]);
    expect(answers).toEqual([1, 2, 3].map((a) => ({ data: { _entities: [{ a }] } })));
    expect(asked).toHaveLength(2);
    expect(told).toEqual(['payments coalesced', 'payments answered', 'payments answered']);
  });

  it('of one call that fails are told to each where it wanted them', async () => {
    const { source, asked } = sourceOver(away);
    const [one, two] = await Promise.all([fetchOf(source, 1), fetchOf(source, 2)]);
    expect([codes(one), codes(two)]).toEqual([
      [['_entities.0.a', 'SUBGRAPH_UNAVAILABLE']],
      [['_entities.0.a', 'SUBGRAPH_UNAVAILABLE']],
    ]);
    expect(asked).toHaveLength(1);
  });
});
