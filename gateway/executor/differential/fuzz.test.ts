import { makeViewer } from '#kernel/auth/viewer';
import { type Executors, startExecutors } from './executors';
import { Judge, type Reference, type Verdict } from './judge';
import { OperationGenerator, moodOf } from './operations/generator';
import { tortureWorld, tradegraphWorld } from './world/world';

/** More by night: `FUZZ_OPERATIONS=20000 npx jest --selectProjects unit -- differential/fuzz`. */
const OPERATIONS = Number(process.env['FUZZ_OPERATIONS'] ?? 5_200);
/** Other operations: any number. A report tells a seed; `FUZZ_SEED` and `FUZZ_OPERATIONS=1` run it again. */
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 0);
/** One in so many is planned by ApolloGateway too, from the client's own document; the others run one plan twice. */
const WHOLE_EVERY = 8;

const viewer = makeViewer({ kind: 'USER', accountId: 'acc_1', correlationId: 'fuzz' });

/** Runs operations by their seeds and counts the verdicts. The first difference ends it, made small. */
async function compare(
  executors: Executors,
  count: number,
  judge: Judge,
): Promise<Record<Verdict, number>> {
  const generator = new OperationGenerator(executors.schema);
  const verdicts = { equal: 0, 'known difference': 0, different: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed += 1) {
    const operation = generator.operation(seed);
    const mood = moodOf(seed);
    const reference: Reference = seed % WHOLE_EVERY === 0 ? 'apollo' : 'apolloOnOurPlan';
    const verdict = await judge.verdict(operation, mood, reference);
    verdicts[verdict] += 1;
    if (verdict === 'different') throw new Error(await judge.report(operation, mood, reference));
  }
  return verdicts;
}

describe('random operations', () => {
  it.each([
    { graph: 'the graph that uses everything of federation', open: tortureWorld, share: 0.65 },
    { graph: 'our own graph', open: tradegraphWorld, share: 0.35 },
  ])(
    'are answered like ApolloGateway answers them: $graph',
    async ({ open, share }) => {
      const executors = await startExecutors(open());
      const count = Math.ceil(OPERATIONS * share);
      const verdicts = await compare(executors, count, new Judge(executors, viewer));
      expect(verdicts.equal + verdicts['known difference']).toBe(count);
      // Most must be plainly equal, or the comparison says little.
      expect(verdicts['known difference']).toBeLessThan(1 + count * 0.03);
    },
    100 * OPERATIONS,
  );
});
