import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import { Escrow } from '../escrow/escrow.types';
import type { HoldTimer, TimerKind } from './timer.rules';

const WHAT_THEN = {
  T1_BALANCE: 'BALANCE_OVERDUE',
  T2_REMIND: 'SELLER_REMINDED',
  T2: 'SHIPPING_OVERDUE',
  T2_ANSWER: 'OPERATOR_CALLED',
  T3: 'RELEASED_UNDELIVERED',
  T4_REMIND: 'BUYER_REMINDED',
  T4: 'RELEASED_INSPECTED',
  RISK_DECLINED: 'REFUNDED',
  HOLD_REVIEW: 'OPERATOR_CALLED',
} as const satisfies Partial<Record<TimerKind | HoldTimer, string>>;

const Thens = enumOf([...new Set(Object.values(WHAT_THEN))]);
registerEnumType(Thens, {
  name: 'EscrowDeadlineOutcome',
  description: 'What happens by itself when a deadline of held money passes.',
  valuesConfig: {
    BALANCE_OVERDUE: {
      description: 'The balance was not paid: the order expires and the deposit goes back.',
    },
    SELLER_REMINDED: { description: 'The seller is reminded to ship.' },
    SHIPPING_OVERDUE: { description: 'The order is overdue: its cancellation is asked for.' },
    OPERATOR_CALLED: { description: 'A person of the platform looks at it.' },
    RELEASED_UNDELIVERED: {
      description: 'The money goes to the seller, unless the carrier has lost the parcel.',
    },
    BUYER_REMINDED: { description: 'The buyer is reminded to inspect the goods.' },
    REFUNDED: { description: 'It did not pass a review: the money goes back to the buyer.' },
    RELEASED_INSPECTED: { description: 'The inspection is over: the money goes to the seller.' },
  },
});

/** A timer row of a tranche. */
export interface DeadlineRow {
  readonly subject: string;
  readonly kind: string;
  readonly fireAt: Date | null;
  readonly pausedRemainingMs: bigint | null;
}

@ObjectType({ description: 'Something that will happen to held money by itself.' })
export class EscrowDeadline {
  @Field(() => Thens, { description: 'What happens then.' })
  then!: string;

  @Field(() => DateTime, { nullable: true, description: 'When; null while an open case stops it.' })
  at!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Seconds that are left when the case is over; null while it runs.',
  })
  pausedSecondsLeft!: number | null;

  /** Deadlines in the order in which they come; those that stand still last. */
  static of(rows: readonly DeadlineRow[]): EscrowDeadline[] {
    return rows.flatMap(({ kind, fireAt: at, pausedRemainingMs: left }) =>
      kind in WHAT_THEN
        ? [
            {
              then: WHAT_THEN[kind as keyof typeof WHAT_THEN],
              at,
              pausedSecondsLeft: left === null ? null : Number(left / 1_000n),
            },
          ]
        : [],
    );
  }
}

@InputType({ description: 'Gives the buyer more time before the money goes to the seller.' })
export class EscrowInspectionExtendInput {
  @Field(() => ID, { description: 'Which part of the order’s money.' })
  trancheId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Days: 3 for the buyer (the default), 1 to 30 for the seller.',
  })
  days?: number | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const EscrowInspectionExtendPayload = payloadType<{ escrow: Escrow }>(
  'EscrowInspectionExtend',
  codesOf('NOT_FOUND', 'TRANSITION_NOT_ALLOWED', 'TRANCHE_FROZEN', 'EXTENSION_EXHAUSTED'),
  { escrow: { type: () => Escrow, description: 'The escrow with its new deadline.' } },
);
