import { Directive, Field, InputType, ObjectType } from 'type-graphql';
import { type Money, toDecimal } from '../money/money';
import { BigIntText, CurrencyCode, Decimal } from './scalars';

@Directive('@shareable')
@ObjectType('Money', { description: 'An exact amount in one currency.' })
export class MoneyType {
  @Field(() => Decimal, { description: 'In the major unit, e.g. `"19.90"`.' })
  amount!: string;

  @Field(() => BigIntText, {
    description: 'In the smallest unit of the currency (ISO 4217), e.g. `"1990"`.',
  })
  minorUnits!: bigint;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;

  static of(minor: bigint, currency: string): MoneyType {
    return { amount: toDecimal({ minor, currency }), minorUnits: minor, currencyCode: currency };
  }
}

@InputType({ description: 'An exact amount in one currency, as input.' })
export class MoneyInput {
  @Field(() => BigIntText, { description: 'In the smallest unit of the currency (ISO 4217).' })
  minorUnits!: bigint;

  @Field(() => CurrencyCode, { description: 'ISO 4217.' })
  currencyCode!: string;

  static toMoney({ minorUnits, currencyCode }: MoneyInput): Money {
    return { minor: minorUnits, currency: currencyCode };
  }
}
