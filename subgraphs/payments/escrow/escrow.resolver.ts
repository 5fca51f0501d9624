import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { escrowIds, orderIds } from '#contracts/ids';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { ActionType, type Payload } from '#kernel/graphql/payload.types';
import { Cursor, DateTime } from '#kernel/graphql/scalars';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { actionsOf } from './action.rules';
import { EscrowReleaseConfirmInput } from './escrow.input.types';
import { WHY_HELD, whereabouts } from './escrow.rules';
import {
  Escrow,
  EscrowEvent,
  EscrowReleaseConfirmPayload,
  EscrowTranche,
  EscrowUpdate,
  Order,
} from './escrow.types';
import type { TrancheAmounts } from './escrow.rules';

@Resolver(() => Escrow)
export class EscrowResolver {
  @Query(() => Escrow, {
    nullable: true,
    description: 'One escrow; null unless the caller is its buyer, its seller or an operator.',
  })
  async escrow(
    @Arg('id', () => ID, { description: 'Which.' }) id: string,
    @Ctx() { load, grants }: PaymentsContext,
  ): Promise<Escrow | null> {
    const escrow = await load.escrow.load(id);
    if (escrow !== null) await load.grant(grants, escrow);
    return escrow;
  }

  @Mutation(() => EscrowReleaseConfirmPayload, {
    nullable: true,
    description: 'The buyer has the goods: the money goes to the seller. Again: no effect.',
  })
  escrowReleaseConfirm(
    @Arg('input', () => EscrowReleaseConfirmInput, { description: 'Which, and the key.' })
    input: EscrowReleaseConfirmInput,
    @Ctx() { viewer, releases, load }: PaymentsContext,
  ): Promise<Payload<{ escrow: Escrow }>> {
    return EscrowReleaseConfirmPayload.settle(async () => {
      const escrowId = input.escrowId == null ? undefined : escrowIds.parse(input.escrowId);
      const orderId = input.orderId == null ? undefined : orderIds.parse(input.orderId);
      if (escrowId === undefined && orderId === undefined) throw refuse('NOT_FOUND');
      // One that is given and names nothing must not fall back to the other: this moves money.
      if (input.escrowId != null && escrowId === undefined) throw refuse('NOT_FOUND');
      if (input.orderId != null && orderId === undefined) throw refuse('NOT_FOUND');
      const target = {
        ...(escrowId !== undefined && { escrowId }),
        ...(orderId !== undefined && { orderId }),
      };
      const key = keyOf(input.idempotencyKey);
      const id = await releases.confirm(viewer, { key, ...target });
      const escrow = await load.escrow.load(id);
      if (escrow === null) throw refuse('NOT_FOUND');
      return { escrow };
    });
  }

  @Directive(
    '@live(topics: ["escrow:{id}"], query: "escrow", delivery: "LOSSLESS", share: "PARTY")',
  )
  @Subscription(() => EscrowUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'What happens to one escrow, as it commits; for those who may read it.',
  })
  escrowUpdated(
    @Root() update: LiveUpdate,
    @Arg('id', () => ID, { description: 'Which.' }) _id: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }

  @FieldResolver(() => Order, { description: 'The order this money belongs to.' })
  order(@Root() { orderId }: Escrow): Order {
    return { id: orderId };
  }

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [EscrowTranche], { description: 'Its parts.' })
  tranches(@Root() { id }: Escrow, @Ctx() { load }: PaymentsContext): Promise<EscrowTranche[]> {
    return load.tranches.load(id);
  }

  @FieldResolver(() => MoneyType, { description: 'What the order costs.' })
  amount(@Root() { totalMinor, currency }: Escrow): MoneyType {
    return MoneyType.of(totalMinor, currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What is held now.' })
  async held(@Root() escrow: Escrow, @Ctx() context: PaymentsContext): Promise<MoneyType> {
    return MoneyType.of((await sums(escrow, context)).held, escrow.currency);
  }

  @FieldResolver(() => MoneyType, {
    description: 'What the seller was given, before fees and less what was taken back.',
  })
  async released(@Root() escrow: Escrow, @Ctx() context: PaymentsContext): Promise<MoneyType> {
    return MoneyType.of((await sums(escrow, context)).released, escrow.currency);
  }

  @FieldResolver(() => MoneyType, {
    description: 'What went back to the buyer, or is due to (see `Order.refunds`).',
  })
  async refunded(@Root() escrow: Escrow, @Ctx() context: PaymentsContext): Promise<MoneyType> {
    return MoneyType.of((await sums(escrow, context)).refunded, escrow.currency);
  }

  @FieldResolver(() => [EscrowEvent], { description: 'What happened to it, oldest first.' })
  timeline(@Root() { id }: Escrow, @Ctx() { load }: PaymentsContext): Promise<EscrowEvent[]> {
    return load.timeline.load(id);
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], {
    description: 'What the viewer could do, by the rules of the mutations themselves.',
  })
  async actions(
    @Root() escrow: Escrow,
    @Ctx() { viewer, load }: PaymentsContext,
  ): Promise<ActionType[]> {
    const tranches = await load.tranches.load(escrow.id);
    const roles = {
      buyer: viewer.kind === 'USER' && viewer.accountId === escrow.buyerId,
      seller: await load.actsFor(escrow.sellerId),
    };
    return tranches.flatMap((tranche) => actionsOf(tranche, roles));
  }
}

@Resolver(() => EscrowTranche)
export class EscrowTrancheResolver {
  @FieldResolver(() => MoneyType, { description: 'What came in.' })
  captured(@Root() tranche: EscrowTranche & TrancheAmounts): MoneyType {
    return MoneyType.of(tranche.capturedMinor, tranche.currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What is held and not frozen.' })
  available(@Root() tranche: EscrowTranche & TrancheAmounts): MoneyType {
    return MoneyType.of(tranche.availableMinor, tranche.currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What an open case holds.' })
  frozen(@Root() tranche: EscrowTranche & TrancheAmounts): MoneyType {
    return MoneyType.of(tranche.frozenMinor, tranche.currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What the seller was given, before fees.' })
  released(@Root() tranche: EscrowTranche & TrancheAmounts): MoneyType {
    return MoneyType.of(whereabouts([tranche]).released, tranche.currency);
  }

  @FieldResolver(() => MoneyType, { description: 'What went back to the buyer, or is due to.' })
  refunded(@Root() tranche: EscrowTranche & TrancheAmounts): MoneyType {
    return MoneyType.of(whereabouts([tranche]).refunded, tranche.currency);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When something happens by itself; null when nothing is pending.',
  })
  async nextDeadline(
    @Root() { id }: EscrowTranche,
    @Ctx() { load }: PaymentsContext,
  ): Promise<Date | null> {
    return (await load.deadlines.load(id))[0]?.fireAt ?? null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why the money is held, in words; null when it is not.',
  })
  whyHeld(@Root() { state }: EscrowTranche): string | null {
    return WHY_HELD[state];
  }
}

async function sums({ id }: Escrow, { load }: PaymentsContext) {
  return whereabouts(await load.tranches.load(id));
}
