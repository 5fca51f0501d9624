import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import type { Payload } from '#kernel/graphql/payload.types';
import type { Approval } from '../approvals/approval.types';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import type { Decided } from './dispute-decide.service';
import type { Decision } from './dispute-decision.service';
import {
  DisputeAppealDecideInput,
  DisputeDecideInput,
  DisputeVerdictInput,
} from './dispute.input.types';
import {
  DisputeAppealDecidePayload,
  DisputeDecidePayload,
  type DisputeDecisionPreview,
  DisputeDecisionPreviewPayload,
} from './dispute.payload.types';
import type { Dispute } from './dispute.types';

const MOST_CLAUSES = 20;
const MOST_EVIDENCE = 100;

@Resolver()
export class DisputeDecideResolver {
  @Mutation(() => DisputeDecidePayload, {
    nullable: true,
    description:
      'Decides a dispute. Operators; above the limit of one person, and with goodwill, a second one must agree.',
  })
  disputeDecide(
    @Arg('input', () => DisputeDecideInput, { description: 'The decision.' })
    input: DisputeDecideInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute; approval: Approval | null }>> {
    return DisputeDecidePayload.settle(async () => {
      const decision = { ...decisionOf(input, 1), key: keyOf(input.idempotencyKey) };
      return shown(context, await context.disputeDecisions.decide(context.viewer, decision));
    });
  }

  @Mutation(() => DisputeAppealDecidePayload, {
    nullable: true,
    description:
      'Upholds or changes a decision that was appealed: operators who had no part in it. It is final.',
  })
  disputeAppealDecide(
    @Arg('input', () => DisputeAppealDecideInput, { description: 'The decision.' })
    input: DisputeAppealDecideInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ dispute: Dispute; approval: Approval | null }>> {
    return DisputeAppealDecidePayload.settle(async () => {
      const decision = { ...decisionOf(input, 2), key: keyOf(input.idempotencyKey) };
      return shown(context, await context.disputeDecisions.decide(context.viewer, decision));
    });
  }

  @Query(() => DisputeDecisionPreviewPayload, {
    nullable: true,
    description: 'What a decision would do: it is run for real and rolled back. Operators.',
  })
  disputeDecisionPreview(
    @Arg('input', () => DisputeVerdictInput, { description: 'The decision.' })
    input: DisputeVerdictInput,
    @Arg('appeal', () => Boolean, { defaultValue: false, description: 'Of an appeal.' })
    appeal: boolean,
    @Ctx() { viewer, disputeDecisions }: PaymentsContext,
  ): Promise<Payload<{ preview: DisputeDecisionPreview }>> {
    return DisputeDecisionPreviewPayload.settle(async () => {
      const decision = decisionOf(input, appeal ? 2 : 1);
      const { needsApproval, legs } = await disputeDecisions.preview(viewer, decision);
      const shownLegs = legs.map(({ amountMinor, currency, ...leg }) => ({
        ...leg,
        amount: MoneyType.of(amountMinor, currency),
      }));
      return { preview: { needsApproval, legs: shownLegs } };
    });
  }
}

function decisionOf(input: DisputeVerdictInput, round: 1 | 2): Decision {
  const { disputeId, refund, release, goodwill, fault, returnRequired } = input;
  const amounts = [refund, release, ...(goodwill == null ? [] : [goodwill])];
  if (amounts.some(({ currencyCode }) => currencyCode !== refund.currencyCode)) {
    throw refuse('AMOUNT_INVALID', { field: ['input'] });
  }
  const clauses = [...new Set(input.clauses)];
  const evidenceIds = [...new Set(input.evidenceIds)];
  if (clauses.length > MOST_CLAUSES) {
    const message = `At most ${String(MOST_CLAUSES)} clauses.`;
    throw refuse('CLAUSE_REQUIRED', { field: ['input', 'clauses'], message });
  }
  if (evidenceIds.length > MOST_EVIDENCE) {
    const message = `At most ${String(MOST_EVIDENCE)} pieces of evidence.`;
    throw refuse('EVIDENCE_REFUSED', { field: ['input', 'evidenceIds'], message });
  }
  return {
    ...{ disputeId, round, fault, returnRequired, clauses, evidenceIds },
    currency: refund.currencyCode,
    refundMinor: refund.minorUnits,
    releaseMinor: release.minorUnits,
    goodwillMinor: goodwill?.minorUnits ?? 0n,
    reason: reasonOf(input.reason),
  };
}

async function shown(
  { load, approvals }: PaymentsContext,
  { disputeId, approvalId }: Decided,
): Promise<{ dispute: Dispute; approval: Approval | null }> {
  const dispute = await load.dispute.load(disputeId);
  if (dispute === null) throw refuse('NOT_FOUND');
  const approval = approvalId === null ? undefined : await approvals.find(approvalId);
  return { dispute, approval: approval ?? null };
}
