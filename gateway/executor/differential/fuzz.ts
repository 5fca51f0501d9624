import { makeViewer } from '#kernel/auth/viewer';
import { type Executors, startExecutors } from './executors';
import { Judge, type Reference, type Verdict } from './judge';
import { OperationGenerator, moodOf } from './operations/generator';
import type { Run } from './run';
import type { World } from './world/world';

/** More by night: `FUZZ_OPERATIONS=20000 npx jest --selectProjects unit -- executor/differential`. */
const OPERATIONS = Number(process.env['FUZZ_OPERATIONS'] ?? 5_200);
/** Other operations: any number. A report tells its seed: `FUZZ_SEED=<seed> FUZZ_OPERATIONS=1` runs it again. */
const FIRST_SEED = Number(process.env['FUZZ_SEED'] ?? 0);
/** One in so many is planned by ApolloGateway too, from the client's own document; the others run one plan twice. */
const WHOLE_EVERY = 8;
/** Planning is what takes the time, so each operation meets subgraphs in more than one mood. */
const MOODS = 2;
/** At 10 ms of CPU an operation; a busy machine takes many times that. */
export const FUZZ_TIMEOUT_MS = 60_000 + 200 * OPERATIONS;

const viewer = makeViewer({ kind: 'USER', accountId: 'acc_1', correlationId: 'fuzz' });

/** How many operations a share of the whole run is. */
export const operationsOf = (share: number): number => Math.ceil(OPERATIONS * share);

/** Runs random operations and counts the verdicts. The first difference ends it by an error that tells it, made small. */
export async function compareRandomOperations(
  world: World,
  count: number,
): Promise<Record<Verdict, number>> {
  const executors = await startExecutors(world);
  const judge = new Judge(executors, viewer);
  const generator = new OperationGenerator(executors.schema);
  const verdicts = { equal: 0, 'known difference': 0, different: 0 };
  for (let seed = FIRST_SEED; seed < FIRST_SEED + count; seed += 1) {
    const operation = generator.operation(seed);
    const reference: Reference = seed % WHOLE_EVERY === 0 ? 'apollo' : 'apolloOnOurPlan';
    for (let i = 0; i < MOODS; i += 1) {
      const mood = moodOf(seed + i * 1_000_000_007);
      const verdict = await judge.verdict(operation, mood, reference);
      verdicts[verdict] += 1;
      if (verdict !== 'different') continue;
      const report = await judge.report(operation, mood, reference);
      throw new Error(`seed ${seed}: ${report}`);
    }
  }
  return verdicts;
}

/** How many operations it takes to find out that an executor is not the one that it should be; undefined when none did. */
export async function operationsUntilFound(
  executors: Executors,
  judged: Run,
  atMost: number,
): Promise<number | undefined> {
  const judge = new Judge(executors, viewer, judged);
  const generator = new OperationGenerator(executors.schema);
  for (let seed = 0; seed < atMost; seed += 1) {
    const verdict = await judge.verdict(generator.operation(seed), moodOf(seed), 'apolloOnOurPlan');
    if (verdict === 'different') return seed + 1;
  }
  return undefined;
}
