import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import type { ReconciliationItemId, ReconciliationRunId } from '../payments.ids';
import { ITEM_STATES, type ItemState } from './reconciliation-item.rules';
import type { ReconciliationItemRow } from './reconciliation-item.entity';
import type { ReconciliationRunRow } from './reconciliation-run.entity';
import { ITEM_OUTCOMES, type ItemOutcome, type ItemSide } from './reconciliation.rules';

const Outcomes = enumOf(ITEM_OUTCOMES);
registerEnumType(Outcomes, {
  name: 'ReconciliationOutcome',
  description: 'What a comparison came to.',
  valuesConfig: {
    MATCHED: { description: 'Both sides say the same.' },
    MISSING_INTERNAL: { description: 'The provider has it; we, or our bank, do not.' },
    MISSING_PSP: { description: 'We, or our bank, have it; the provider does not.' },
    AMOUNT_DIFF: { description: 'Both have it, with different amounts.' },
    DUPLICATE: { description: 'Named a second time.' },
    TIMING: { description: 'One side may just be late (up to 5 days); looked at again.' },
  },
});

const States = enumOf(ITEM_STATES);
registerEnumType(States, {
  name: 'ReconciliationItemState',
  description: 'Whether somebody still has to look.',
  valuesConfig: {
    OPEN: { description: 'Nobody has looked, or a later run may still match it.' },
    PROPOSED: { description: 'One person gave a reason; a second one must agree.' },
    RESOLVED: { description: 'Two people agreed; the difference is written off.' },
    CLOSED: { description: 'Matched.' },
  },
});

const Sides = enumOf(['PSP', 'BANK']);
registerEnumType(Sides, {
  name: 'ReconciliationSide',
  description: 'What was compared with what.',
  valuesConfig: {
    PSP: { description: 'Our books with the provider’s report.' },
    BANK: { description: 'What the provider says it sent with the bank statement.' },
  },
});

export { States as ReconciliationItemStates };

@ObjectType({
  implements: NodeType,
  description: 'One comparison of a period. Operators and auditors.',
})
export class ReconciliationRun
  extends NodeType
  implements
    Pick<
      ReconciliationRunRow,
      'id' | 'fromAt' | 'toAt' | 'lines' | 'matched' | 'open' | 'createdAt'
    >
{
  declare id: ReconciliationRunId;

  @Field(() => DateTime, { description: 'Begin of the period.' })
  fromAt!: Date;

  @Field(() => DateTime, { description: 'End of the period; not in it.' })
  toAt!: Date;

  @Field(() => Int, { description: 'How much was compared.' })
  lines!: number;

  @Field(() => Int, { description: 'How much of it matched.' })
  matched!: number;

  @Field(() => Int, { description: 'How much did not, or not yet.' })
  open!: number;

  @Field(() => DateTime, { description: 'When it ran.' })
  createdAt!: Date;
}

@ObjectType({
  implements: NodeType,
  description: 'One thing that was compared. Operators and auditors.',
})
export class ReconciliationItem
  extends NodeType
  implements
    Pick<
      ReconciliationItemRow,
      'id' | 'side' | 'reference' | 'outcome' | 'state' | 'reason' | 'occurredAt'
    >
{
  declare id: ReconciliationItemId;

  @Field(() => Sides, { description: 'What was compared with what.' })
  side!: ItemSide;

  @Field(() => String, { description: 'Our operation, or what the bank statement names.' })
  reference!: string;

  @Field(() => Outcomes, { description: 'What it came to in the latest run.' })
  outcome!: ItemOutcome;

  @Field(() => States, { description: 'Whether somebody still has to look.' })
  state!: ItemState;

  @Field(() => String, { nullable: true, description: 'Why it was resolved; null before.' })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When the money moved, as far as is known.' })
  occurredAt!: Date;

  currency!: string;
  expectedMinor!: bigint;
  actualMinor!: bigint;
  feeMinor!: bigint;
}

export const ReconciliationRunConnection = connectionType(
  'ReconciliationRun',
  () => ReconciliationRun,
);
export const ReconciliationItemConnection = connectionType(
  'ReconciliationItem',
  () => ReconciliationItem,
);

@InputType({ description: 'A period to compare.' })
export class ReconciliationRunInput {
  @Field(() => DateTime, { description: 'Begin.' })
  from!: Date;

  @Field(() => DateTime, { description: 'End; not in it. At most 100 days after the begin.' })
  to!: Date;

  @Field(() => String, {
    nullable: true,
    description:
      'Bank statement: CSV with a header line or a JSON list; `id`, `date`, `reference`, `currency`, `amountMinor`.',
  })
  bankStatement?: string | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'What does not match, and why that is all right.' })
export class ReconciliationItemResolveInput {
  @Field(() => ID, { description: 'Which.' })
  itemId!: string;

  @Field(() => String, { description: 'Why; 1 to 500 characters. Kept.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const ReconciliationRunPayload = payloadType<{ reconciliationRun: ReconciliationRun }>(
  'ReconciliationRun',
  codesOf('PERIOD_INVALID', 'STATEMENT_INVALID', 'PSP_UNAVAILABLE'),
  { reconciliationRun: { type: () => ReconciliationRun, description: 'What it came to.' } },
);

export const ReconciliationItemResolvePayload = payloadType<{
  reconciliationItem: ReconciliationItem;
}>(
  'ReconciliationItemResolve',
  codesOf('NOT_FOUND', 'ITEM_NOT_OPEN', 'APPROVAL_REQUIRED', 'REASON_INVALID'),
  { reconciliationItem: { type: () => ReconciliationItem, description: 'The item now.' } },
);
