import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { refusals } from '#kernel/errors/refusal';
import { clearTimers } from '#kernel/events/timers';
import type { Money } from '#kernel/money/money';
import { type AccountId, type OrderGroupId, orderGroupIds } from '#contracts/ids';
import type { CheckoutLineRow, CheckoutRow } from './checkout.entity';
import { checkoutErrors } from './checkout.errors';
import { checkoutMachine } from './checkout.machine';
import { CHECKOUT_EXPIRY, requireBuyer } from './checkout.service';
import { type PlacedOrder, placeOrders, placedFacts } from './placement.service';
import type { ReservationService } from './reservation.service';
import { type Split, splitBySeller } from './split.rules';

const refuse = refusals(checkoutErrors);

export interface CheckoutComplete {
  readonly checkoutId: string;
  /** What the buyer believes to pay; another total is refused. */
  readonly expectedTotal: Money;
  readonly idempotencyKey: string;
}

type AgreedLine = CheckoutLineRow & { readonly sellingAllowed: boolean };

const LINES = `
  select l.*, coalesce(g."sellingAllowed", false) as "sellingAllowed"
  from "checkoutLine" l left join "sellerGate" g on g."sellerId" = l."sellerId"
  where l."checkoutId" = $1 order by l.id`;

const INSERT_ORDERS = `
  insert into "order" (id, "orderGroupId", number, "buyerId", "sellerId", currency, "subtotalMinor", "shippingMinor",
    "taxMinor", "commissionMinor", "totalMinor", "contractHash", "placedAt", status, "paymentStatus",
    "escrowStatus", "fulfillmentStatus", "cancellationStatus")
  select o.id, $2, o.number, $3, o."sellerId", $4, o."subtotalMinor", o."shippingMinor", o."taxMinor",
    o."commissionMinor", o."totalMinor", o."contractHash", $5, 'PLACED', 'AWAITING', 'NONE', 'UNFULFILLED', 'NONE'
  from jsonb_to_recordset($1) as o (id text, number text, "sellerId" text, "subtotalMinor" bigint,
    "shippingMinor" bigint, "taxMinor" bigint, "commissionMinor" bigint, "totalMinor" bigint,
    "contractHash" text)`;

const INSERT_LINES = `
  insert into "orderLine" (id, "orderId", "checkoutLineId", "offerId", "variantId", "productId", title, quantity,
    "unitMinor", "subtotalMinor", "shippingMinor", "taxMinor", "commissionMinor", "totalMinor")
  select x.id, x."orderId", l.id, l."offerId", l."variantId", l."productId", l.title, l.quantity, l."unitMinor",
    x."subtotalMinor", x."shippingMinor", x."taxMinor", x."commissionMinor", x."totalMinor"
  from jsonb_to_recordset($1) as x (id text, "orderId" text, "checkoutLineId" text, "subtotalMinor" bigint,
    "shippingMinor" bigint, "taxMinor" bigint, "commissionMinor" bigint, "totalMinor" bigint)
  join "checkoutLine" l on l.id = x."checkoutLineId"`;

const INSERT_EVENTS = `
  insert into "orderEvent" ("orderId", version, at, event, detail)
  select id, 1, $2, 'order.placed', null from unnest($1::text[]) as id`;

/** Turns a checkout into one order per seller, exactly once however often and at once it is called. */
export class CompletionService {
  constructor(
    private readonly db: Database,
    private readonly reservations: ReservationService,
  ) {}

  /** The order group that the checkout became; the first caller makes it, the others are given it. */
  complete(viewer: Viewer, input: CheckoutComplete): Promise<OrderGroupId> {
    const buyerId = requireBuyer(viewer);
    const { checkoutId, expectedTotal, idempotencyKey: key } = input;
    return this.db.transaction(viewer, (tx) =>
      once(
        tx,
        { scope: `${buyerId}:checkoutComplete`, key, input: { checkoutId, expectedTotal } },
        () => this.completeIn(tx, buyerId, checkoutId, expectedTotal),
      ),
    );
  }

  private async completeIn(
    tx: Tx,
    buyerId: AccountId,
    checkoutId: string,
    expected: Money,
  ): Promise<OrderGroupId> {
    const checkout = await tx.first<CheckoutRow>(
      'select * from checkout where id = $1 and "buyerId" = $2 for no key update',
      [checkoutId, buyerId],
    );
    if (checkout === undefined) {
      throw refuse('CHECKOUT_NOT_FOUND', { field: ['checkoutId'] });
    }
    if (checkout.orderGroupId !== null) return checkout.orderGroupId;
    refuseClosed(checkout, tx.now);
    const lines = await tx.query<AgreedLine>(LINES, [checkoutId]);
    if (lines.some(({ sellingAllowed }) => !sellingAllowed)) throw refuse('SELLER_RESTRICTED');
    const split = splitBySeller(lines);
    const { totalMinor } = split.amounts;
    if (totalMinor !== expected.minor || checkout.currency !== expected.currency) {
      throw refuse('PRICE_CHANGED', { field: ['expectedTotal'] });
    }
    return this.placeIn(tx, checkout, split);
  }

  private async placeIn(
    tx: Tx,
    checkout: CheckoutRow,
    split: Split<AgreedLine>,
  ): Promise<OrderGroupId> {
    const groupId = orderGroupIds.create();
    const number = await this.insertGroup(tx, groupId, checkout, split);
    const orders = placeOrders(number, split.parts, { ...checkout, placedAt: tx.now });
    await this.insertOrders(tx, groupId, checkout, orders);
    await this.reservations.commitIn(
      tx,
      checkout.id,
      orders.flatMap(({ lines }) => lines),
    );
    await tx.query('update checkout set state = $2, "orderGroupId" = $3 where id = $1', [
      checkout.id,
      'COMPLETED',
      groupId,
    ]);
    await tx.query('delete from "cartLine" where "cartId" = $1 and "offerId" = any ($2)', [
      checkout.cartId,
      orders.flatMap(({ lines }) => lines.map(({ agreed }) => agreed.offerId)),
    ]);
    await clearTimers(tx, checkout.id, [CHECKOUT_EXPIRY]);
    tx.publish(...placedFacts({ ...checkout, id: groupId }, orders));
    return groupId;
  }

  private async insertGroup(
    tx: Tx,
    id: OrderGroupId,
    checkout: CheckoutRow,
    { amounts }: Split<AgreedLine>,
  ): Promise<string> {
    const row = await tx.first<{ number: string }>(
      `insert into "orderGroup" (id, number, "checkoutId", "buyerId", currency, "subtotalMinor", "shippingMinor",
         "taxMinor", "commissionMinor", "totalMinor", "shipTo", "placedAt")
       values ($1, nextval('"orderNumber"')::text, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning number`,
      [
        id,
        checkout.id,
        checkout.buyerId,
        checkout.currency,
        amounts.subtotalMinor,
        amounts.shippingMinor,
        amounts.taxMinor,
        amounts.commissionMinor,
        amounts.totalMinor,
        checkout.shipTo,
        tx.now,
      ],
    );
    if (row === undefined) throw new Error('the order group was not inserted');
    return row.number;
  }

  private async insertOrders(
    tx: Tx,
    groupId: OrderGroupId,
    checkout: CheckoutRow,
    orders: readonly PlacedOrder[],
  ): Promise<void> {
    await tx.query(INSERT_ORDERS, [
      rowsOf(
        orders.map(({ id, number, sellerId, amounts, contract }) => ({
          ...{ id, number, sellerId, contractHash: contract.hash },
          ...amounts,
        })),
      ),
      groupId,
      checkout.buyerId,
      checkout.currency,
      tx.now,
    ]);
    await tx.query(INSERT_LINES, [
      rowsOf(
        orders.flatMap(({ lines }) =>
          lines.map(({ agreed: _agreed, amounts, ...line }) => ({ ...line, ...amounts })),
        ),
      ),
    ]);
    await tx.query(INSERT_EVENTS, [orders.map(({ id }) => id), tx.now]);
  }
}

function refuseClosed({ state, expiresAt }: CheckoutRow, now: Date): void {
  if (state === 'CANCELLED') throw refuse('CHECKOUT_CANCELLED', { field: ['checkoutId'] });
  const open = checkoutMachine.next(state, 'complete') !== undefined;
  if (!open || expiresAt <= now) throw refuse('CHECKOUT_EXPIRED', { field: ['checkoutId'] });
}

const rowsOf = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
