import { clauseOf } from '#contracts/trade-policy';
import type { Queries } from '#kernel/db/database';
import type { DisputeAppealRow } from '../disputes/dispute-appeal.entity';
import type { DisputeDecisionRow } from '../disputes/dispute-decision.entity';
import type { DisputeProposalRow } from '../disputes/dispute-proposal.entity';
import type { DisputeRow } from '../disputes/dispute.entity';
import type { ContractSnapshotRow } from './contract-snapshot.entity';
import { type DisputeDocument, sealedText } from './dispute-export.rules';
import { CHAIN_START, entryJson } from './evidence-chain.rules';
import type { EvidenceRow } from './evidence.entity';
import type { EvidenceService } from './evidence.service';

/** A dispute with all that it was decided on, as one file that anybody can check without us. */
export class DisputeExportService {
  constructor(
    private readonly db: Queries,
    private readonly evidence: EvidenceService,
  ) {}

  /** The caller has checked that the viewer may see the dispute. What they may not see of it keeps only its hash. */
  async export(
    dispute: DisputeRow,
    all: readonly EvidenceRow[],
    seen: readonly EvidenceRow[],
  ): Promise<string> {
    const { id, orderId } = dispute;
    const [contract, proposals, decisions, appeal] = await Promise.all([
      this.db.first<ContractSnapshotRow>('select * from "contractSnapshot" where "orderId" = $1', [
        orderId,
      ]),
      this.db.query<DisputeProposalRow>(
        'select * from "disputeProposal" where "disputeId" = $1 order by version',
        [id],
      ),
      this.db.query<DisputeDecisionRow>(
        'select * from "disputeDecision" where "disputeId" = $1 order by round',
        [id],
      ),
      this.db.first<DisputeAppealRow>('select * from "disputeAppeal" where "disputeId" = $1', [id]),
    ]);
    const filed = await this.filed(all, seen);
    return sealedText({
      format: 'tradegraph-dispute/1',
      dispute: disputeJson(dispute),
      contract: contract === undefined ? null : { hash: contract.hash, text: contract.text },
      proposals: proposals.map(({ disputeId: _dispute, at, amountMinor, ...one }) => ({
        ...one,
        amountMinor: amountMinor.toString(),
        at: at.toISOString(),
      })),
      evidence: filed,
      headHash: filed.at(-1)?.entryHash ?? CHAIN_START,
      decisions: decisions.map(decisionJson),
      appeal:
        appeal === undefined
          ? null
          : { side: appeal.side, reason: appeal.reason, at: appeal.at.toISOString() },
      clauses: citedBy(decisions),
    });
  }

  private async filed(
    all: readonly EvidenceRow[],
    shown: readonly EvidenceRow[],
  ): Promise<DisputeDocument['evidence']> {
    const visible = new Set(shown.map(({ id }) => id));
    const texts = await this.evidence.texts(shown);
    return all.map((row) => {
      const { id, number, prevHash, entryHash, contentHash } = row;
      const seen = visible.has(id);
      return {
        ...{ id, number, prevHash, entryHash },
        entry: seen ? entryJson(row) : null,
        text: seen ? (texts.get(contentHash) ?? null) : null,
      };
    });
  }
}

const disputeJson = (dispute: DisputeRow): DisputeDocument['dispute'] => ({
  id: dispute.id,
  orderId: dispute.orderId,
  buyerId: dispute.buyerId,
  sellerId: dispute.sellerId,
  currency: dispute.currency,
  stakeMinor: dispute.stakeMinor.toString(),
  kind: dispute.kind,
  reason: dispute.reason,
  text: dispute.text,
  state: dispute.state,
  openedAt: dispute.openedAt.toISOString(),
  closedAt: dispute.closedAt?.toISOString() ?? null,
  lines: dispute.lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
});

/** Without who decided: a decision is the platform's. */
const decisionJson = (row: DisputeDecisionRow): DisputeDocument['decisions'][number] => ({
  round: row.round,
  fault: row.fault,
  stakeMinor: row.stakeMinor.toString(),
  refundMinor: row.refundMinor.toString(),
  releaseMinor: row.releaseMinor.toString(),
  goodwillMinor: row.goodwillMinor.toString(),
  returnRequired: row.returnRequired,
  policyVersion: row.policyVersion,
  reason: row.reason,
  clauses: [...row.clauses],
  evidenceIds: [...row.evidenceIds],
  at: row.at.toISOString(),
});

/** Each clause that a decision cites, word for word, once. */
function citedBy(decisions: readonly DisputeDecisionRow[]): DisputeDocument['clauses'] {
  const cited = decisions.flatMap(({ policyVersion: version, clauses }) =>
    clauses.flatMap((id) => {
      const clause = clauseOf(version, id);
      if (clause === undefined) return [];
      return [{ version, id, title: clause.title, text: clause.text }];
    }),
  );
  return [...new Map(cited.map((one) => [`${one.version} ${one.id}`, one])).values()];
}
