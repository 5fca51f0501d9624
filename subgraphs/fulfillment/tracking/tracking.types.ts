import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { EVENT_CODES, type EventCode, HOLD_CAUSES, MILESTONES } from './milestone.rules';
import type { Place, TrackingEventRow } from './tracking-event.entity';

export const ShipmentMilestone = enumOf([...MILESTONES, 'UNKNOWN']);
registerEnumType(ShipmentMilestone, {
  name: 'ShipmentMilestone',
  description: 'How far a shipment or parcel is. Derived from what carriers report, never set.',
  valuesConfig: {
    CREATED: { description: 'Packed on paper; no label yet.' },
    LABELLED: { description: 'A label is bought.' },
    AWAITING_HANDOVER: { description: 'Ready for the carrier.' },
    PICKED_UP: { description: 'The carrier has it.' },
    IN_TRANSIT: { description: 'On its way between places of the carrier.' },
    OUT_FOR_DELIVERY: { description: 'With the courier.' },
    AVAILABLE_FOR_PICKUP: { description: 'Waits for the recipient at a pick-up point.' },
    DELIVERY_ATTEMPTED: { description: 'The courier came and could not deliver.' },
    DELIVERED: { description: 'The recipient has it.' },
    RETURNING: { description: 'On its way back to the sender.' },
    RETURNED: { description: 'Back at the sender.' },
    LOST: { description: 'The carrier cannot find it.' },
    CANCELLED: { description: 'Will not be sent.' },
    UNKNOWN: { description: 'A newer value than this schema knows.' },
  },
});

/** `DROPPED_OFF` as `Dropped off.`: codes are words already. */
const inWords = (code: string): string =>
  `${code.charAt(0)}${code.slice(1).toLowerCase().replaceAll('_', ' ')}.`;

const TrackingEventCode = enumOf([...EVENT_CODES, 'UNKNOWN']);
registerEnumType(TrackingEventCode, {
  name: 'TrackingEventCode',
  description: 'What happened, in words that are the same for all carriers.',
  valuesConfig: Object.fromEntries(
    [...EVENT_CODES, 'UNKNOWN'].map((code) => [code, { description: inWords(code) }]),
  ),
});

export const HoldCause = enumOf(HOLD_CAUSES);
registerEnumType(HoldCause, {
  name: 'HoldCause',
  description: 'Why a parcel does not move on.',
  valuesConfig: {
    CUSTOMS: { description: 'Customs look at it or miss papers.' },
    PAYMENT: { description: 'Duties or fees are due.' },
    ADDRESS: { description: 'The address is not clear.' },
    WEATHER: { description: 'Weather does not let it through.' },
    SECURITY: { description: 'A check, or a cause that the carrier does not name.' },
  },
});

const TrackingSource = enumOf(['CARRIER', 'SELLER', 'PLATFORM_INFERRED']);
registerEnumType(TrackingSource, {
  name: 'TrackingSource',
  description: 'Who says that something happened.',
  valuesConfig: {
    CARRIER: { description: 'The carrier.' },
    SELLER: { description: 'The seller.' },
    PLATFORM_INFERRED: { description: 'Inferred here from other events.' },
  },
});

@ObjectType({ description: 'Where a parcel was, as far as its carrier says.' })
class TrackingPlace implements Place {
  @Field(() => String, { nullable: true, description: 'City.' })
  city!: string | null;

  @Field(() => String, { nullable: true, description: 'State or region.' })
  region!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country!: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode!: string | null;
}

@ObjectType({ description: 'One thing that is known to have happened to a parcel.' })
export class TrackingEvent implements Pick<
  TrackingEventRow,
  'id' | 'parcelId' | 'occurredAt' | 'occurredLocal' | 'receivedAt' | 'reason'
> {
  @Field(() => ID, { description: 'Opaque and stable.' })
  id!: TrackingEventRow['id'];

  parcelId!: TrackingEventRow['parcelId'];

  @Field(() => TrackingEventCode, { description: 'What happened.' })
  code!: EventCode;

  @Field(() => String, {
    nullable: true,
    description: '`<PARTY>_<CAUSE>`, e.g. `BUYER_ABSENT`; null when there is none.',
  })
  reason!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When; null when the carrier did not say.',
  })
  occurredAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Local date and time at the place, without zone.',
  })
  occurredLocal!: string | null;

  @Field(() => DateTime, { description: 'When we first heard of it.' })
  receivedAt!: Date;

  @Field(() => TrackingPlace, { nullable: true, description: 'Where; null when not known.' })
  place!: Place | null;

  @Field(() => String, {
    nullable: true,
    description: 'The carrier’s own words; for a person to read, not for branching.',
  })
  description!: string | null;

  @Field(() => TrackingSource, { description: 'Who says so.' })
  source!: TrackingEventRow['source'];
}
