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
import { hasRole, hasScope } from '#kernel/auth/viewer';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { ActionType, type Payload } from '#kernel/graphql/payload.types';
import { Cursor } from '#kernel/graphql/scalars';
import { type PaymentsContext, keyOf } from '../payments.context';
import { refuse } from '../payments.errors';
import { actionsOf } from './action.rules';
import { EscrowReleaseConfirmInput } from './escrow.input.types';
import { EscrowHold } from '../holds/hold.types';
import { releaseTarget } from '../releases/release-target.service';
import {
  WHY_HELD,
  WHY_HELD_LOST,
  WHY_MILESTONE_HELD,
  outstandingOf,
  whereabouts,
} from './escrow.rules';
import {
  Escrow,
  EscrowEvent,
  EscrowReleaseConfirmPayload,
  EscrowTranche,
  EscrowUpdate,
  Order,
  Shipment,
} from './escrow.types';
import type { TrancheRow } from './tranche.entity';
import { nextDeadlineOf } from '../deadlines/timer.rules';
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
      const target = releaseTarget(input);
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
  @NeedsScope('payments:read')
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

  @FieldResolver(() => MoneyType, {
    description: 'What the buyer has still to pay, e.g. the balance of a deposit.',
  })
  async outstanding(@Root() escrow: Escrow, @Ctx() { load }: PaymentsContext): Promise<MoneyType> {
    const tranches = await load.tranches.load(escrow.id);
    return MoneyType.of(outstandingOf(escrow.totalMinor, tranches), escrow.currency);
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
      seller: await load.isSeller(escrow.sellerId),
      operator: hasRole(viewer, 'OPERATOR'),
      writes: hasScope(viewer, 'payments:write'),
    };
    const timers = await load.deadlines.loadMany(tranches.map(({ id }) => id));
    return tranches.flatMap((tranche, n) => {
      const rows = timers[n];
      return actionsOf(tranche, roles, rows instanceof Array ? nextDeadlineOf(rows) : null);
    });
  }
}

@Resolver(() => EscrowTranche)
export class EscrowTrancheResolver {
  @FieldResolver(() => Shipment, {
    nullable: true,
    description: 'The parcel that it pays for; null before one left.',
  })
  shipment(@Root() { shipmentId }: EscrowTranche): Shipment | null {
    return shipmentId === null ? null : { id: shipmentId };
  }

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

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [EscrowHold], {
    description:
      'What freezes or froze it, oldest first; after release the seller’s money, for its side and operators only.',
  })
  async holds(
    @Root() { id }: EscrowTranche,
    @Ctx() { load }: PaymentsContext,
  ): Promise<EscrowHold[]> {
    const holds = await load.holds.load(id);
    const sees = holds[0] !== undefined && (await load.actsFor(holds[0].sellerId));
    return holds.filter(({ source }) => source === 'TRANCHE' || sees);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why the money is held, in words; null when it is not.',
  })
  whyHeld(
    @Root() { state, number, lostAt }: EscrowTranche & Pick<TrancheRow, 'lostAt'>,
  ): string | null {
    const ofWork = number !== null ? WHY_MILESTONE_HELD[state] : undefined;
    if (ofWork !== undefined) return ofWork;
    return state === 'SHIPPED' && lostAt !== null ? WHY_HELD_LOST : WHY_HELD[state];
  }
}

async function sums({ id }: Escrow, { load }: PaymentsContext) {
  return whereabouts(await load.tranches.load(id));
}
