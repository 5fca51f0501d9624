import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { MoneyType } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import { type PayoutSchedule as Interval, SCHEDULES } from './payout.rules';

const Intervals = enumOf(SCHEDULES);
registerEnumType(Intervals, {
  name: 'PayoutInterval',
  description: 'How often a seller is paid out by itself.',
  valuesConfig: {
    DAILY: { description: 'Each day.' },
    WEEKLY: { description: 'Each week.' },
    MANUAL: { description: 'Never by itself: by `payoutCreate` only.' },
  },
});

@ObjectType({
  description: 'When a seller is paid out by itself in one currency. Its members and operators.',
})
export class PayoutSchedule {
  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;

  @Field(() => Intervals, { description: 'What counts now.' })
  interval!: Interval;

  @Field(() => [Intervals], { description: 'What the seller’s tier allows; its default first.' })
  allowed!: readonly Interval[];

  @Field(() => MoneyType, { description: 'The least that is paid out.' })
  minimum!: MoneyType;
}

@InputType({ description: 'When a seller is paid out by itself.' })
export class PayoutScheduleUpdateInput {
  @Field(() => ID, { description: 'Whom.' })
  sellerId!: string;

  @Field(() => CurrencyCode, { description: 'ISO 4217: each currency has its own.' })
  currencyCode!: string;

  @Field(() => Intervals, { description: 'How often; the first time is one interval away.' })
  interval!: Interval;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const PayoutScheduleUpdatePayload = payloadType<{ payoutSchedule: PayoutSchedule }>(
  'PayoutScheduleUpdate',
  codesOf('NOT_FOUND', 'SCHEDULE_NOT_ALLOWED'),
  { payoutSchedule: { type: () => PayoutSchedule, description: 'What counts now.' } },
);
