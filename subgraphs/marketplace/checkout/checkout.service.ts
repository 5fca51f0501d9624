import { type Viewer, hasRole } from '#kernel/auth/viewer';
import { MINUTE, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once, onceIfKeyed } from '#kernel/db/idempotency';
import { CallError, refusals } from '#kernel/errors/refusal';
import type { Timer } from '#kernel/events/timers';
import { clearTimers, setTimer } from '#kernel/events/timers';
import { total } from '#kernel/money/money';
import type { AccountId, OfferId } from '#contracts/ids';
import type { CartRow } from '../cart/cart.entity';
import { problemsOf } from '../cart/cart.rules';
import { type CartLineView, cartLinesOf } from '../cart/cart.service';
import { type AddressText, checkAddress } from './address.rules';
import type { CheckoutRow } from './checkout.entity';
import { checkoutBeginErrors, checkoutErrors } from './checkout.errors';
import { type CheckoutId, checkoutIds, checkoutLineIds } from './checkout.ids';
import { checkoutMachine } from './checkout.machine';
import type { ReservationService } from './reservation.service';
import { lineValue } from './split.rules';

const refuse = refusals({ ...checkoutBeginErrors, ...checkoutErrors });

/** How long stock stays reserved for a checkout. */
export const HOLD_MS = 15 * MINUTE;
export const CHECKOUT_EXPIRY = 'checkout.expire';

export interface CheckoutBegin {
  readonly cartId: string;
  readonly shipTo: AddressText;
  readonly idempotencyKey: string;
}

/** The account that buys: only a signed-in person can; a seller's key cannot. */
export function requireBuyer(viewer: Viewer): AccountId {
  if (viewer.kind === 'USER' && viewer.accountId !== undefined)
    return viewer.accountId as AccountId;
  throw new CallError(viewer.kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN');
}

const INSERT_LINES = `
  insert into "checkoutLine" (id, "checkoutId", "offerId", "sellerId", "variantId", "productId", title, quantity,
    "unitMinor", "unitShippingMinor", "weightG", "lengthCm", "widthCm", "heightCm", "handlingDays")
  select id, $2, "offerId", "sellerId", "variantId", "productId", title, quantity,
    "unitMinor", "unitShippingMinor", "weightG", "lengthCm", "widthCm", "heightCm", "handlingDays"
  from jsonb_to_recordset($1) as l (id text, "offerId" text, "sellerId" text, "variantId" text, "productId" text,
    title text, quantity integer, "unitMinor" bigint, "unitShippingMinor" bigint, "weightG" integer,
    "lengthCm" integer, "widthCm" integer, "heightCm" integer, "handlingDays" integer)`;

/** Checkouts up to their end: begun, cancelled, run out. Completing one is `CompletionService`. */
export class CheckoutService {
  constructor(
    private readonly db: Database,
    private readonly reservations: ReservationService,
  ) {}

  /** A checkout, for its buyer and operators. */
  async get(viewer: Viewer, id: string): Promise<CheckoutRow | undefined> {
    const row = await this.db.first<CheckoutRow>('select * from checkout where id = $1', [id]);
    const mine = viewer.kind === 'USER' && row?.buyerId === viewer.accountId;
    return mine || hasRole(viewer, 'OPERATOR') ? row : undefined;
  }

  /** Fixes prices and reserves all units of the cart, or refuses and reserves none. */
  begin(viewer: Viewer, input: CheckoutBegin): Promise<CheckoutRow> {
    const buyerId = requireBuyer(viewer);
    const { cartId, idempotencyKey: key } = input;
    const checked = checkAddress(input.shipTo);
    if (!checked.ok) throw refuse('ADDRESS_INVALID', { field: ['shipTo', checked.field] });
    const shipTo = checked.address;
    return this.db.transaction(viewer, async (tx) => {
      const scope = `${buyerId}:checkoutBegin`;
      const { id } = await once(tx, { scope, key, input: { cartId, shipTo } }, () =>
        this.beginIn(tx, buyerId, cartId, shipTo),
      );
      return found(await tx.first<CheckoutRow>('select * from checkout where id = $1', [id]));
    });
  }

  /** Gives the stock back before the reservation runs out. */
  cancel(viewer: Viewer, id: string, key?: string | null): Promise<CheckoutRow> {
    const buyerId = requireBuyer(viewer);
    const intent = { scope: `${buyerId}:checkoutCancel`, key, input: { id } };
    return this.db.transaction(viewer, async (tx) => {
      await onceIfKeyed(tx, intent, () => this.cancelIn(tx, buyerId, id));
      return found(await tx.first<CheckoutRow>('select * from checkout where id = $1', [id]));
    });
  }

  private async cancelIn(tx: Tx, buyerId: AccountId, id: string): Promise<{ id: CheckoutId }> {
    const row = found(
      await tx.first<CheckoutRow>(
        'select * from checkout where id = $1 and "buyerId" = $2 for no key update',
        [id, buyerId],
      ),
    );
    if (row.state === 'COMPLETED') throw refuse('CHECKOUT_COMPLETED');
    const state = checkoutMachine.next(row.state, 'cancel');
    if (state !== undefined) await this.endIn(tx, row.id, state);
    return { id: row.id };
  }

  /** The timer of an open checkout: its reservation has run out. */
  readonly expireIn = async (tx: Tx, { subject }: Timer): Promise<void> => {
    const row = await tx.first<CheckoutRow>(
      'select * from checkout where id = $1 for no key update',
      [subject],
    );
    const state = row && checkoutMachine.next(row.state, 'expire');
    if (row !== undefined && state !== undefined) await this.endIn(tx, row.id, state);
  };

  private async endIn(tx: Tx, id: CheckoutId, state: CheckoutRow['state']): Promise<void> {
    await tx.query('update checkout set state = $2 where id = $1', [id, state]);
    await this.reservations.releaseCheckoutsIn(tx, [id]);
    await clearTimers(tx, id, [CHECKOUT_EXPIRY]);
  }

  private async beginIn(
    tx: Tx,
    buyerId: AccountId,
    cartId: string,
    shipTo: AddressText,
  ): Promise<{ id: CheckoutId }> {
    const cart = await this.takeCart(tx, buyerId, cartId);
    const lines = await cartLinesOf(tx, [cartId]);
    const [first] = lines;
    if (first === undefined) throw refuse('CART_EMPTY', { field: ['cartId'] });
    refuseProblems(cart, lines);
    const id = checkoutIds.create();
    const currency = cart.currency ?? first.currency;
    const expiresAt = after(tx.now, HOLD_MS);
    const agreed = lines.map((line) => ({ ...line, id: checkoutLineIds.create() }));
    await tx.query(
      `insert into checkout (id, "cartId", "buyerId", state, currency, "totalMinor", "shipTo", "expiresAt", "createdAt")
       values ($1, $2, $3, 'OPEN', $4, $5, $6, $7, $8)`,
      [id, cartId, buyerId, currency, total(lines.map(lineValue)), shipTo, expiresAt, tx.now],
    );
    await tx.query(INSERT_LINES, [JSON.stringify(agreed, bigintAsText), id]);
    const missing = await this.reservations.holdIn(
      tx,
      id,
      agreed.map(({ id: checkoutLineId, offerId, quantity }) => ({
        checkoutLineId,
        offerId,
        quantity,
      })),
    );
    if (missing.length > 0) throw outOfStock(lines, missing);
    await setTimer(tx, { subject: id, kind: CHECKOUT_EXPIRY, version: 1 }, expiresAt);
    return { id };
  }

  /** Locks the cart, gives an ownerless one to the buyer, and ends an older checkout of it. */
  private async takeCart(tx: Tx, buyerId: AccountId, cartId: string): Promise<CartRow> {
    const cart = await tx.first<CartRow>(
      `update cart set "accountId" = $2, "updatedAt" = $3
       where id = $1 and ("accountId" is null or "accountId" = $2) returning *`,
      [cartId, buyerId, tx.now],
    );
    if (cart === undefined) throw refuse('CART_NOT_FOUND', { field: ['cartId'] });
    const older = await tx.first<{ id: CheckoutId }>(
      `select id from checkout where "cartId" = $1 and state = 'OPEN' for no key update`,
      [cartId],
    );
    if (older !== undefined) await this.endIn(tx, older.id, 'CANCELLED');
    return cart;
  }
}

const found = (row: CheckoutRow | undefined): CheckoutRow => {
  if (row === undefined) throw refuse('CHECKOUT_NOT_FOUND', { field: ['checkoutId'] });
  return row;
};

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

function refuseProblems(cart: CartRow, lines: readonly CartLineView[]): void {
  const [problem] = problemsOf(cart.currency, lines);
  if (problem === undefined) return;
  throw refuse(problem.code, {
    field: ['cartId'],
    message: `${checkoutBeginErrors[problem.code]} (cart line ${problem.lineId})`,
  });
}

function outOfStock(lines: readonly CartLineView[], missing: readonly OfferId[]) {
  const line = lines.find(({ offerId }) => missing.includes(offerId));
  return refuse('OUT_OF_STOCK', {
    field: ['cartId'],
    message: `${checkoutBeginErrors.OUT_OF_STOCK} (cart line ${line?.id ?? '?'})`,
  });
}
