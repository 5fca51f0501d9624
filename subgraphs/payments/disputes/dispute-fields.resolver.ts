import { Ctx, Directive, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { type Viewer, hasRole, hasScope } from '#kernel/auth/viewer';
import { MoneyType } from '#kernel/graphql/money.types';
import { ActionType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { Escrow, Order } from '../escrow/escrow.types';
import type { PaymentsContext } from '../payments.context';
import type { Loaders } from '../payments.loaders';
import { Refund } from '../refunds/refund.types';
import { type ViewerRefusal, disputeActions } from './dispute-action.rules';
import {
  Dispute,
  DisputeAppeal,
  DisputeDecision,
  DisputeEvent,
  DisputeProposal,
} from './dispute.types';

@Resolver(() => Dispute)
export class DisputeFieldsResolver {
  @FieldResolver(() => Order, { description: 'The order that it is about.' })
  order(@Root() { orderId }: Dispute): Order {
    return { id: orderId };
  }

  @FieldResolver(() => Escrow, { nullable: true, description: 'The order’s money.' })
  escrow(@Root() { escrowId }: Dispute, @Ctx() { load }: PaymentsContext): Promise<Escrow | null> {
    return load.escrow.load(escrowId);
  }

  @FieldResolver(() => MoneyType, { description: 'What can be won and lost.' })
  atStake(@Root() { stakeMinor, currency }: Dispute): MoneyType {
    return MoneyType.of(stakeMinor, currency);
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [DisputeProposal], { description: 'What was proposed, oldest first.' })
  proposals(@Root() { id }: Dispute, @Ctx() { load }: PaymentsContext): Promise<DisputeProposal[]> {
    return load.disputeProposals.load(id);
  }

  @Directive('@listSize(assumedSize: 1)')
  @FieldResolver(() => [DisputeDecision], {
    description: 'What was decided: at most one decision, and one on appeal.',
  })
  decisions(@Root() { id }: Dispute, @Ctx() { load }: PaymentsContext): Promise<DisputeDecision[]> {
    return load.disputeDecisions.load(id);
  }

  @FieldResolver(() => DisputeAppeal, {
    nullable: true,
    description: 'The appeal, if there is one.',
  })
  async appeal(
    @Root() { id }: Dispute,
    @Ctx() { load }: PaymentsContext,
  ): Promise<DisputeAppeal | null> {
    return (await load.disputeAppeals.load(id))[0] ?? null;
  }

  @FieldResolver(() => Refund, {
    nullable: true,
    description: 'The refund that it led to; sent when nobody can appeal any more.',
  })
  async refund(
    @Root() { orderId, refundId }: Dispute,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Refund | null> {
    const refunds = await load.refundsByOrder.load(orderId);
    return refunds.find(({ id }) => id === refundId) ?? null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When something happens by itself; null when it is over.',
  })
  async nextDeadline(
    @Root() { id }: Dispute,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Date | null> {
    return (await load.disputeDeadlines.load(id))[0]?.fireAt ?? null;
  }

  @FieldResolver(() => [DisputeEvent], { description: 'What happened in it, oldest first.' })
  timeline(@Root() { id }: Dispute, @Ctx() { load }: PaymentsContext): Promise<DisputeEvent[]> {
    return load.timeline.load(id);
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], {
    description: 'What the viewer could do, by the rules of the mutations themselves.',
  })
  async actions(
    @Root() dispute: Dispute,
    @Ctx() { viewer, load, clock }: PaymentsContext,
  ): Promise<ActionType[]> {
    const [proposals, deadlines, isSeller] = await Promise.all([
      load.disputeProposals.load(dispute.id),
      load.disputeDeadlines.load(dispute.id),
      load.isSeller(dispute.sellerId),
    ]);
    const role =
      viewer.kind === 'USER' && viewer.accountId === dispute.buyerId
        ? 'BUYER'
        : isSeller
          ? 'SELLER'
          : hasRole(viewer, 'OPERATOR')
            ? 'OPERATOR'
            : undefined;
    if (role === undefined) return [];
    const mayWrite = hasScope(viewer, 'payments:write');
    const refusal =
      role === 'OPERATOR'
        ? await deciderRefusal(dispute, viewer, load)
        : mayWrite
          ? null
          : 'FORBIDDEN';
    return disputeActions(dispute, proposals, role, { now: clock.now(), deadlines, refusal });
  }
}

/** Why an operator may not decide a dispute, by what the mutation asks too; null when they may. */
async function deciderRefusal(
  { id, trancheId }: Dispute,
  { accountId }: Viewer,
  load: Loaders,
): Promise<ViewerRefusal | null> {
  const [holds, earlier] = await Promise.all([
    load.holds.load(trancheId),
    load.disputeDecisions.load(id),
  ]);
  const live = holds.filter(({ source, liftedAt }) => source === 'TRANCHE' && liftedAt === null);
  const isFrozen = live.some(({ pendingId }) => pendingId !== null);
  if (isFrozen && live.some(({ caseId }) => caseId !== id)) return 'TRANCHE_FROZEN';
  const deciders = earlier.flatMap(({ decidedBy, approvedBy }) => [decidedBy, approvedBy]);
  return deciders.includes(accountId ?? '') ? 'DECIDER_CONFLICT' : null;
}

@Resolver(() => DisputeProposal)
export class DisputeProposalResolver {
  @FieldResolver(() => MoneyType, { description: 'What would go back to the buyer.' })
  amount(@Root() { amountMinor, currency }: DisputeProposal): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }
}

@Resolver(() => DisputeDecision)
export class DisputeDecisionResolver {
  @FieldResolver(() => MoneyType, { description: 'What goes back to the buyer.' })
  refund(@Root() { refundMinor, currency }: DisputeDecision): MoneyType {
    return MoneyType.of(refundMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What the seller gets, before fees.' })
  release(@Root() { releaseMinor, currency }: DisputeDecision): MoneyType {
    return MoneyType.of(releaseMinor, currency);
  }

  @FieldResolver(() => MoneyType, {
    description: 'What the platform gives the buyer of its own, as credit.',
  })
  goodwill(@Root() { goodwillMinor, currency }: DisputeDecision): MoneyType {
    return MoneyType.of(goodwillMinor, currency);
  }

  @FieldResolver(() => [ID], {
    nullable: true,
    description: 'Accounts of who decided; null for others than operators and auditors.',
  })
  deciders(
    @Root() { decidedBy, approvedBy }: DisputeDecision,
    @Ctx() { viewer }: PaymentsContext,
  ): string[] | null {
    if (!hasRole(viewer, 'OPERATOR') && !hasRole(viewer, 'AUDITOR')) return null;
    return [decidedBy, ...(approvedBy === null ? [] : [approvedBy])];
  }
}

@Resolver(() => Order)
export class OrderDisputesResolver {
  @Directive('@listSize(assumedSize: 1)')
  @FieldResolver(() => [Dispute], {
    nullable: true,
    description: 'Disputes about this order, oldest first; null for strangers.',
  })
  async disputes(
    @Root() { id }: Order,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Dispute[] | null> {
    const escrow = await load.escrowByOrder.load(id);
    return escrow === null ? null : load.disputesByOrder.load(id);
  }
}
