import { Arg, Ctx, Directive, Mutation, Query, Resolver } from 'type-graphql';
import type { Payload } from '#kernel/graphql/payload.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import {
  BusinessCalendar,
  BusinessCalendarSetInput,
  BusinessCalendarSetPayload,
} from './business-calendar.types';

@Resolver(() => BusinessCalendar)
export class BusinessCalendarResolver {
  @Directive('@listSize(assumedSize: 50)')
  @Query(() => [BusinessCalendar], {
    nullable: true,
    description: 'The calendars of countries that have one; null unless operator or auditor.',
  })
  businessCalendars(
    @Ctx() { viewer, calendars }: PaymentsContext,
  ): Promise<BusinessCalendar[] | null> {
    return calendars.list(viewer);
  }

  @Mutation(() => BusinessCalendarSetPayload, {
    nullable: true,
    description:
      'Replaces a country’s calendar: deadlines in working days that begin from now on count by it. Operators.',
  })
  businessCalendarSet(
    @Arg('input', () => BusinessCalendarSetInput, { description: 'Which country, and its days.' })
    input: BusinessCalendarSetInput,
    @Ctx() { viewer, calendars }: PaymentsContext,
  ): Promise<Payload<{ calendar: BusinessCalendar }>> {
    return BusinessCalendarSetPayload.settle(async () => ({
      calendar: await calendars.set(viewer, {
        key: keyOf(input.idempotencyKey),
        country: input.country,
        weekend: input.weekend ?? ['SATURDAY', 'SUNDAY'],
        holidays: input.holidays,
        ofOperators: input.ofOperators ?? undefined,
      }),
    }));
  }
}
