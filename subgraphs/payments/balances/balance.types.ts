import { Directive, Field, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { updateType } from '#kernel/graphql/live.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { CurrencyCode, DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import type { BalanceTransactionId } from '../payments.ids';
import type { BalanceTransactionKind } from './balance.rules';
import type { BalanceTransactionRow } from './balance-transaction.entity';

const Kinds = enumOf([
  'RELEASE',
  'CLAW_BACK',
  'PAYOUT',
  'PAYOUT_FAILED',
  'PAYOUT_RETURNED',
  'ADJUSTMENT',
  'PAYOUT_FEE',
  'LABEL',
  'LABEL_REFUND',
  'ADS_TOP_UP',
  'ADS_WITHDRAWAL',
  'ADVANCE',
  'ADVANCE_REMITTANCE',
  'ADVANCE_PAYOFF',
  'CHARGEBACK',
  'CHARGEBACK_REVERSED',
] as const);
registerEnumType(Kinds, {
  name: 'BalanceTransactionKind',
  description: 'Why a seller’s money changed.',
  valuesConfig: {
    RELEASE: { description: 'An order’s money was released, less commission and tax.' },
    CLAW_BACK: { description: 'A refund after release took its part back.' },
    PAYOUT: { description: 'Reserved for a payout.' },
    PAYOUT_FAILED: { description: 'A payout failed; its amount is available again.' },
    PAYOUT_RETURNED: { description: 'The bank sent a payout back; it is available again.' },
    PAYOUT_FEE: {
      description: 'What an instant payout cost; or it came back with a payout that failed.',
    },
    LABEL: { description: 'A shipping label.' },
    LABEL_REFUND: { description: 'What a label cost came back.' },
    ADS_TOP_UP: { description: 'Set aside for advertising.' },
    ADS_WITHDRAWAL: { description: 'Taken back from what was set aside for advertising.' },
    ADVANCE: { description: 'An advance was paid out to the seller.' },
    ADVANCE_REMITTANCE: { description: 'A release paid its part of an advance.' },
    ADVANCE_PAYOFF: { description: 'An advance was paid back early.' },
    CHARGEBACK: { description: 'The buyer’s bank took a released payment back.' },
    CHARGEBACK_REVERSED: {
      description: 'A chargeback ended in the seller’s favour, or at the platform’s cost.',
    },
    ADJUSTMENT: { description: 'A mistake was put right by two people of the platform.' },
  },
});

@Directive('@key(fields: "id")')
@ObjectType('Seller', { implements: NodeType, description: 'Someone who sells.' })
export class Seller extends NodeType {}

@ObjectType({ description: 'A seller’s money in one currency. Its members and operators.' })
export class SellerBalance {
  @Field(() => MoneyType, { description: 'Can be paid out now.' })
  available!: MoneyType;

  @Field(() => MoneyType, { description: 'Still held in escrow, before commission and tax.' })
  pending!: MoneyType;

  @Field(() => MoneyType, {
    description:
      'Released after commission and tax, and available when the time of its tier is over.',
  })
  onHold!: MoneyType;

  @Field(() => MoneyType, { description: 'Kept back longer, for refunds to come.' })
  reserved!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Frozen by open cases about orders whose money was released already.',
  })
  frozen!: MoneyType;

  @Field(() => MoneyType, {
    description: 'Owed by the seller: later releases pay it first, and nothing is paid out before.',
  })
  owed!: MoneyType;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next part of `onHold` or `reserved` becomes available.',
  })
  nextAvailableAt!: Date | null;

  @Field(() => MoneyType, { description: 'Paid out, or on its way to the seller’s account.' })
  paidOut!: MoneyType;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;
}

@ObjectType({
  implements: NodeType,
  description:
    'One line of a seller’s money: available + onHold + reserved + frozen − owed of the balance is their sum.',
})
export class BalanceTransaction
  extends NodeType
  implements
    Pick<BalanceTransactionRow, 'id' | 'kind' | 'occurredAt' | 'availableAt' | 'cause' | 'orderId'>
{
  declare id: BalanceTransactionId;

  @Field(() => Kinds, { description: 'Why the balance changed.' })
  kind!: BalanceTransactionKind;

  @Field(() => DateTime, { description: 'When.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'From when on it can be paid out.' })
  availableAt!: Date;

  @Field(() => String, { description: 'What led to it, e.g. `RECEIPT_CONFIRMED`.' })
  cause!: string;

  orderId!: OrderId | null;
  currency!: string;
  amountMinor!: bigint;
  grossMinor!: bigint | null;
  commissionMinor!: bigint | null;
  taxMinor!: bigint | null;
}

export const BalanceTransactionConnection = connectionType(
  'BalanceTransaction',
  () => BalanceTransaction,
);

/** What `balanceUpdated` sends. */
export const BalanceUpdate = updateType('SellerBalance', 'balance', () => SellerBalance);
