import { Directive, Field, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
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
] as const);
registerEnumType(Kinds, {
  name: 'BalanceTransactionKind',
  description: 'Why a seller’s available balance changed.',
  valuesConfig: {
    RELEASE: { description: 'An order’s money was released, less commission and tax.' },
    CLAW_BACK: { description: 'A refund after release took its part back.' },
    PAYOUT: { description: 'Reserved for a payout.' },
    PAYOUT_FAILED: { description: 'A payout failed; its amount is available again.' },
    PAYOUT_RETURNED: { description: 'The bank sent a payout back; it is available again.' },
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

  @Field(() => MoneyType, { description: 'Paid out, or on its way to the seller’s account.' })
  paidOut!: MoneyType;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;
}

@ObjectType({
  implements: NodeType,
  description: 'One line of a seller’s available balance; the balance is their sum.',
})
export class BalanceTransaction
  extends NodeType
  implements Pick<BalanceTransactionRow, 'id' | 'kind' | 'occurredAt' | 'cause' | 'orderId'>
{
  declare id: BalanceTransactionId;

  @Field(() => Kinds, { description: 'Why the balance changed.' })
  kind!: BalanceTransactionKind;

  @Field(() => DateTime, { description: 'When.' })
  occurredAt!: Date;

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
