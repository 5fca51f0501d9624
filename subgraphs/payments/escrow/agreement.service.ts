import {
  type AccountId,
  type OrderGroupId,
  type OrderId,
  type SellerId,
  escrowIds,
  trancheIds,
} from '#contracts/ids';
import { after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { setTimer } from '#kernel/events/timers';
import { uuidOf } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import { openAccounts } from '../ledger/ledger.service';
import type { OrderGroupRow } from '../payments/order-group.entity';
import type { EscrowRow } from './escrow.entity';
import {
  NO_PLAN,
  type PlannedTranche,
  type TranchePlan,
  planFits,
  plannedTranches,
} from './plan.rules';
import type { Goods } from './split.rules';
import { type GoodsKind, T1_MS } from '../deadlines/timer.rules';

/** What marketplace says of an order group, in a sealed payment request or in the fact; both say the same. */
export interface GroupTerms {
  readonly orderGroupId: OrderGroupId;
  readonly buyerId: AccountId;
  readonly currency: string;
  readonly orders: readonly OrderTerms[];
}

/** One seller's order: what to hold and how to split it, minor units. */
export interface OrderTerms {
  readonly orderId: OrderId;
  readonly sellerId: SellerId;
  readonly totalMinor: bigint;
  readonly commissionMinor: bigint;
  readonly taxMinor: bigint;
  /** What the deadlines on its money depend on. */
  readonly goods: GoodsKind;
  readonly business: boolean;
  readonly handlingDays: number;
  /** SHA-256 of the contract that both accepted; empty when nobody said. */
  readonly contractHash: string;
  /** What each line's goods cost, shipping included: together they are the total. Empty when nobody said. */
  readonly lines: readonly Goods[];
  /** In which parts it is paid, or its money released; at once when nobody said. */
  readonly plan?: TranchePlan | undefined;
}

/** An order group, locked, with the agreements about its orders. */
export interface Agreements {
  readonly group: OrderGroupRow;
  readonly escrows: readonly EscrowRow[];
  /** Orders whose stored terms are not the ones given. */
  readonly differing: readonly OrderId[];
}

/** Writing the same row again locks it and returns what is there. */
const LOCK_GROUP = `
  insert into "orderGroup" (id, "buyerId", currency, state, "seenAt")
  values ($1, $2, $3, 'AWAITING', $4)
  on conflict (id) do update set id = excluded.id
  returning *, (xmax = 0) as fresh`;

const INSERT = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],
      $6::bigint[], $15::text[], $16::text[], $17::boolean[], $18::int[], $19::bigint[],
      $20::int[]) as g ("escrowId", "orderId", "sellerId", "totalMinor", "commissionMinor",
      "taxMinor", "contractHash", goods, business, "handlingDays", "depositMinor", "balanceDays")),
  made as (
    insert into escrow (id, "orderId", "orderGroupId", "buyerId", "sellerId", currency,
      "totalMinor", "commissionMinor", "taxMinor", "contractHash", goods, business,
      "handlingDays", "depositMinor", "balanceDays", state, "createdAt")
    select "escrowId", "orderId", $7, $8, "sellerId", $9, "totalMinor", "commissionMinor",
      "taxMinor", "contractHash", goods, business, "handlingDays", "depositMinor", "balanceDays",
      'NONE', $10 from given order by "orderId"
    returning *),
  held as (
    insert into tranche (id, "escrowId", "accountId", kind, state, "commissionMinor", "taxMinor",
      title, number, "agreedMinor", days)
    select id, escrow, account, kind, 'AWAITING_FUNDS', commission, tax, title, number, agreed, days
    from unnest($21::text[], $22::text[], $23::bigint[], $24::text[], $25::bigint[], $26::bigint[],
      $27::text[], $28::int[], $29::bigint[], $30::int[]) as t (id, escrow, account, kind,
      commission, tax, title, number, agreed, days)),
  goods as (
    insert into "trancheLine" ("trancheId", "orderLineId", quantity, "amountMinor",
      "commissionMinor", "taxMinor")
    select * from unnest($11::text[], $12::text[], $13::int[], $14::bigint[], $31::bigint[],
      $32::bigint[]))
  select * from made`;

/** Keeps the agreements: one escrow for each seller order, with one tranche or one for each milestone. */
export class AgreementService {
  constructor(private readonly log: Logger) {}

  /**
   * Brings the agreements of an order group about, whoever speaks first: the payment request or the fact. Terms that
   * are there already are never overwritten; others are an alarm. The group row is locked.
   */
  async upsertIn(tx: Tx, terms: GroupTerms): Promise<Agreements> {
    const { orderGroupId, buyerId, currency } = terms;
    const group = await tx.first<OrderGroupRow & { fresh: boolean }>(LOCK_GROUP, [
      orderGroupId,
      buyerId,
      currency,
      tx.now,
    ]);
    if (group === undefined) throw new Error('the order group could not be written');
    if (group.fresh) {
      const timer = { subject: orderGroupId, kind: 'T1', version: 0 };
      await setTimer(tx, timer, after(tx.now, T1_MS));
    }
    const misplanned = terms.orders.filter(
      ({ totalMinor, plan }) => plan !== undefined && !planFits(totalMinor, plan),
    );
    if (misplanned.length > 0)
      throw new Error(`${orderGroupId}: plans that do not fit their orders`);
    const ids = terms.orders.map(({ orderId }) => orderId);
    const known = group.fresh
      ? []
      : await tx.query<EscrowRow>('select * from escrow where "orderId" = any ($1)', [ids]);
    const byOrder = new Map(known.map((row) => [row.orderId, row]));
    const missing = terms.orders.filter(({ orderId }) => !byOrder.has(orderId));
    const made = missing.length === 0 ? [] : await this.insert(tx, terms, missing);
    const differing = terms.orders
      .filter((order) => differs(byOrder.get(order.orderId), order, terms))
      .map(({ orderId }) => orderId);
    if (differing.length > 0 || group.buyerId !== buyerId || group.currency !== currency) {
      this.log.error(
        { alarm: 'AGREEMENT_DIFFERS', orderGroupId, differing },
        'the terms of an order differ from the agreement; nothing was overwritten',
      );
    }
    return { group, escrows: [...known, ...made], differing };
  }

  private async insert(
    tx: Tx,
    { orderGroupId, buyerId, currency }: GroupTerms,
    orders: readonly OrderTerms[],
  ): Promise<EscrowRow[]> {
    const named = orders.map((order) => ({ ...order, escrowId: escrowIds.create() }));
    const tranches = named.flatMap(({ escrowId, plan = NO_PLAN, ...terms }) =>
      plannedTranches(terms, plan).map((one) => ({ ...one, id: trancheIds.create(), escrowId })),
    );
    const accounts = await openAccounts(
      tx,
      tranches.map(({ id }) => ({ kind: 'TRANCHE', owner: uuidOf(id), currency })),
    );
    // what milestones pay for is work, not goods that leave with parcels
    const wholes = new Map(tranches.map(({ escrowId, kind, id }) => [escrowId, { kind, id }]));
    const lines = named.flatMap(({ escrowId, lines: own }) => {
      const whole = wholes.get(escrowId);
      return whole?.kind === 'WHOLE' ? own.map((line) => ({ ...line, trancheId: whole.id })) : [];
    });
    return tx.query<EscrowRow>(INSERT, [
      named.map(({ escrowId }) => escrowId),
      orders.map(({ orderId }) => orderId),
      orders.map(({ sellerId }) => sellerId),
      orders.map(({ totalMinor }) => totalMinor),
      orders.map(({ commissionMinor }) => commissionMinor),
      orders.map(({ taxMinor }) => taxMinor),
      orderGroupId,
      buyerId,
      currency,
      tx.now,
      lines.map(({ trancheId }) => trancheId),
      lines.map(({ orderLineId }) => orderLineId),
      lines.map(({ quantity }) => quantity),
      lines.map(({ amountMinor }) => amountMinor),
      orders.map(({ contractHash }) => contractHash),
      orders.map(({ goods }) => goods),
      orders.map(({ business }) => business),
      orders.map(({ handlingDays }) => handlingDays),
      orders.map(({ plan = NO_PLAN }) => plan.depositMinor),
      orders.map(({ plan = NO_PLAN }) => plan.balanceDays),
      ...trancheColumns(tranches, accounts),
      lines.map(({ commissionMinor }) => commissionMinor ?? null),
      lines.map(({ taxMinor }) => taxMinor ?? null),
    ]);
  }
}

const trancheColumns = (
  tranches: readonly (PlannedTranche & { readonly id: string; readonly escrowId: string })[],
  accounts: readonly bigint[],
): unknown[] => [
  tranches.map(({ id }) => id),
  tranches.map(({ escrowId }) => escrowId),
  accounts,
  tranches.map(({ kind }) => kind),
  tranches.map(({ commissionMinor }) => commissionMinor),
  tranches.map(({ taxMinor }) => taxMinor),
  tranches.map(({ milestone }) => milestone?.title ?? null),
  tranches.map(({ milestone }) => milestone?.number ?? null),
  tranches.map(({ milestone }) => milestone?.amountMinor ?? null),
  tranches.map(({ milestone }) => milestone?.days ?? null),
];

function differs(row: EscrowRow | undefined, order: OrderTerms, group: GroupTerms): boolean {
  return (
    row !== undefined &&
    (row.orderGroupId !== group.orderGroupId ||
      row.buyerId !== group.buyerId ||
      row.sellerId !== order.sellerId ||
      row.currency !== group.currency ||
      row.totalMinor !== order.totalMinor ||
      row.commissionMinor !== order.commissionMinor ||
      row.contractHash !== order.contractHash ||
      row.depositMinor !== (order.plan ?? NO_PLAN).depositMinor ||
      row.taxMinor !== order.taxMinor)
  );
}
