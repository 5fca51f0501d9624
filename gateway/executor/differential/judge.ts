import type { Viewer } from '#kernel/auth/viewer';
import { comparable, equal, equalButForPlaces } from './comparison';
import type { Executors } from './executors';
import { wrongKeys } from './key-order';
import type { Answer, GeneratedOperation, Mood, Run } from './run';
import { shrink } from './shrink';

/** Which reference an answer is compared with. */
export type Reference = 'apollo' | 'apolloOnOurPlan';

export type Verdict =
  | 'equal'
  /** Unequal to the reference by a listed difference, and equal to it on the way around it. */
  | 'known difference'
  | 'different';

/** Compares an executor with ApolloGateway, operation by operation. */
export class Judge {
  constructor(
    private readonly executors: Executors,
    private readonly viewer: Viewer,
    /** The executor that is judged. */
    private readonly judged: Run = executors.own,
  ) {}

  async verdict(operation: GeneratedOperation, mood: Mood, reference: Reference): Promise<Verdict> {
    const own = await this.run(this.judged, operation, mood);
    if (wrongKeys(this.executors.schema, operation, own) !== undefined) return 'different';
    const theirs = await this.run(this.executors[reference], operation, mood);
    if (equal(own, theirs)) return 'equal';
    if (mayMisplaceErrors(operation, theirs) && equalButForPlaces(own, theirs)) {
      return 'known difference';
    }
    let around = await this.run(this.executors.apolloByDetour, operation, mood);
    // Its planner gives up, see 'introspection in a fragment': its execution and shaping are still compared.
    if (hasThrown(around)) {
      around = await this.run(this.executors.onOurPlanByDetour, operation, mood);
    }
    const same = mayMisplaceErrors(operation, around) ? equalButForPlaces : equal;
    return same(own, around) ? 'known difference' : 'different';
  }

  /** Tells a difference by the smallest operation that shows it. */
  async report(operation: GeneratedOperation, mood: Mood, reference: Reference): Promise<string> {
    const { schema } = this.executors;
    const smallest = await shrink(
      schema,
      operation,
      async (smaller) => (await this.verdict(smaller, mood, reference)) === 'different',
    );
    const own = await this.run(this.judged, smallest, mood);
    const theirs = await this.run(this.executors[reference], smallest, mood);
    return [
      `seed ${mood.seed}: the executor and ${reference} answer differently`,
      smallest.query,
      `variables ${JSON.stringify(smallest.variables)}, mood ${JSON.stringify(mood)}`,
      `own:    ${told(own)}`,
      `theirs: ${told(theirs)}`,
      wrongKeys(schema, smallest, own) ?? '',
    ].join('\n');
  }

  /** An executor that throws has answered too, and wrongly. */
  private async run(run: Run, operation: GeneratedOperation, mood: Mood): Promise<Answer> {
    try {
      return await run(operation, this.viewer, mood);
    } catch (error) {
      return { errors: [{ message: `thrown: ${String(error)}`, extensions: { code: 'THROWN' } }] };
    }
  }
}

/** Only some entities of a list are sent where fragments choose them by type; whole fetches fail under paths of their own. */
const mayMisplaceErrors = ({ query }: GeneratedOperation, { errors = [] }: Answer): boolean =>
  / on \w/.test(query) || errors.some(({ path }) => path?.includes('_entities'));

const hasThrown = ({ errors }: Answer): boolean => errors?.[0]?.extensions?.['code'] === 'THROWN';

const told = (answer: Answer): string =>
  `${JSON.stringify(answer.data)} errors ${comparable(answer).errors.join(' ')} ${
    answer.errors?.find(({ path }) => path === undefined)?.message ?? ''
  }`;
