import type { FactData } from '#contracts/facts';
import type { OrderId, SellerId } from '#contracts/ids';
import { type Viewer, hasRole, hasScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import type { PageRequest } from '#kernel/graphql/page';
import {
  type OrderMoneyRow,
  type ProductProfitRow,
  type SoldLineRow,
  profitIds,
} from './profit.entity';
import { type LineShare, type OrderMoney, sharesOf } from './profit.rules';

/** A product's figures for one seller in one currency. */
export interface ProfitFigures extends ProductProfitRow, LineShare {
  readonly unitsSold: number;
}

export interface SellerTotals extends LineShare {
  readonly orders: number;
}

const FIGURES = `
  select p.*, coalesce(sum(l.quantity) filter (where l."soldMinor" > 0), 0)::int as "unitsSold",
    coalesce(sum(l."soldMinor"), 0)::bigint as "soldMinor",
    coalesce(sum(l."refundedMinor"), 0)::bigint as "refundedMinor",
    coalesce(sum(l."commissionMinor"), 0)::bigint as "commissionMinor",
    coalesce(sum(l."taxMinor"), 0)::bigint as "taxMinor",
    coalesce(sum(l."labelMinor"), 0)::bigint as "labelMinor"
  from "productProfit" p join "soldLine" l on l."profitId" = p.id`;

/** Sales and net proceeds per product, folded from facts in whatever order they come. */
export class ProfitService {
  constructor(private readonly db: Database) {}

  /** True for a member of the seller's merchant, its key with `analytics:read`, or an operator. */
  async mayRead(viewer: Viewer, sellerId: string): Promise<boolean> {
    if (hasRole(viewer, 'OPERATOR')) return true;
    if (viewer.kind === 'API_KEY') {
      return viewer.tenantIds.includes(sellerId) && hasScope(viewer, 'analytics:read');
    }
    if (viewer.kind !== 'USER') return false;
    const member = await this.db.first(
      `select 1 as one from member m join merchant s on s.id = m."merchantId"
       where s."sellerId" = $1 and m."accountId" = $2`,
      [sellerId, viewer.accountId],
    );
    return member !== undefined;
  }

  async page(
    viewer: Viewer,
    sellerId: string,
    currency: string,
    request: PageRequest,
  ): Promise<ProfitFigures[]> {
    if (!(await this.mayRead(viewer, sellerId))) return [];
    const [compare, order] = request.backward ? ['<', 'desc'] : ['>', 'asc'];
    return this.db.query<ProfitFigures>(
      `${FIGURES} where p."sellerId" = $1 and p.currency = $2 and ($3::text is null or p.id ${compare} $3)
       group by p.id order by p.id ${order} limit $4`,
      [sellerId, currency, request.from?.[0] ?? null, request.size + 1],
    );
  }

  /** A seller's sums over all products; undefined for who may not read them. */
  async totals(
    viewer: Viewer,
    sellerId: string,
    currency: string,
  ): Promise<SellerTotals | undefined> {
    if (!(await this.mayRead(viewer, sellerId))) return undefined;
    return this.db.first<SellerTotals>(
      `select count(*) filter (where "fundedMinor" > 0)::int as orders,
         coalesce(sum("fundedMinor"), 0)::bigint as "soldMinor",
         coalesce(sum("refundedMinor"), 0)::bigint as "refundedMinor",
         coalesce(sum("commissionMinor"), 0)::bigint as "commissionMinor",
         coalesce(sum("taxMinor"), 0)::bigint as "taxMinor",
         coalesce(sum("labelMinor"), 0)::bigint as "labelMinor"
       from "orderMoney" where "sellerId" = $1 and currency = $2`,
      [sellerId, currency],
    );
  }

  /** The lines of an order, so that its money can be told apart by product. */
  async placedIn(tx: Tx, order: FactData<'order.placed'>): Promise<void> {
    for (const line of order.lines) {
      const profit = await tx.first<{ id: string }>(
        `insert into "productProfit" (id, "sellerId", "productId", currency, title) values ($1, $2, $3, $4, $5)
         on conflict ("sellerId", currency, "productId") do update set title = excluded.title returning id`,
        [profitIds.create(), order.sellerId, line.productId, order.currency, line.title],
      );
      const value = line.unitMinor * BigInt(line.quantity) + line.shippingMinor;
      await tx.query(
        `insert into "soldLine" ("orderLineId", "orderId", "profitId", quantity, "valueMinor")
         values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [line.orderLineId, order.orderId, profit?.id, line.quantity, value],
      );
    }
    await this.addIn(tx, order, order.currency, {});
  }

  /** Adds to what is known of an order's money and shares it over the lines that are known. */
  async addIn(
    tx: Tx,
    { orderId, sellerId }: { readonly orderId: OrderId; readonly sellerId: SellerId },
    currency: string,
    more: Partial<OrderMoney>,
  ): Promise<void> {
    const money = await tx.first<OrderMoneyRow>(
      `insert into "orderMoney" as m ("orderId", "sellerId", currency, "fundedMinor", "refundedMinor",
         "commissionMinor", "taxMinor", "labelMinor") values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict ("orderId") do update set
         "fundedMinor" = m."fundedMinor" + excluded."fundedMinor",
         "refundedMinor" = m."refundedMinor" + excluded."refundedMinor",
         "commissionMinor" = m."commissionMinor" + excluded."commissionMinor",
         "taxMinor" = m."taxMinor" + excluded."taxMinor",
         "labelMinor" = m."labelMinor" + excluded."labelMinor"
       returning *`,
      [
        orderId,
        sellerId,
        currency,
        more.fundedMinor ?? 0n,
        more.refundedMinor ?? 0n,
        more.commissionMinor ?? 0n,
        more.taxMinor ?? 0n,
        more.labelMinor ?? 0n,
      ],
    );
    if (money !== undefined) await this.shareIn(tx, money);
  }

  private async shareIn(tx: Tx, money: OrderMoneyRow): Promise<void> {
    const lines = await tx.query<SoldLineRow>(
      'select * from "soldLine" where "orderId" = $1 order by "orderLineId" for no key update',
      [money.orderId],
    );
    if (lines.length === 0) return;
    const shares = sharesOf(
      money,
      lines.map(({ valueMinor }) => valueMinor),
    );
    await tx.query(
      `update "soldLine" l set "soldMinor" = s.sold, "refundedMinor" = s.refunded,
         "commissionMinor" = s.commission, "taxMinor" = s.tax, "labelMinor" = s.label
       from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
         as s (id, sold, refunded, commission, tax, label) where l."orderLineId" = s.id`,
      [
        lines.map(({ orderLineId }) => orderLineId),
        shares.map(({ soldMinor }) => soldMinor),
        shares.map(({ refundedMinor }) => refundedMinor),
        shares.map(({ commissionMinor }) => commissionMinor),
        shares.map(({ taxMinor }) => taxMinor),
        shares.map(({ labelMinor }) => labelMinor),
      ],
    );
  }
}
