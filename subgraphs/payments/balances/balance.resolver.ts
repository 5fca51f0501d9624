import { Directive, Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { sellerIds } from '#contracts/ids';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { Order } from '../escrow/escrow.types';
import type { PaymentsContext } from '../payments.context';
import {
  BalanceTransaction,
  BalanceTransactionConnection,
  Seller,
  SellerBalance,
} from './balance.types';

@Resolver(() => Seller)
export class SellerBalanceResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => SellerBalance, {
    nullable: true,
    description: 'Its money in one currency; null for others than its members and operators.',
  })
  async balance(
    @Root() { id }: Seller,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { load, balances }: PaymentsContext,
  ): Promise<SellerBalance | null> {
    if (!(await load.actsFor(id))) return null;
    const found = await balances.of(id, currencyCode);
    return {
      available: MoneyType.of(found.available, currencyCode),
      pending: MoneyType.of(found.pending, currencyCode),
      paidOut: MoneyType.of(found.paidOut, currencyCode),
      currencyCode,
    };
  }
}

@Resolver(() => BalanceTransaction)
export class BalanceTransactionResolver {
  @Query(() => BalanceTransactionConnection, {
    nullable: true,
    description: 'Lines of a seller’s available balance, newest first; null for strangers.',
  })
  async balanceTransactions(
    @Arg('sellerId', () => ID, { description: 'Whose.' }) sellerId: string,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { load, balances }: PaymentsContext,
  ): Promise<Connection<BalanceTransaction> | null> {
    const id = sellerIds.parse(sellerId);
    if (id === undefined || !(await load.actsFor(id))) return null;
    const page = pageRequest(args);
    const rows = await balances.transactions(id, currencyCode, page);
    return connectionOf<BalanceTransaction>(rows, page, (row) => [row.id]);
  }

  @FieldResolver(() => MoneyType, {
    description: 'What it adds to the balance (or takes, if negative).',
  })
  amount(@Root() { amountMinor, currency }: BalanceTransaction): MoneyType {
    return MoneyType.of(amountMinor, currency);
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'Before commission and tax.' })
  gross(@Root() { grossMinor, currency }: BalanceTransaction): MoneyType | null {
    return grossMinor === null ? null : MoneyType.of(grossMinor, currency);
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'The platform’s commission.' })
  commission(@Root() { commissionMinor, currency }: BalanceTransaction): MoneyType | null {
    return commissionMinor === null ? null : MoneyType.of(commissionMinor, currency);
  }

  @FieldResolver(() => MoneyType, { nullable: true, description: 'Tax on the commission.' })
  tax(@Root() { taxMinor, currency }: BalanceTransaction): MoneyType | null {
    return taxMinor === null ? null : MoneyType.of(taxMinor, currency);
  }

  @FieldResolver(() => Order, { nullable: true, description: 'The order it is about, if any.' })
  order(@Root() { orderId }: BalanceTransaction): Order | null {
    return orderId === null ? null : { id: orderId };
  }
}
