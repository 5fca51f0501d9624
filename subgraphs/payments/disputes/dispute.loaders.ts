import type { DeadlineRow } from '../deadlines/deadline.types';
import type { Party } from '../payments.party';
import type { InCurrency, Rows } from '../payments.rows';
import type { DisputeAppealRow } from './dispute-appeal.entity';
import type { DisputeDecisionRow } from './dispute-decision.entity';
import type { DisputeProposalRow } from './dispute-proposal.entity';
import type { DisputeRow } from './dispute.entity';

/** Disputes and what was said in them. */
export const disputeLoaders = (rows: Rows, party: Party) => ({
  dispute: rows.one<DisputeRow>(
    'select * from dispute where id = any ($1)',
    (row) => row.id,
    (row) => party.sees(row),
  ),
  /** The caller sees the order's money. */
  disputesByOrder: rows.many<DisputeRow>(
    'select * from dispute where "orderId" = any ($1) order by id',
    (row) => row.orderId,
  ),
  disputeProposals: rows.many<InCurrency<DisputeProposalRow>>(
    `select p.*, d.currency from "disputeProposal" p join dispute d on d.id = p."disputeId"
     where p."disputeId" = any ($1) order by p.version`,
    (row) => row.disputeId,
  ),
  disputeDecisions: rows.many<InCurrency<DisputeDecisionRow>>(
    `select c.*, d.currency from "disputeDecision" c join dispute d on d.id = c."disputeId"
     where c."disputeId" = any ($1) order by c.round`,
    (row) => row.disputeId,
  ),
  disputeAppeals: rows.many<DisputeAppealRow>(
    'select * from "disputeAppeal" where "disputeId" = any ($1)',
    (row) => row.disputeId,
  ),
  disputeDeadlines: rows.many<DeadlineRow & { readonly fireAt: Date }>(
    `select subject, kind, "fireAt" from timer where subject = any ($1) and "fireAt" is not null
     order by "fireAt"`,
    (row) => row.subject,
  ),
});
