import type { Tx } from '#kernel/db/database';
import type { DisputeProposalRow } from './dispute-proposal.entity';
import type { DisputeRow } from './dispute.entity';

/** Writes terms of one side down. They never change: a side that thinks again proposes anew. */
export async function proposeIn(
  tx: Tx,
  { id }: DisputeRow,
  terms: Omit<DisputeProposalRow, 'disputeId' | 'at'>,
): Promise<void> {
  const { version, side, kind, amountMinor, text } = terms;
  await tx.query(
    `insert into "disputeProposal" ("disputeId", version, side, kind, "amountMinor", text, at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, version, side, kind, amountMinor, text, tx.now],
  );
}

/** All that was proposed in a dispute, oldest first. */
export const proposalsIn = (tx: Tx, { id }: DisputeRow): Promise<DisputeProposalRow[]> =>
  tx.query('select * from "disputeProposal" where "disputeId" = $1 order by version', [id]);
