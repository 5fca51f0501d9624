import { type Viewer, hasRole, hasScope } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import { CallError } from '#kernel/errors/refusal';
import type { PageRequest } from '#kernel/graphql/page';
import { requireBuyer } from '../checkout/checkout.service';
import type { SellerService } from '../sellers/seller.service';
import { ORDER_RECORD, type OrderRecord, type OrderView, viewOf } from './order-view.service';
import type { OrderEventRow, OrderGroupRow, OrderLineRow, OrderRow } from './order.entity';

/** Reads of orders, each for one viewer: what they are no party to is not there. */
export class OrderQueries {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
  ) {}

  async byIds(viewer: Viewer, ids: readonly string[]): Promise<OrderView[]> {
    return this.visible(viewer, 'o.id = any ($1)', [...ids]);
  }

  async byNumber(viewer: Viewer, number: string): Promise<OrderView | undefined> {
    return (await this.visible(viewer, 'o.number = any ($1)', [number]))[0];
  }

  byGroups(viewer: Viewer, groupIds: readonly string[]): Promise<OrderView[]> {
    return this.visible(viewer, 'o."orderGroupId" = any ($1)', [...groupIds]);
  }

  /** Groups for their buyer and operators: sellers must not learn what else was bought. */
  async groupsByIds(viewer: Viewer, ids: readonly string[]): Promise<OrderGroupRow[]> {
    if (viewer.kind !== 'USER') return [];
    return this.db.query<OrderGroupRow>(
      'select * from "orderGroup" where id = any ($1) and ("buyerId" = $2 or $3::boolean)',
      [ids, viewer.accountId ?? null, hasRole(viewer, 'OPERATOR')],
    );
  }

  linesOfOrders(orderIds: readonly string[]): Promise<OrderLineRow[]> {
    return this.db.query<OrderLineRow>(
      'select * from "orderLine" where "orderId" = any ($1) order by "orderId", id',
      [orderIds],
    );
  }

  /** Days in which the slowest line of each order should be handed over, as it was offered. */
  async handlingDaysOf(orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.db.query<{ orderId: string; days: number }>(
      `select l."orderId", max(c."handlingDays") as days
       from "orderLine" l join "checkoutLine" c on c.id = l."checkoutLineId"
       where l."orderId" = any ($1) group by 1`,
      [orderIds],
    );
    return new Map(rows.map(({ orderId, days }) => [orderId, days]));
  }

  linesByIds(ids: readonly string[]): Promise<OrderLineRow[]> {
    return this.db.query<OrderLineRow>('select * from "orderLine" where id = any ($1)', [ids]);
  }

  eventsOfOrders(orderIds: readonly string[]): Promise<OrderEventRow[]> {
    return this.db.query<OrderEventRow>(
      'select * from "orderEvent" where "orderId" = any ($1) order by "orderId", version',
      [orderIds],
    );
  }

  shipToOfOrders(
    orderIds: readonly string[],
  ): Promise<(Pick<OrderRow, 'id'> & Pick<OrderGroupRow, 'shipTo'>)[]> {
    return this.db.query(
      `select o.id, g."shipTo" from "order" o join "orderGroup" g on g.id = o."orderGroupId"
       where o.id = any ($1)`,
      [orderIds],
    );
  }

  /** What the caller bought, newest first; one more than the page holds. */
  bought(viewer: Viewer, page: PageRequest): Promise<OrderView[]> {
    return this.page(viewer, 'buyerId', requireBuyer(viewer), page);
  }

  /** What a seller sold, newest first, for its members and keys. */
  async sold(viewer: Viewer, sellerId: string, page: PageRequest): Promise<OrderView[]> {
    const acts = await this.sellers.actsFor(this.db, viewer, sellerId, 'orders:read');
    const operator = hasRole(viewer, 'OPERATOR') && hasScope(viewer, 'orders:read');
    if (!acts && !operator) {
      throw new CallError(viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
    }
    return this.page(viewer, 'sellerId', sellerId, page);
  }

  private async page(
    viewer: Viewer,
    side: 'buyerId' | 'sellerId',
    id: string,
    { size, backward, from }: PageRequest,
  ): Promise<OrderView[]> {
    const [past, order] = backward ? ['>', 'asc'] : ['<', 'desc'];
    const rows = await this.db.query<OrderRecord>(
      `${ORDER_RECORD} where o."${side}" = $1 and ($3::text is null or o.id ${past} $3)
       order by o.id ${order} limit $4`,
      [id, viewer.accountId ?? null, from?.[0] ?? null, size + 1],
    );
    return rows.flatMap((row) => viewOf(viewer, row, 'orders:read') ?? []);
  }

  private async visible(viewer: Viewer, where: string, keys: string[]): Promise<OrderView[]> {
    const rows = await this.db.query<OrderRecord>(`${ORDER_RECORD} where ${where} order by o.id`, [
      keys,
      viewer.accountId ?? null,
    ]);
    return rows.flatMap((row) => viewOf(viewer, row, 'orders:read') ?? []);
  }
}
