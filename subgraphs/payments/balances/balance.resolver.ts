import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { sellerIds } from '#contracts/ids';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import type { LiveUpdate } from '#kernel/graphql/live.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import { Cursor, CurrencyCode } from '#kernel/graphql/scalars';
import { Order } from '../escrow/escrow.types';
import type { PaymentsContext } from '../payments.context';
import {
  BalanceTransaction,
  BalanceTransactionConnection,
  BalanceUpdate,
  Seller,
  SellerBalance,
} from './balance.types';
import type { Balance } from './seller-money.loaders';

@Resolver(() => Seller)
export class SellerBalanceResolver {
  @Query(() => SellerBalance, {
    nullable: true,
    description:
      'A seller’s money in one currency; null for others than its members and operators.',
  })
  async sellerBalance(
    @Arg('sellerId', () => ID, { description: 'Whose.' }) sellerId: string,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { load, grants }: PaymentsContext,
  ): Promise<SellerBalance | null> {
    const id = sellerIds.parse(sellerId);
    if (id === undefined || !(await load.actsFor(id))) return null;
    await load.grantToSeller(grants, id, id);
    return shown(await load.balance.load({ sellerId: id, currency: currencyCode }), currencyCode);
  }

  @Directive(
    '@live(topics: ["seller:{sellerId}:balance"], query: "sellerBalance", delivery: "LOSSLESS", share: "PARTY")',
  )
  @NeedsScope('payments:read')
  @Subscription(() => BalanceUpdate, {
    topics: ['live'],
    nullable: true,
    description: 'Each change of a seller’s money, as it commits; for its members and operators.',
  })
  balanceUpdated(
    @Root() update: LiveUpdate,
    @Arg('sellerId', () => ID, { description: 'Whose.' }) _sellerId: string,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) _currencyCode: string,
    @Arg('after', () => Cursor, { nullable: true, description: 'Go on behind this message.' })
    _after?: string,
  ): LiveUpdate {
    return update;
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => SellerBalance, {
    nullable: true,
    description: 'Its money in one currency; null for others than its members and operators.',
  })
  async balance(
    @Root() seller: Seller,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<SellerBalance | null> {
    const sellerId = sellerIds.parse(seller.id);
    if (sellerId === undefined || !(await load.actsFor(sellerId))) return null;
    return shown(await load.balance.load({ sellerId, currency: currencyCode }), currencyCode);
  }
}

function shown({ nextAvailableAt, ...found }: Balance, currencyCode: string): SellerBalance {
  return {
    available: MoneyType.of(found.available, currencyCode),
    pending: MoneyType.of(found.pending, currencyCode),
    onHold: MoneyType.of(found.onHold, currencyCode),
    reserved: MoneyType.of(found.reserved, currencyCode),
    frozen: MoneyType.of(found.frozen, currencyCode),
    owed: MoneyType.of(found.owed, currencyCode),
    nextAvailableAt,
    paidOut: MoneyType.of(found.paidOut, currencyCode),
    currencyCode,
  };
}

@Resolver(() => BalanceTransaction)
export class BalanceTransactionResolver {
  @Query(() => BalanceTransactionConnection, {
    nullable: true,
    description: 'Lines of a seller’s money, newest first; null for strangers.',
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
