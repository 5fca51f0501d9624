import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { MoneyType } from '#kernel/graphql/money.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import { CurrencyCode } from '#kernel/graphql/scalars';
import type { MerchantServicesContext } from '../merchant-services.context';
import { requirementsOf } from '../onboarding/requirement.rules';
import { netProceeds } from './profit.rules';
import type { ProfitFigures } from './profit.service';
import { MerchantDashboard, ProductProfit, ProductProfitConnection } from './profit.types';

@Resolver(() => ProductProfit)
export class ProfitResolver {
  @Query(() => ProductProfitConnection, {
    nullable: true,
    description:
      'Sales and net proceeds per product. The seller (`analytics:read`); empty for others.',
  })
  async productProfits(
    @Arg('sellerId', () => ID, { description: 'The seller.' }) sellerId: string,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { profits, viewer }: MerchantServicesContext,
  ): Promise<Connection<ProductProfit>> {
    const request = pageRequest(page);
    const rows = await profits.page(viewer, sellerId, currencyCode, request);
    return connectionOf(rows.map(toProductProfit), request, ({ id }) => [id]);
  }

  @Query(() => MerchantDashboard, {
    nullable: true,
    description: 'A seller’s figures at a glance. The seller (`analytics:read`); null for others.',
  })
  async merchantDashboard(
    @Arg('sellerId', () => ID, { description: 'The seller.' }) sellerId: string,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { profits, merchants, viewer }: MerchantServicesContext,
  ): Promise<MerchantDashboard | null> {
    const totals = await profits.totals(viewer, sellerId, currencyCode);
    if (totals === undefined) return null;
    const [merchant] = await merchants.bySellers([sellerId]);
    const unmet = merchant === undefined ? [] : requirementsOf(merchant).filter(({ met }) => !met);
    return {
      orders: totals.orders,
      sales: MoneyType.of(totals.soldMinor, currencyCode),
      net: MoneyType.of(netProceeds(totals), currencyCode),
      openTasks: unmet.map(({ code }) => code),
    };
  }
}

function toProductProfit(row: ProfitFigures): ProductProfit {
  const money = (minor: bigint): MoneyType => MoneyType.of(minor, row.currency);
  return {
    id: row.id,
    product: { id: row.productId },
    title: row.title,
    unitsSold: row.unitsSold,
    grossSales: money(row.soldMinor),
    refunds: money(row.refundedMinor),
    commission: money(row.commissionMinor + row.taxMinor),
    shippingLabels: money(row.labelMinor),
    netProceeds: money(netProceeds(row)),
  };
}
