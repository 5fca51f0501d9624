import { makeViewer } from '#kernel/auth/viewer';
import { type Executors, startExecutors } from '../executors';
import type { Answer } from '../run';
import { ENTITY_CASES } from './entity-cases';
import { DIFFERENCES, type ExpectedErrors } from './federation-case';
import { REQUEST_CASES } from './request-cases';
import { SHAPE_CASES } from './shape-cases';
import { SHOP } from './shop';
import { writtenWorld } from './written-subgraph';

const CASES = [...ENTITY_CASES, ...SHAPE_CASES, ...REQUEST_CASES];
const viewer = makeViewer({ kind: 'ANONYMOUS', correlationId: 'cases' });
const mood = { seed: 0, nulls: 0, errors: 0, outages: 0 };

/** An answer in the form in which cases write it. */
function written({ data, errors = [] }: Answer): [string | undefined, string[]] {
  const told = errors.map(({ path, extensions }) => {
    const code = extensions?.['code'] ?? 'INTERNAL';
    return JSON.stringify([path ?? null, code === 'DOWNSTREAM_SERVICE_ERROR' ? 'INTERNAL' : code]);
  });
  return [JSON.stringify(data), [...new Set(told)].sort()];
}

const expected = (
  data: string | undefined,
  errors: ExpectedErrors = [],
): [string | undefined, string[]] => [data, errors.map((one) => JSON.stringify(one)).sort()];

describe('federation, with answers written by hand', () => {
  let executors: Executors;
  beforeAll(async () => {
    executors = await startExecutors(writtenWorld(SHOP));
  });

  it('has enough cases, each with a name of its own', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map(({ it: name }) => name)).size).toBe(CASES.length);
  });

  it.each(CASES)('$it', async ({ query, variables = {}, data, errors }) => {
    const answer = await executors.own({ query, variables }, viewer, mood);
    expect(written(answer)).toEqual(expected(data, errors));
  });

  it.each(CASES)('Apollo: $it', async ({ query, variables = {}, data, errors, apollo }) => {
    const answer = await executors
      .apollo({ query, variables }, viewer, mood)
      .catch(() => ({ errors: [{ message: 'thrown', extensions: { code: 'THROWN' } }] }));
    const own = expected(data, errors);
    const its = apollo === undefined ? own : expected(apollo.data, apollo.errors);
    expect(written(answer)).toEqual(its);
    // A difference that is none any more has to leave the list.
    if (apollo !== undefined) expect(its).not.toEqual(own);
  });

  it('shows each listed difference by an example', () => {
    const shown = new Set(CASES.flatMap(({ apollo }) => apollo?.because ?? []));
    expect([...shown].sort()).toEqual(Object.keys(DIFFERENCES).sort());
  });
});
