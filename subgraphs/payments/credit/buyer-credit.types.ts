import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { CurrencyCode, DateTime } from '#kernel/graphql/scalars';
import { enumOf } from '#kernel/machine/machine';
import type { CreditKind } from './credit-kind.rules';

const Kinds = enumOf<CreditKind>(['SPENT', 'GIVEN_BACK', 'REFUND', 'GOODWILL', 'OTHER']);
registerEnumType(Kinds, {
  name: 'BuyerCreditTransactionKind',
  description: 'Why a buyer’s credit changed.',
  valuesConfig: {
    SPENT: { description: 'A payment took it.' },
    GIVEN_BACK: { description: 'What was paid with credit was refunded.' },
    REFUND: { description: 'A refund that could not be sent back to where it came from.' },
    GOODWILL: { description: 'The platform gave it.' },
    OTHER: { description: 'A correction, or what a bank’s case took of it.' },
  },
});

@ObjectType({
  implements: NodeType,
  description: 'A change of a buyer’s credit; its id is the transfer’s. That buyer only.',
})
export class BuyerCreditTransaction extends NodeType {
  @Field(() => MoneyType, { description: 'Negative when it went out.' })
  amount!: MoneyType;

  @Field(() => Kinds, { description: 'Why.' })
  kind!: CreditKind;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

export const BuyerCreditTransactionConnection = connectionType(
  'BuyerCreditTransaction',
  () => BuyerCreditTransaction,
);

@ObjectType({
  description: 'Money of a buyer with the platform, in one currency. That buyer only.',
})
export class BuyerCredit {
  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;

  available!: bigint;
  reserved!: bigint;
  accountId!: bigint | null;
}
