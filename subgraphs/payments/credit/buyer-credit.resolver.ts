import { Arg, Args, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { isHolder } from '../balances/seller.service';
import { numbered } from '../ledger/ledger-list.service';
import { Account } from '../methods/method.types';
import type { PaymentsContext } from '../payments.context';
import { creditKind } from './credit-kind.rules';
import {
  BuyerCredit,
  type BuyerCreditTransaction,
  BuyerCreditTransactionConnection,
} from './buyer-credit.types';

@Resolver(() => Account)
export class AccountCreditResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => BuyerCredit, {
    nullable: true,
    description: 'Its credit in one currency, to pay with; null for others than its holder.',
  })
  async buyerCredit(
    @Root() { id }: Account,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { viewer, buyerCredits }: PaymentsContext,
  ): Promise<BuyerCredit | null> {
    return isHolder(viewer, id) ? buyerCredits.of(id, currencyCode) : null;
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => BuyerCreditTransactionConnection, {
    nullable: true,
    description:
      'What came into its credit and went out, newest first; null for others than its holder.',
  })
  async buyerCreditTransactions(
    @Root() { id }: Account,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { viewer, buyerCredits }: PaymentsContext,
  ): Promise<Connection<BuyerCreditTransaction> | null> {
    if (!isHolder(viewer, id)) return null;
    const page = numbered(pageRequest(args), 1);
    const { accountId } = await buyerCredits.of(id, currencyCode);
    const rows = await buyerCredits.transfers(accountId, page);
    const shown = rows.map(({ id: transfer, seq, code, amountMinor, at, currency }) => ({
      ...{ id: transfer, seq, at, kind: creditKind(code) },
      amount: MoneyType.of(amountMinor, currency),
    }));
    return connectionOf(shown, page, ({ seq }) => [seq.toString()]);
  }
}

@Resolver(() => BuyerCredit)
export class BuyerCreditResolver {
  @FieldResolver(() => MoneyType, { description: 'What can be spent now.' })
  balance(@Root() { available, currencyCode }: BuyerCredit): MoneyType {
    return MoneyType.of(available, currencyCode);
  }

  @FieldResolver(() => MoneyType, { description: 'Kept for payments that are not complete yet.' })
  reservedAmount(@Root() { reserved, currencyCode }: BuyerCredit): MoneyType {
    return MoneyType.of(reserved, currencyCode);
  }
}
