import { type GraphQLSchema, parse, validate } from 'graphql';
import { Random } from '../random';
import type { GeneratedOperation } from '../run';
import { FragmentTypes } from './fragment-types';
import { OperationWriter } from './operation-writer';

/** Makes operations that are valid for a schema; equal seeds make equal operations. */
export class OperationGenerator {
  private readonly fragmentTypes: FragmentTypes;

  constructor(private readonly schema: GraphQLSchema) {
    this.fragmentTypes = new FragmentTypes(schema);
  }

  operation(seed: number): GeneratedOperation {
    for (let attempt = 0; ; attempt += 1) {
      const random = new Random(seed + attempt * 1_000_003);
      const daring = attempt < 2 && random.chance(0.2);
      const limits = { fields: 2 + random.below(16), depth: 2 + random.below(5), daring };
      const operation = new OperationWriter(
        this.schema,
        this.fragmentTypes,
        random,
        limits,
      ).write();
      const errors = validate(this.schema, parse(operation.query), undefined, { maxErrors: 1 });
      if (errors.length === 0) return operation;
      if (attempt > 20) throw new Error(`seed ${seed}: ${errors[0]?.message ?? ''}`);
    }
  }
}

/** How the subgraphs behave for a seed: one third of all runs meet no trouble, others much of it. */
export function moodOf(seed: number): {
  seed: number;
  nulls: number;
  errors: number;
  outages: number;
} {
  const random = new Random(seed ^ 0x5eed);
  const trouble = random.pick([0, 1, 3]);
  return {
    seed,
    nulls: 0.06 * trouble,
    errors: 0.03 * trouble,
    outages: random.chance(0.2) ? 0.05 * trouble : 0,
  };
}
