import { z } from 'zod';
import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import { policyVersionOf } from '../evidence/contract.service';
import { DISPUTE_FAULTS, type Division } from './decision.rules';
import type { DisputeDecisionRow } from './dispute-decision.entity';
import type { DisputeRow } from './dispute.entity';
import { type Disputed, aboutDispute, named } from './dispute-move.service';

const minor = z.coerce.bigint();
/** A decision as it is stored until a second person agrees to it. */
export const decision = z.object({
  disputeId: z.string(),
  round: z.literal([1, 2]),
  fault: z.enum(DISPUTE_FAULTS),
  refundMinor: minor,
  releaseMinor: minor,
  goodwillMinor: minor,
  currency: z.string(),
  returnRequired: z.boolean(),
  clauses: z.array(z.string()),
  evidenceIds: z.array(z.string()),
  reason: z.string(),
});
/** What an operator decides; round 2 decides an appeal, or about what came back. */
export type Decision = z.output<typeof decision>;

/** Who answers for a decision. */
export interface Deciders {
  readonly decidedBy: string;
  readonly approvedBy: string | null;
}

const INSERT = `
  insert into "disputeDecision" ("disputeId", round, "decidedBy", "approvedBy", fault, "stakeMinor",
    "refundMinor", "releaseMinor", "goodwillMinor", "returnRequired", "policyVersion", clauses,
    "evidenceIds", reason, at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

/** Writes a decision down. The database has the last word on its sums and on who decided. */
export async function writeIn(
  tx: Tx,
  { id, stakeMinor, orderId }: DisputeRow,
  decision: Omit<Decision, 'disputeId' | 'currency' | 'round'> & { readonly round: number },
  { decidedBy, approvedBy }: Deciders,
): Promise<void> {
  const row: Omit<DisputeDecisionRow, 'disputeId' | 'policyVersion' | 'at'> = {
    ...decision,
    ...{ stakeMinor, decidedBy, approvedBy },
  };
  await tx.query(INSERT, [
    ...[id, row.round, row.decidedBy, row.approvedBy, row.fault, row.stakeMinor, row.refundMinor],
    ...[row.releaseMinor, row.goodwillMinor, row.returnRequired],
    await policyVersionOf(tx, orderId),
    ...[row.clauses, row.evidenceIds, row.reason, tx.now],
  ]);
}

/** What was decided in a dispute so far, in its order. */
export const decisionsIn = (tx: Tx, disputeId: string): Promise<DisputeDecisionRow[]> =>
  tx.query('select * from "disputeDecision" where "disputeId" = $1 order by round', [disputeId]);

/** Tells what was decided. */
export const decided =
  (found: Disputed, { refundMinor, fault, returnRequired, clauses }: Judged) =>
  (now: DisputeRow): NewFact =>
    fact('dispute.decided', aboutDispute(now), {
      ...named(now, found.held),
      fault,
      refundMinor: refundMinor.toString(),
      currency: now.currency,
      returnRequired,
      clauses: [...clauses],
    });
type Judged = Division & Pick<Decision, 'fault' | 'returnRequired' | 'clauses'>;
