import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import {
  EscrowDeadline,
  EscrowInspectionExtendInput,
  EscrowInspectionExtendPayload,
} from './deadline.types';
import { type Escrow, EscrowTranche } from '../escrow/escrow.types';
import { nextDeadlineOf } from './timer.rules';

@Resolver(() => EscrowTranche)
export class DeadlineResolver {
  @NeedsScope('payments:write')
  @Mutation(() => EscrowInspectionExtendPayload, {
    nullable: true,
    description:
      'More time before the money goes to the seller: 3 days by the buyer, once; more by the seller (key scope `payments:write`).',
  })
  escrowInspectionExtend(
    @Arg('input', () => EscrowInspectionExtendInput, { description: 'Which, and how long.' })
    input: EscrowInspectionExtendInput,
    @Ctx() { viewer, extensions, load }: PaymentsContext,
  ): Promise<Payload<{ escrow: Escrow }>> {
    return EscrowInspectionExtendPayload.settle(async () => {
      const { trancheId, days, idempotencyKey } = input;
      const key = keyOf(idempotencyKey);
      const id = await extensions.extend(viewer, { key, trancheId, days: days ?? undefined });
      const escrow = await load.escrow.load(id);
      if (escrow === null) throw refuse('NOT_FOUND');
      return { escrow };
    });
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When the money moves or somebody is called by itself; null when nothing is pending.',
  })
  async nextDeadline(
    @Root() { id }: EscrowTranche,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Date | null> {
    return nextDeadlineOf(await load.deadlines.load(id));
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [EscrowDeadline], {
    description: 'What will happen by itself and when, soonest first; what stands still last.',
  })
  async deadlines(
    @Root() { id }: EscrowTranche,
    @Ctx() { load }: PaymentsContext,
  ): Promise<EscrowDeadline[]> {
    return EscrowDeadline.of(await load.deadlines.load(id));
  }
}
