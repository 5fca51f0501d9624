import type { Tx } from '#kernel/db/database';
import type { Fact, NewFact } from '#kernel/events/fact';
import type { Reaction } from '#kernel/events/reaction';
import { type FactData, type FactInput, type FactName, facts } from './facts';

/** A fact to publish; its data is checked against the table before it can be committed. */
export function fact<N extends FactName>(
  type: N,
  about: {
    readonly subject: string;
    readonly version?: number;
    readonly topics: readonly string[];
  },
  data: FactInput<N>,
): NewFact {
  facts[type].parse(data);
  return { type, ...about, data };
}

/** What a reaction is told besides the data. */
export type Heard = Pick<Fact, 'id' | 'time' | 'correlationId' | 'actor'>;

/**
 * Declares how a subgraph reacts to a fact and which facts (`may`) that can lead to. Telling another one is a mistake in
 * the declaration, and thrown: `schema/flow.md` is drawn from it.
 */
export const reaction = <N extends FactName>(
  on: N,
  may: readonly FactName[],
  run: (tx: Tx, data: FactData<N>, heard: Heard) => Promise<void>,
): Reaction => ({
  on,
  may,
  run: (tx, heard) => run(telling(tx, on, may), facts[on].parse(heard.data) as FactData<N>, heard),
});

function telling(tx: Tx, on: FactName, may: readonly string[]): Tx {
  const limited = Object.create(tx) as Tx;
  limited.publish = (...told) => {
    const other = told.find(({ type }) => !may.includes(type));
    if (other !== undefined) throw new Error(`the reaction to ${on} may not tell ${other.type}`);
    tx.publish(...told);
  };
  return limited;
}
