import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { BusinessCalendarRow } from './business-calendar.entity';
import { WEEKDAYS, type Weekday } from './business-calendar.rules';

const Weekdays = enumOf(WEEKDAYS);
registerEnumType(Weekdays, {
  name: 'Weekday',
  description: 'A day of the week (UTC).',
  valuesConfig: {
    SUNDAY: { description: 'Sunday.' },
    MONDAY: { description: 'Monday.' },
    TUESDAY: { description: 'Tuesday.' },
    WEDNESDAY: { description: 'Wednesday.' },
    THURSDAY: { description: 'Thursday.' },
    FRIDAY: { description: 'Friday.' },
    SATURDAY: { description: 'Saturday.' },
  },
});

@ObjectType({
  description:
    'On which days nobody works in a country. Countries without one work Monday to Friday.',
})
export class BusinessCalendar implements BusinessCalendarRow {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  country!: string;

  @Field(() => [Weekdays], { description: 'Days of every week on which nobody works.' })
  weekend!: Weekday[];

  @Field(() => [String], { description: 'Other days, like `2026-12-25`, in their order.' })
  holidays!: string[];

  @Field(() => Boolean, { description: 'True when operators’ own deadlines count by it.' })
  ofOperators!: boolean;

  @Field(() => String, { description: 'Account of who changed it last.' })
  changedBy!: string;

  @Field(() => DateTime, { description: 'When.' })
  changedAt!: Date;

  @Field(() => Int, { description: 'Counts the changes.' })
  version!: number;
}

@InputType({ description: 'Says on which days nobody works in a country.' })
export class BusinessCalendarSetInput {
  @Field(() => String, { description: 'ISO 3166-1 alpha-2.' })
  country!: string;

  @Field(() => [Weekdays], {
    nullable: true,
    description: 'Days of every week, not all seven; Saturday and Sunday when left out.',
  })
  weekend?: Weekday[] | null;

  @Field(() => [String], { description: 'All other days, like `2026-12-25`; at most 500.' })
  holidays!: string[];

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: operators work by it, and by no other. Left out: as it was.',
  })
  ofOperators?: boolean | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const BusinessCalendarSetPayload = payloadType<{ calendar: BusinessCalendar }>(
  'BusinessCalendarSet',
  codesOf('COUNTRY_INVALID', 'CALENDAR_INVALID'),
  { calendar: { type: () => BusinessCalendar, description: 'The calendar as it is now.' } },
);
