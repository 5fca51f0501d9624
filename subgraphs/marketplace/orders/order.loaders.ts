import DataLoader from 'dataloader';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import type { Address } from '#contracts/fact-fields';
import { type CartLineView, cartLinesOf } from '../cart/cart.service';
import type { ReviewService, ReviewView } from '../reviews/review.service';
import type { OrderQueries } from './order-query.service';
import type { OrderView } from './order-view.service';
import type { OrderEventRow, OrderGroupRow, OrderLineRow } from './order.entity';

type One<T> = DataLoader<string, T | undefined>;
type Many<T> = DataLoader<string, T[]>;

/** Carts, orders and reviews by id, batched within one request and only what its viewer may see. */
export interface OrderLoaders {
  readonly order: One<OrderView>;
  readonly orderGroup: One<OrderGroupRow>;
  /** A line, when the viewer is a party to its order. */
  readonly orderLine: One<OrderLineRow>;
  readonly ordersOfGroup: Many<OrderView>;
  readonly linesOfOrder: Many<OrderLineRow>;
  readonly eventsOfOrder: Many<OrderEventRow>;
  readonly shipToOfOrder: One<Address>;
  readonly linesOfCart: Many<CartLineView>;
  readonly review: One<ReviewView>;
  readonly reviewOfLine: One<ReviewView>;
}

const one = <T>(
  find: (ids: readonly string[]) => Promise<T[]>,
  keyOf: (row: T) => string,
): One<T> =>
  new DataLoader(async (ids) => {
    const rows = new Map((await find(ids)).map((row) => [keyOf(row), row]));
    return ids.map((id) => rows.get(id));
  });

const many = <T>(
  find: (ids: readonly string[]) => Promise<T[]>,
  keyOf: (row: T) => string,
): Many<T> =>
  new DataLoader(async (ids) => {
    const groups = new Map<string, T[]>(ids.map((id) => [id, []]));
    for (const row of await find(ids)) groups.get(keyOf(row))?.push(row);
    return ids.map((id) => groups.get(id) ?? []);
  });

export function orderLoaders(
  db: Database,
  viewer: Viewer,
  { orders, reviews }: { readonly orders: OrderQueries; readonly reviews: ReviewService },
): OrderLoaders {
  const order = one(
    (ids) => orders.byIds(viewer, ids),
    ({ id }) => id,
  );
  return {
    order,
    orderGroup: one(
      (ids) => orders.groupsByIds(viewer, ids),
      ({ id }) => id,
    ),
    orderLine: one(
      async (ids) => {
        const lines = await orders.linesByIds(ids);
        const seen = await order.loadMany([...new Set(lines.map(({ orderId }) => orderId))]);
        const mine = new Set(seen.flatMap((row) => (row && 'id' in row ? row.id : [])));
        return lines.filter(({ orderId }) => mine.has(orderId));
      },
      ({ id }) => id,
    ),
    ordersOfGroup: many(
      (ids) => orders.byGroups(viewer, ids),
      ({ orderGroupId }) => orderGroupId,
    ),
    linesOfOrder: many(
      (ids) => orders.linesOfOrders(ids),
      ({ orderId }) => orderId,
    ),
    eventsOfOrder: many(
      (ids) => orders.eventsOfOrders(ids),
      ({ orderId }) => orderId,
    ),
    shipToOfOrder: new DataLoader(async (ids) => {
      const found = new Map(
        (await orders.shipToOfOrders(ids)).map(({ id, shipTo }) => [id as string, shipTo]),
      );
      return ids.map((id) => found.get(id));
    }),
    linesOfCart: many(
      (ids) => cartLinesOf(db, ids),
      ({ cartId }) => cartId,
    ),
    review: one(
      (ids) => reviews.byIds(ids),
      ({ id }) => id,
    ),
    reviewOfLine: one(
      (ids) => reviews.byLines(ids),
      ({ orderLineId }) => orderLineId,
    ),
  };
}
