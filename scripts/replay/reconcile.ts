import { complainedOf } from './complaint';
import type { OlistOrder } from './olist.files';
import type { PlayedOrder } from './order.play';

interface OrderMoney {
  readonly status: string;
  readonly displayStatus: string;
  readonly total: Minor;
  readonly escrow: {
    readonly held: Minor;
    readonly released: Minor;
    readonly refunded: Minor;
  } | null;
}
interface Minor {
  readonly minorUnits: string;
}
interface GroupMoney {
  readonly payment: { readonly status: string; readonly amount: Minor } | null;
}

export interface Money {
  readonly captured: bigint;
  readonly held: bigint;
  readonly released: bigint;
  readonly refunded: bigint;
}

export interface Reconciliation {
  readonly byStatus: ReadonlyMap<string, number>;
  readonly ours: Money;
  readonly files: Money;
  /** Each difference in words; empty when all adds up to the cent. */
  readonly differences: readonly string[];
  /** Peculiarities of the files themselves, e.g. payments that do not add up to the goods. */
  readonly notes: readonly string[];
}

const NOTHING: Money = { captured: 0n, held: 0n, released: 0n, refunded: 0n };

const add = (a: Money, b: Money): Money => ({
  captured: a.captured + b.captured,
  held: a.held + b.held,
  released: a.released + b.released,
  refunded: a.refunded + b.refunded,
});

const same = (a: Money, b: Money): boolean =>
  a.captured === b.captured &&
  a.held === b.held &&
  a.released === b.released &&
  a.refunded === b.refunded;

export const goodsOf = ({ items }: OlistOrder): bigint =>
  items.reduce((sum, { priceMinor, freightMinor }) => sum + priceMinor + freightMinor, 0n);

/** Where the money of an order must be, by what its file says. */
export function expectedOf(file: OlistOrder): Money {
  const captured = goodsOf(file);
  if (file.status === 'created' || (file.status === 'canceled' && !file.approved)) return NOTHING;
  if (file.status === 'delivered') return { captured, held: 0n, released: captured, refunded: 0n };
  if (file.status === 'canceled' || file.status === 'unavailable') {
    return { captured, held: 0n, released: 0n, refunded: captured };
  }
  const refunded = complainedOf(file);
  return { captured, held: captured - refunded, released: 0n, refunded };
}

/** Asks the graph where the money of each played order is, as its buyer, and holds it against the files. */
export async function reconcile(played: readonly PlayedOrder[]): Promise<Reconciliation> {
  const byStatus = new Map<string, number>();
  const differences: string[] = [];
  const notes: string[] = [];
  let ours = NOTHING;
  let files = NOTHING;
  for (const order of played) {
    const seen = await moneyOf(order, byStatus);
    const expected = expectedOf(order.file);
    ours = add(ours, seen);
    files = add(files, expected);
    if (!same(seen, expected))
      differences.push(`${order.file.id}: ${show(seen)}, files ${show(expected)}`);
    if (seen.captured !== seen.held + seen.released + seen.refunded) {
      differences.push(`${order.file.id}: captured is not held + released + refunded`);
    }
    const paid = order.file.payments.reduce((sum, { valueMinor }) => sum + valueMinor, 0n);
    if (expected.captured > 0n && paid !== expected.captured) {
      notes.push(
        `${order.file.id}: its payments say ${decimal(paid)}, its goods ${decimal(expected.captured)}`,
      );
    }
  }
  return { byStatus, ours, files, differences, notes };
}

async function moneyOf(order: PlayedOrder, byStatus: Map<string, number>): Promise<Money> {
  let money = NOTHING;
  for (const id of order.orderIds) {
    const { order: seen } = await order.buyer.ask<{ order: OrderMoney }>(
      `query ($id: ID!) { order(id: $id) { status displayStatus total { minorUnits }
         escrow { held { minorUnits } released { minorUnits } refunded { minorUnits } } } }`,
      { id },
    );
    const status = `${order.file.status} → ${seen.status}`;
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    money = add(money, {
      captured: 0n,
      held: BigInt(seen.escrow?.held.minorUnits ?? 0),
      released: BigInt(seen.escrow?.released.minorUnits ?? 0),
      refunded: BigInt(seen.escrow?.refunded.minorUnits ?? 0),
    });
  }
  const { orderGroup } = await order.buyer.ask<{ orderGroup: GroupMoney }>(
    'query ($id: ID!) { orderGroup(id: $id) { payment { status amount { minorUnits } } } }',
    { id: order.orderGroupId },
  );
  const captured =
    orderGroup.payment?.status === 'CAPTURED' ? orderGroup.payment.amount.minorUnits : 0;
  return { ...money, captured: BigInt(captured) };
}

export const decimal = (minor: bigint): string =>
  `${String(minor / 100n)}.${String(minor % 100n).padStart(2, '0')}`;

export const show = ({ captured, held, released, refunded }: Money): string =>
  `captured ${decimal(captured)} = held ${decimal(held)} + released ${decimal(released)} + refunded ${decimal(refunded)}`;
