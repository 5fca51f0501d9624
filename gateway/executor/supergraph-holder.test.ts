import { composeServices } from '@apollo/composition';
import { type ExecutionResult, parse } from 'graphql';
import { makeViewer } from '#kernel/auth/viewer';
import { silentLogger } from '#kernel/server/log';
import { callContext } from '../gateway.context';
import type { Generation } from './generation';
import { openInlinePlanner } from './planning/planner';
import type { FetchSource } from './sources/fetch-source';
import { SupergraphHolder } from './supergraph-holder';

const sdl = (fields: string): string =>
  composeServices([{ name: 'one', typeDefs: parse(`type Query { ${fields} }`) }]).supergraphSdl ??
  '';

const viewer = makeViewer({ kind: 'ANONYMOUS', correlationId: 'corr-0001' });
const run = async (generation: Generation, source: string): Promise<ExecutionResult> => {
  const operation = await generation.prepare({ source, operationName: undefined });
  return operation.run({}, callContext(viewer, 'http'));
};

let asked = 0;
const source: FetchSource = {
  name: 'one',
  fetch: () => {
    asked += 1;
    return Promise.resolve({ data: { a: 1, b: 2 } });
  },
};
const open = (): Promise<SupergraphHolder> =>
  SupergraphHolder.open(sdl('a: Int'), {
    sources: new Map([['one', source]]),
    openPlanner: openInlinePlanner,
    log: silentLogger(),
  });

describe('a newer supergraph', () => {
  it('takes over for those who come later; who began with the old one ends with it', async () => {
    const holder = await open();
    const old = holder.current;
    expect(await run(old, '{ a }')).toEqual({ data: { a: 1 } });
    const heard: Generation[] = [];
    holder.onChange((generation) => heard.push(generation));
    await holder.replace(sdl('a: Int b: Int'));
    expect(heard).toEqual([holder.current]);
    expect(await run(holder.current, '{ a b }')).toEqual({ data: { a: 1, b: 2 } });
    expect(holder.of(old.schema)).toBe(old);
    expect(await run(old, '{ a }')).toEqual({ data: { a: 1 } });
    const planned = holder.current.mostUsed(9).map((one) => one.source);
    expect(planned.sort()).toEqual(['{ a b }', '{ a }']);
    await holder.close();
  });

  it('is refused when it is damaged or names a subgraph without a door; the old one stays', async () => {
    const holder = await open();
    const old = holder.current;
    const elsewhere = composeServices([
      { name: 'two', typeDefs: parse('type Query { a: Int }') },
    ]).supergraphSdl;
    await expect(holder.replace('type Query {')).rejects.toThrow();
    await expect(holder.replace(elsewhere ?? '')).rejects.toThrow('two');
    await holder.replace(old.sdl);
    expect(holder.current).toBe(old);
    expect(asked).toBeGreaterThan(0);
    await holder.close();
  });
});
