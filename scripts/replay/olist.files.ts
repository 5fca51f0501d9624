import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** Everything in the files is in reais. */
export const CURRENCY = 'BRL';

/** One row of an order's items: one unit. */
export interface OlistItem {
  readonly productId: string;
  readonly sellerId: string;
  readonly priceMinor: bigint;
  readonly freightMinor: bigint;
}

export interface OlistPayment {
  readonly type: string;
  readonly valueMinor: bigint;
}

export interface OlistOrder {
  readonly id: string;
  readonly status: string;
  readonly approved: boolean;
  readonly handedOver: boolean;
  readonly buyer: {
    readonly id: string;
    readonly city: string;
    readonly state: string;
    readonly zip: string;
  };
  readonly items: readonly OlistItem[];
  readonly payments: readonly OlistPayment[];
  readonly review:
    { readonly stars: number; readonly title: string; readonly body: string } | undefined;
}

export interface OlistProduct {
  readonly category: string;
  readonly weightG: number;
  readonly lengthCm: number;
  readonly widthCm: number;
  readonly heightCm: number;
}

export interface Olist {
  readonly orders: readonly OlistOrder[];
  readonly products: ReadonlyMap<string, OlistProduct>;
}

type Line = Record<string, string>;

/** `"123.4"` as 12340: the files have at most two decimals. */
export function cents(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2));
}

/** Reads the published files of the Brazilian E-Commerce Public Dataset by Olist from a folder. */
export function readOlist(folder: string): Olist {
  const file = (name: string): Line[] => {
    const path = join(folder, `${name}.csv`);
    if (!existsSync(path)) throw new Error(`${path} is missing`);
    return parse(readFileSync(path), { columns: true, bom: true });
  };
  const customers = new Map(
    file('olist_customers_dataset').map((row) => [row['customer_id'], row]),
  );
  const english = new Map(
    file('product_category_name_translation').map((row) => [
      row['product_category_name'],
      row['product_category_name_english'] ?? '',
    ]),
  );
  const items = groupBy(file('olist_order_items_dataset'), 'order_id');
  const payments = groupBy(file('olist_order_payments_dataset'), 'order_id');
  const reviews = groupBy(file('olist_order_reviews_dataset'), 'order_id');
  const orders = file('olist_orders_dataset').map((row): OlistOrder => {
    const id = row['order_id'] ?? '';
    const customer = customers.get(row['customer_id'] ?? '') ?? {};
    const review = reviews.get(id)?.[0];
    return {
      id,
      status: row['order_status'] ?? '',
      approved: row['order_approved_at'] !== '',
      handedOver: row['order_delivered_carrier_date'] !== '',
      buyer: {
        id: customer['customer_unique_id'] ?? '',
        city: customer['customer_city'] ?? '',
        state: customer['customer_state'] ?? '',
        zip: customer['customer_zip_code_prefix'] ?? '',
      },
      items: (items.get(id) ?? []).map((item) => ({
        productId: item['product_id'] ?? '',
        sellerId: item['seller_id'] ?? '',
        priceMinor: cents(item['price'] ?? '0'),
        freightMinor: cents(item['freight_value'] ?? '0'),
      })),
      payments: (payments.get(id) ?? []).map((payment) => ({
        type: payment['payment_type'] ?? '',
        valueMinor: cents(payment['payment_value'] ?? '0'),
      })),
      review: review && {
        stars: Number(review['review_score']),
        title: review['review_comment_title'] ?? '',
        body: review['review_comment_message'] ?? '',
      },
    };
  });
  const products = productsOf(file('olist_products_dataset'), english);
  return { orders, products };
}

function productsOf(
  rows: readonly Line[],
  english: ReadonlyMap<string | undefined, string>,
): Map<string, OlistProduct> {
  return new Map(
    rows.map((row): [string, OlistProduct] => [
      row['product_id'] ?? '',
      {
        category: english.get(row['product_category_name'] ?? '') || 'other',
        weightG: whole(row['product_weight_g']),
        lengthCm: whole(row['product_length_cm']),
        widthCm: whole(row['product_width_cm']),
        heightCm: whole(row['product_height_cm']),
      },
    ]),
  );
}

const whole = (text: string | undefined): number => Math.max(1, Math.round(Number(text) || 1));

function groupBy(rows: readonly Line[], column: string): Map<string, Line[]> {
  const groups = new Map<string, Line[]>();
  for (const row of rows) {
    const key = row[column] ?? '';
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * Chooses orders in a fixed way: every kind (status × several sellers × several payments) gets its turn in the order of
 * the ids, so that even a small replay holds cancelled, undelivered, split and multiply paid orders.
 */
export function chooseOrders(all: readonly OlistOrder[], count: number): OlistOrder[] {
  const kinds = new Map<string, OlistOrder[]>();
  for (const order of [...all].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const sellers = new Set(order.items.map(({ sellerId }) => sellerId)).size;
    const kind = `${order.status} ${sellers > 1 ? 'several' : 'one'} ${order.payments.length > 1 ? 'several' : 'one'}`;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [order]);
    else known.push(order);
  }
  const chosen: OlistOrder[] = [];
  const share = (kind: string): number => (kind.startsWith('delivered') ? 4 : 1);
  for (let round = 0; chosen.length < count && kinds.size > 0; round++) {
    for (const [kind, orders] of kinds) {
      chosen.push(...orders.splice(0, Math.min(share(kind), count - chosen.length)));
      if (orders.length === 0) kinds.delete(kind);
      if (chosen.length >= count) break;
    }
  }
  return chosen;
}
