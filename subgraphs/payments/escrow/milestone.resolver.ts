import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf, reasonOf } from '../payments.context';
import { refuse } from '../payments.errors';
import type { Escrow } from './escrow.types';
import {
  EscrowMilestoneChangesRequestInput,
  EscrowMilestoneChangesRequestPayload,
  EscrowMilestoneSubmitInput,
  EscrowMilestoneSubmitPayload,
} from './milestone.types';

@Resolver()
export class EscrowMilestoneResolver {
  @NeedsScope('payments:write')
  @Mutation(() => EscrowMilestoneSubmitPayload, {
    nullable: true,
    description:
      'A milestone is done: its seller (key scope `payments:write`). It goes to the seller when the buyer confirms it (`escrowReleaseConfirm` with its tranche), or after 14 days.',
  })
  escrowMilestoneSubmit(
    @Arg('input', () => EscrowMilestoneSubmitInput, { description: 'Which.' })
    { trancheId, idempotencyKey }: EscrowMilestoneSubmitInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ escrow: Escrow }>> {
    return EscrowMilestoneSubmitPayload.settle(async () => {
      const act = { key: keyOf(idempotencyKey), trancheId };
      return shown(context, await context.milestones.submit(context.viewer, act));
    });
  }

  @Mutation(() => EscrowMilestoneChangesRequestPayload, {
    nullable: true,
    description: 'A submitted milestone is not done: its buyer. The seller has its days again.',
  })
  escrowMilestoneChangesRequest(
    @Arg('input', () => EscrowMilestoneChangesRequestInput, { description: 'Which, and why.' })
    { trancheId, reason, idempotencyKey }: EscrowMilestoneChangesRequestInput,
    @Ctx() context: PaymentsContext,
  ): Promise<Payload<{ escrow: Escrow }>> {
    return EscrowMilestoneChangesRequestPayload.settle(async () => {
      const act = { key: keyOf(idempotencyKey), trancheId, reason: reasonOf(reason) };
      return shown(context, await context.milestones.askChanges(context.viewer, act));
    });
  }
}

async function shown({ load }: PaymentsContext, id: string): Promise<{ escrow: Escrow }> {
  const escrow = await load.escrow.load(id);
  if (escrow === null) throw refuse('NOT_FOUND');
  return { escrow };
}
