import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { MoneyInput } from '#kernel/graphql/money.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { enumOf } from '#kernel/machine/machine';
import { codesOf } from '../payments.errors';
import { ADJUSTABLE, type AdjustableKind } from './adjustment.rules';
import { Approval } from './approval.types';

const Kinds = enumOf(Object.keys(ADJUSTABLE) as AdjustableKind[]);
registerEnumType(Kinds, {
  name: 'AdjustableAccount',
  description: 'Accounts of the ledger that an adjustment may move.',
  valuesConfig: {
    PSP_CLEARING: { description: 'What the payment provider owes the platform.' },
    BANK: { description: 'The platform’s money at its bank.' },
    FEE_REVENUE: { description: 'Commission and fees.' },
    TAX_PAYABLE: { description: 'Tax that was withheld.' },
    PSP_FEE_EXPENSE: { description: 'What the provider charged.' },
    SETTLEMENT_DIFFERENCE: { description: 'What reconciliation wrote off.' },
    GOODWILL_EXPENSE: { description: 'What the platform gave buyers of its own.' },
    DISPUTE_FEE_EXPENSE: { description: 'What banks charged for their cases.' },
    CHARGEBACK_LOSS: { description: 'What the platform lost to banks.' },
    ADVANCE_LOSS: { description: 'Advances that were written off.' },
    CARRIER_PAYABLE: { description: 'What labels cost and carriers are owed.' },
    ADS_REVENUE: { description: 'What advertising earned.' },
    FINANCING_FEE_REVENUE: { description: 'What advances earned.' },
    BUYER_CREDIT: { description: 'A buyer’s credit; `ownerId` is the account.' },
    SELLER_AVAILABLE: { description: 'What a seller can be paid out; `ownerId` is the seller.' },
    SELLER_RECEIVABLE: { description: 'What a seller owes; `ownerId` is the seller.' },
  },
});

@InputType({ description: 'An account of the ledger, by what it is for.' })
export class AdjustmentAccountInput {
  @Field(() => Kinds, { description: 'What for.' })
  kind!: AdjustableKind;

  @Field(() => ID, { nullable: true, description: 'Whose; null for the platform’s own.' })
  ownerId?: string | null;
}

@InputType({ description: 'One transfer.' })
export class AdjustmentLegInput {
  @Field(() => AdjustmentAccountInput, { description: 'Where it comes from.' })
  debit!: AdjustmentAccountInput;

  @Field(() => AdjustmentAccountInput, { description: 'Where it goes.' })
  credit!: AdjustmentAccountInput;

  @Field(() => MoneyInput, { description: 'How much; all legs in one currency.' })
  amount!: MoneyInput;
}

@InputType({ description: 'New transfers that put an earlier one right.' })
export class LedgerAdjustmentCreateInput {
  @Field(() => ID, { description: 'The transfer that was wrong.' })
  correctsId!: string;

  @Field(() => [AdjustmentLegInput], { description: '1 to 20.' })
  legs!: AdjustmentLegInput[];

  @Field(() => String, { description: 'Why; 1 to 500 characters. Kept.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

export const LedgerAdjustmentCreatePayload = payloadType<{ approval: Approval }>(
  'LedgerAdjustmentCreate',
  codesOf('NOT_FOUND', 'ADJUSTMENT_INVALID', 'APPROVAL_PENDING', 'REASON_INVALID'),
  { approval: { type: () => Approval, description: 'The proposal; somebody else must grant it.' } },
);
