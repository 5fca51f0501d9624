import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { openInlinePlanner } from './planner';
import { type PlanningLimits, workerPlanners } from './worker-planner';

const FROM_SOURCES = ['--require', 'tsx/cjs'];

const { supergraphSdl = '' } = composeServices([
  { name: 'one', typeDefs: parse('type Query { a: A } type A @key(fields: "id") { id: ID! }') },
  { name: 'two', typeDefs: parse('type A @key(fields: "id") { id: ID! b: Int }') },
]);
const request = { document: '{ a { b } }', operationName: undefined };

async function open(limits?: PlanningLimits) {
  return workerPlanners(limits, FROM_SOURCES)(supergraphSdl);
}

const codeOf = (error: unknown): unknown =>
  (error as { extensions?: { code?: unknown } }).extensions?.code;

describe('planning in a thread', () => {
  it('gives the plans that planning here gives, and refuses what cannot be planned', async () => {
    const [worker, inline] = await Promise.all([open(), openInlinePlanner(supergraphSdl)]);
    const plans = await Promise.all([worker.plan(request), worker.plan(request)]);
    expect(plans[0]).toEqual(JSON.parse(JSON.stringify(await inline.plan(request))));
    expect(plans[1]).toEqual(plans[0]);
    const bad = { document: '{ nothing }', operationName: undefined };
    expect(await worker.plan(bad).catch(codeOf)).toBe('PLANNING_LIMIT');
    expect(await inline.plan(bad).catch(codeOf)).toBe('PLANNING_LIMIT');
    expect(await worker.plan(request)).toEqual(plans[0]);
    await Promise.all([worker.close(), inline.close()]);
  }, 60_000);

  it('does not begin with a damaged supergraph', async () => {
    await expect(workerPlanners(undefined, FROM_SOURCES)('type Query {')).rejects.toThrow();
  }, 60_000);

  it('ends a thread that takes too long; who waits is served by the next one', async () => {
    const worker = await open({ planMs: 400, waiting: 2 });
    const fields = Array.from({ length: 12_000 }, (_, i) => `x${i}: a { b id }`).join(' ');
    const long = worker.plan({ document: `{ ${fields} }`, operationName: undefined }).catch(codeOf);
    const waiting = [worker.plan(request), worker.plan(request)];
    expect(await worker.plan(request).catch(codeOf)).toBe('OVERLOADED');
    expect(await long).toBe('PLANNING_LIMIT');
    for (const plan of await Promise.all(waiting)) expect(plan.kind).toBe('QueryPlan');
    await worker.close();
  }, 60_000);
});
