import type { TrancheRow } from './tranche.entity';

type Step = Pick<TrancheRow, 'id' | 'kind' | 'number'>;

/** The tranches that pay for a step of work: its milestone, and what cases split off it. */
export const partsOfStep = <T extends Step>(tranches: readonly T[], number: number): T[] =>
  tranches.filter((one) => one.number === number);

/** The milestone that a tranche was split off from; undefined for a milestone itself, and for goods. */
export const milestoneOf = <T extends Step>(
  tranches: readonly T[],
  { id, number }: Pick<Step, 'id' | 'number'>,
): T | undefined =>
  number === null
    ? undefined
    : partsOfStep(tranches, number).find((one) => one.kind === 'MILESTONE' && one.id !== id);
