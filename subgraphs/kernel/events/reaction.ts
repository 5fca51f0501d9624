import type { Tx } from '../db/database';
import type { Fact } from './fact';

/** What a subgraph does when it hears a fact: in one transaction with the inbox row, so exactly once. */
export interface Reaction {
  /** The fact's type. */
  readonly on: string;
  /** Types of facts that it may tell in turn: `schema/flow.md` is drawn from these. */
  readonly may: readonly string[];
  readonly run: (tx: Tx, fact: Fact) => Promise<void>;
}
