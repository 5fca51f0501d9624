import type { Tx } from '#kernel/db/database';
import type { OfferId, OrderId, OrderLineId } from '#contracts/ids';
import { type CheckoutId, checkoutLineIds, reservationIds } from './checkout.ids';

/** Told when an offer has just run out, or has units again, in the same transaction. */
export interface AvailabilityWatcher {
  availabilityChangedIn(tx: Tx, offerIds: readonly OfferId[]): Promise<void>;
}

interface Wanted {
  readonly checkoutLineId: string;
  readonly offerId: OfferId;
  readonly quantity: number;
}

interface Taken {
  readonly offerId: OfferId;
  readonly available: number;
}

// One statement: rows are locked in id order (no deadlock between carts), the condition is judged again on the newest
// version of each row after the lock was waited for, and what cannot be had is simply not among the answers.
const RESERVE = `
  with wanted as (
    select * from jsonb_to_recordset($1)
      as w (id text, "checkoutLineId" text, "offerId" text, quantity integer)
  ), locked as (
    select s."offerId" from stock s join wanted w on w."offerId" = s."offerId"
    where s."onHand" - s.reserved >= w.quantity order by s."offerId" for no key update of s
  ), taken as (
    update stock s set reserved = s.reserved + w.quantity, "updatedAt" = $3
    from wanted w join locked l on l."offerId" = w."offerId"
    where s."offerId" = w."offerId" and s."onHand" - s.reserved >= w.quantity
    returning s."offerId", s."onHand" - s.reserved as available
  ), held as (
    insert into reservation (id, "checkoutId", "checkoutLineId", "offerId", quantity, state)
    select w.id, $2, w."checkoutLineId", w."offerId", w.quantity, 'HELD'
    from wanted w join taken t on t."offerId" = w."offerId"
  )
  select "offerId", available from taken`;

const putBack = (freed: string): string => `
  with freed as (${freed}),
  sums as (
    select "offerId", sum(units)::integer as units from freed where units > 0 group by "offerId"
  ), locked as (
    select s."offerId" from stock s join sums on sums."offerId" = s."offerId"
    order by s."offerId" for no key update of s
  )
  update stock s set reserved = s.reserved - sums.units, "updatedAt" = $2
  from sums join locked l on l."offerId" = sums."offerId"
  where s."offerId" = sums."offerId"
  returning s."offerId", s."onHand" - s.reserved - sums.units as before,
    s."onHand" - s.reserved as available`;

const RELEASE_CHECKOUTS = putBack(`
    update reservation set state = 'RELEASED' where "checkoutId" = any ($1) and state = 'HELD'
    returning "offerId", quantity as units`);

const RELEASE_ORDER = putBack(`
    update reservation set state = 'RELEASED' where "orderId" = $1 and state = 'COMMITTED'
    returning "offerId", quantity - consumed as units`);

// The row as it was before is joined in, because only the difference leaves the stock.
const CONSUME = `
  with shipped as (
    select * from jsonb_to_recordset($2) as x ("checkoutLineId" text, quantity integer)
  ), moved as (
    update reservation r set consumed = least(r.quantity, x.quantity),
      state = case when x.quantity >= r.quantity then 'CONSUMED' else r.state end
    from shipped x join reservation was on was."checkoutLineId" = x."checkoutLineId"
    where r.id = was.id and r."orderId" = $1 and r.state = 'COMMITTED'
      and least(r.quantity, x.quantity) > r.consumed
    returning r."offerId", r.consumed - was.consumed as units
  ), sums as (
    select "offerId", sum(units)::integer as units from moved group by "offerId"
  ), locked as (
    select s."offerId" from stock s join sums on sums."offerId" = s."offerId"
    order by s."offerId" for no key update of s
  )
  update stock s set "onHand" = s."onHand" - sums.units, reserved = s.reserved - sums.units,
    "updatedAt" = $3
  from sums join locked l on l."offerId" = sums."offerId"
  where s."offerId" = sums."offerId"`;

/** Units set aside for checkouts and orders. Every change locks stock rows in id order. */
export class ReservationService {
  constructor(private readonly watcher: AvailabilityWatcher) {}

  /** Sets units aside; answers the offers that had too few, in which case the caller rolls back. */
  async holdIn(tx: Tx, checkoutId: CheckoutId, wanted: readonly Wanted[]): Promise<OfferId[]> {
    const rows = wanted.map((line) => ({ id: reservationIds.create(), ...line }));
    const taken = await tx.query<Taken>(RESERVE, [JSON.stringify(rows), checkoutId, tx.now]);
    const got = new Set(taken.map(({ offerId }) => offerId));
    const missing = wanted.map(({ offerId }) => offerId).filter((offerId) => !got.has(offerId));
    if (missing.length === 0) {
      await this.tell(
        tx,
        taken.filter(({ available }) => available === 0),
      );
    }
    return missing;
  }

  /** The checkout became orders: its units belong to them now. */
  async commitIn(
    tx: Tx,
    checkoutId: CheckoutId,
    lines: readonly { readonly checkoutLineId: string; readonly orderId: OrderId }[],
  ): Promise<void> {
    await tx.query(
      `update reservation r set state = 'COMMITTED', "orderId" = x."orderId"
       from jsonb_to_recordset($2) as x ("checkoutLineId" text, "orderId" text)
       where r."checkoutId" = $1 and r.state = 'HELD' and r."checkoutLineId" = x."checkoutLineId"`,
      [
        checkoutId,
        JSON.stringify(lines.map(({ checkoutLineId, orderId }) => ({ checkoutLineId, orderId }))),
      ],
    );
  }

  /** Units of checkouts that came to nothing go back on sale. */
  async releaseCheckoutsIn(tx: Tx, checkoutIds: readonly CheckoutId[]): Promise<void> {
    await this.released(tx, RELEASE_CHECKOUTS, checkoutIds);
  }

  /** What an order had not shipped goes back on sale. */
  async releaseOrderIn(tx: Tx, orderId: OrderId): Promise<void> {
    await this.released(tx, RELEASE_ORDER, orderId);
  }

  /** Units that have left the seller, in all so far by order line; repeating changes nothing. */
  async consumeIn(
    tx: Tx,
    orderId: OrderId,
    shipped: Readonly<Record<string, number>>,
  ): Promise<void> {
    const rows = Object.entries(shipped).map(([orderLineId, quantity]) => ({
      checkoutLineId: checkoutLineIds.from(orderLineId as OrderLineId),
      quantity,
    }));
    await tx.query(CONSUME, [orderId, JSON.stringify(rows), tx.now]);
  }

  private async released(tx: Tx, statement: string, of: unknown): Promise<void> {
    const back = await tx.query<Taken & { before: number }>(statement, [of, tx.now]);
    await this.tell(
      tx,
      back.filter(({ before }) => before === 0),
    );
  }

  private async tell(tx: Tx, offers: readonly { readonly offerId: OfferId }[]): Promise<void> {
    if (offers.length === 0) return;
    await this.watcher.availabilityChangedIn(
      tx,
      offers.map(({ offerId }) => offerId),
    );
  }
}
