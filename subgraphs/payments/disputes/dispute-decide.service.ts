import { isClause } from '#contracts/trade-policy';
import { type DisputeId, disputeIds } from '#contracts/ids';
import { type Viewer, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { dryRun } from '#kernel/db/dry-run';
import { once } from '#kernel/db/idempotency';
import { type Granted, approvalAct, proposeIn } from '../approvals/proposal.service';
import { actorOf } from '../balances/seller.service';
import { type PostedLeg, postedIn } from '../ledger/posted.service';
import type { ApprovalId } from '../payments.ids';
import { refuse } from '../payments.errors';
import { policyVersionOf } from '../evidence/contract.service';
import { faultOf, isTied, mayOrderReturn, needsSecond } from './decision.rules';
import type { DisputeRow } from './dispute.entity';
import { type Decision, type Deciders, decision, decisionsIn } from './dispute-decision.service';
import { isHeldByOthers } from './dispute-money.service';
import { type Disputed, lockDispute } from './dispute-move.service';
import type { DisputeVerdictService } from './dispute-verdict.service';

/** What came of it: done, or stored until somebody else agrees. */
export interface Decided {
  readonly disputeId: DisputeId;
  readonly approvalId: ApprovalId | null;
}

/** What would happen. */
export interface DecisionPreview {
  readonly needsApproval: boolean;
  readonly legs: readonly PostedLeg[];
}

/** Operators judge what the parties could not agree on. */
export class DisputeDecideService {
  /** What runs when a second person agrees: everything is judged again. */
  readonly act = approvalAct(decision, async (tx, input, { proposer, granter }: Granted) => {
    await this.decideIn(tx, input, { decidedBy: proposer, approvedBy: granter });
  });

  constructor(
    private readonly db: Database,
    private readonly verdicts: DisputeVerdictService,
  ) {}

  /**
   * Operators. Above the limit of one person, or with goodwill, it is stored until another one agrees. What an appeal
   * gives the buyer and the seller has no more is goodwill too: that is known only when it is done. Refuses with
   * NOT_FOUND, TRANSITION_NOT_ALLOWED, TRANCHE_FROZEN (another case has the money), AMOUNT_INVALID, CLAUSE_REQUIRED,
   * EVIDENCE_REFUSED, DECIDER_CONFLICT, APPROVAL_PENDING.
   */
  async decide(viewer: Viewer, { key, ...wanted }: Decision & { key: string }): Promise<Decided> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    const mutation = wanted.round === 1 ? 'disputeDecide' : 'disputeAppealDecide';
    const intent = { scope: `${actorOf(viewer)}:${mutation}`, key, input: wanted };
    const run = (needsOther: boolean): Promise<Decided> =>
      this.db.transaction(viewer, (tx) =>
        once(tx, intent, async () => {
          const { dispute } = await judged(tx, wanted, [person]);
          const { id: disputeId, stakeMinor, currency } = dispute;
          if (needsOther || needsSecond(stakeMinor, wanted, currency)) {
            const { disputeId: subject, reason } = wanted;
            const what = { kind: 'DISPUTE_DECISION', subject, input: wanted, reason } as const;
            return { disputeId, approvalId: await proposeIn(tx, { ...what, proposer: person }) };
          }
          const gives = await this.decideIn(tx, wanted, { decidedBy: person, approvedBy: null });
          if (gives > 0n) throw new GivesAlone();
          return { disputeId, approvalId: null };
        }),
      );
    return run(false).catch((error: unknown) => {
      if (error instanceof GivesAlone) return run(true);
      throw error;
    });
  }

  /** Runs the decision as it is and rolls it back. */
  preview(viewer: Viewer, wanted: Decision): Promise<DecisionPreview> {
    requireRole(viewer, 'OPERATOR');
    const person = requireAccount(viewer);
    return dryRun(this.db, viewer, async (tx) => {
      const { dispute } = await judged(tx, wanted, [person]);
      const gives = await this.decideIn(tx, wanted, { decidedBy: person, approvedBy: null });
      const needsApproval = gives > 0n || needsSecond(dispute.stakeMinor, wanted, dispute.currency);
      return { needsApproval, legs: await postedIn(tx) };
    });
  }

  /** Says what the platform gives of its own, more than it gave before. */
  private async decideIn(tx: Tx, wanted: Decision, by: Deciders): Promise<bigint> {
    const people = [by.decidedBy, ...(by.approvedBy === null ? [] : [by.approvedBy])];
    const found = await judged(tx, wanted, people);
    if (wanted.round === 2) return this.verdicts.amendIn(tx, found, wanted, by);
    await this.verdicts.decideIn(tx, found, wanted, by);
    return wanted.goodwillMinor;
  }
}

/** One person's decision would give the platform's money away: nothing of it is kept, and it is proposed instead. */
class GivesAlone extends Error {}

const OTHER_CASE = 'Another case has frozen this money: it must let go first.';
const NO_RETURN = 'The goods came back already, or it is too late to make a refund wait for them.';

/** The dispute, locked, if it can be decided like this by these people. */
async function judged(tx: Tx, wanted: Decision, people: readonly string[]): Promise<Disputed> {
  const id = disputeIds.parse(wanted.disputeId);
  const found = id && (await lockDispute(tx, id));
  if (found === undefined) throw refuse('NOT_FOUND', { field: ['input', 'disputeId'] });
  const { dispute } = found;
  const awaited = wanted.round === 1 ? 'UNDER_REVIEW' : 'APPEALED';
  if (dispute.state !== awaited) throw refuse('TRANSITION_NOT_ALLOWED');
  if (await isHeldByOthers(tx, dispute)) throw refuse('TRANCHE_FROZEN', { message: OTHER_CASE });
  const policy = await policyVersionOf(tx, dispute.orderId);
  const known = (clause: string) => isClause(policy, clause);
  const fault =
    wanted.currency === dispute.currency
      ? faultOf(wanted, dispute.stakeMinor, known)
      : 'AMOUNT_INVALID';
  if (fault !== undefined) throw refuse(fault, { field: ['input'] });
  if (!(await areFiledIn(tx, dispute, wanted.evidenceIds))) {
    throw refuse('EVIDENCE_REFUSED', { field: ['input', 'evidenceIds'] });
  }
  if (
    wanted.returnRequired &&
    !mayOrderReturn(dispute, wanted, await decisionsIn(tx, dispute.id))
  ) {
    const field = ['input', 'returnRequired'];
    throw refuse('TRANSITION_NOT_ALLOWED', { field, message: NO_RETURN });
  }
  if (isTied(people, await involvedIn(tx, dispute))) throw refuse('DECIDER_CONFLICT');
  return found;
}

/** Whether all of this evidence was filed in a dispute. */
async function areFiledIn(
  tx: Tx,
  { id }: DisputeRow,
  evidence: readonly string[],
): Promise<boolean> {
  const filed = await tx.query(
    'select 1 as one from evidence where "caseId" = $1 and id = any ($2)',
    [id, evidence],
  );
  return filed.length === evidence.length;
}

async function involvedIn(tx: Tx, { id, buyerId, sellerId }: DisputeRow) {
  const members = await tx.query<{ accountId: string }>(
    'select "accountId" from "sellerMember" where "sellerId" = $1',
    [sellerId],
  );
  const before = await decisionsIn(tx, id);
  const earlier = before.flatMap((one) => [one.decidedBy, one.approvedBy ?? '']);
  return { parties: [buyerId, ...members.map(({ accountId }) => accountId)], earlier };
}
