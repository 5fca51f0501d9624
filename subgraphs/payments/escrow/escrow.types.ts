import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { AccountId, EscrowId, OrderId, SellerId, TrancheId } from '#contracts/ids';
import { NodeType } from '#kernel/graphql/connection.types';
import { DateTime } from '#kernel/graphql/scalars';
import { updateType } from '#kernel/graphql/live.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { InCurrency } from '../payments.rows';
import type { EscrowRow } from './escrow.entity';
import type { EscrowEventRow } from './escrow.loaders';
import type { EscrowState } from './escrow.rules';
import type { TrancheRow } from './tranche.entity';
import { type TrancheState, trancheMachine } from './tranche.machine';

const States = enumOf(['NONE', 'HELD', 'FROZEN', 'RELEASED', 'REFUNDED', 'SPLIT'] as const);
registerEnumType(States, {
  name: 'EscrowState',
  description: 'Where the money of an order is.',
  valuesConfig: {
    NONE: { description: 'Nothing was paid.' },
    HELD: { description: 'Held until the buyer has the goods.' },
    FROZEN: { description: 'Held because of an open case.' },
    RELEASED: { description: 'All of it went to the seller.' },
    REFUNDED: { description: 'All of it went back to the buyer.' },
    SPLIT: { description: 'Part went to the seller, part back to the buyer.' },
  },
});

const TrancheStates = enumOf(statesOf(trancheMachine));
registerEnumType(TrancheStates, {
  name: 'EscrowTrancheState',
  description: 'Where one tranche stands.',
  valuesConfig: {
    AWAITING_FUNDS: { description: 'The buyer has not paid yet.' },
    DEPOSITED: { description: 'The deposit is paid; the balance is not.' },
    FUNDED: { description: 'Paid; the seller has to ship.' },
    SHIPPED: { description: 'On its way.' },
    DELIVERED: { description: 'Delivered, or submitted; the inspection window runs.' },
    FROZEN: { description: 'An open case holds it.' },
    RELEASED: { description: 'Given to the seller.' },
    CLOSED: { description: 'Given back to the buyer.' },
    CANCELLED: { description: 'Ended before anything was paid.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('Order', { implements: NodeType, description: 'One seller’s order.' })
export class Order extends NodeType {}

const TrancheKinds = enumOf(['WHOLE', 'SHIPMENT', 'CLAIM', 'MILESTONE'] as const);
registerEnumType(TrancheKinds, {
  name: 'EscrowTrancheKind',
  description: 'What a tranche pays for.',
  valuesConfig: {
    WHOLE: { description: 'All of the order that did not leave with a parcel of its own.' },
    SHIPMENT: { description: 'Goods that left with one parcel while others stayed.' },
    CLAIM: { description: 'The part of the money that a case is about.' },
    MILESTONE: { description: 'A step of work that is paid and released by itself.' },
  },
});

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Shipment', { implements: NodeType, description: 'A parcel on its way.' })
export class Shipment extends NodeType {}

@ObjectType({ description: 'Part of an escrow with a deadline of its own. Amounts add up.' })
export class EscrowTranche implements Pick<
  InCurrency<TrancheRow>,
  'id' | 'state' | 'kind' | 'shipmentId' | 'currency' | 'title' | 'number' | 'changesReason'
> {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: TrancheId;

  @Field(() => TrancheStates, { description: 'Where it stands.' })
  state!: TrancheState;

  @Field(() => TrancheKinds, { description: 'What it pays for.' })
  kind!: TrancheRow['kind'];

  @Field(() => String, {
    nullable: true,
    description: 'What a milestone, or a claimed part of one, is called; else null.',
  })
  title!: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The place of a milestone, or of that which it is part of; else null.',
  })
  number!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the buyer wants changed of a milestone; null when nothing is.',
  })
  changesReason!: string | null;

  shipmentId!: TrancheRow['shipmentId'];

  currency!: string;
}

@ObjectType({ description: 'Something that happened to an escrow.' })
export class EscrowEvent implements EscrowEventRow {
  @Field(() => DateTime, { description: 'When it was committed.' })
  at!: Date;

  @Field(() => String, { description: 'Type of the fact, e.g. `escrow.funded`.' })
  event!: string;

  @Field(() => String, { nullable: true, description: 'The new state or the cause.' })
  detail!: string | null;

  escrowId!: string;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'Money of one order, held until the buyer has the goods. Buyer, seller, operators.',
})
export class Escrow
  extends NodeType
  implements Pick<EscrowRow, 'id' | 'state' | 'orderId' | 'buyerId' | 'sellerId' | 'version'>
{
  declare id: EscrowId;

  @Field(() => States, { description: 'Where the money is.' })
  state!: EscrowState;

  @Field(() => Int, { description: 'Grows with each change.' })
  version!: number;

  orderId!: OrderId;
  buyerId!: AccountId;
  sellerId!: SellerId;
  currency!: string;
  totalMinor!: bigint;
}

/** What `escrowUpdated` sends. */
export const EscrowUpdate = updateType('Escrow', 'escrow', () => Escrow);

export const EscrowReleaseConfirmPayload = payloadType<{ escrow: Escrow }>(
  'EscrowReleaseConfirm',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'TRANCHE_FROZEN'),
  { escrow: { type: () => Escrow, description: 'The escrow after the release.' } },
);
