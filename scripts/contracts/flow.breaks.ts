import type { FactName } from '#contracts/facts';

/** A fact that is told at most once about its subject: a circle of facts through it ends there. */
export interface ToldOnce {
  readonly fact: FactName;
  readonly because: string;
}

export const toldOnce: readonly ToldOnce[] = [
  { fact: 'order.confirmed', because: 'an order leaves PLACED once' },
  { fact: 'order.expired', because: 'EXPIRED is final' },
  { fact: 'order.cancelled', because: 'CANCELLED is final' },
  { fact: 'order.completed', because: 'COMPLETED is final' },
];
