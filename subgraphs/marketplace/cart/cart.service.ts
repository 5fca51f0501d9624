import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { refusals } from '#kernel/errors/refusal';
import type { OfferId, ProductId, SellerId, VariantId } from '#contracts/ids';
import type { CartRow } from './cart.entity';
import { cartErrors } from './cart.errors';
import { type CartId, type CartLineId, cartIds, cartLineIds } from './cart.ids';
import { MAX_LINES, isQuantity } from './cart.rules';

const refuse = refusals(cartErrors);

/** A line with what is true of its offer now. Amounts are of one unit. */
export interface CartLineView {
  readonly id: CartLineId;
  readonly cartId: CartId;
  readonly offerId: OfferId;
  readonly quantity: number;
  readonly sellerId: SellerId;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly title: string;
  readonly currency: string;
  readonly unitMinor: bigint;
  readonly unitShippingMinor: bigint;
  readonly weightG: number;
  readonly lengthCm: number;
  readonly widthCm: number;
  readonly heightCm: number;
  readonly handlingDays: number;
  readonly offerState: string;
  readonly sellingAllowed: boolean;
  readonly available: number;
}

const LINES = `
  select l.id, l."cartId", l."offerId", l.quantity, o."sellerId", o."variantId", o."productId",
    left(p.title || case when v.title in ('', p.title) then '' else ' – ' || v.title end, 400) as title,
    o.currency, o."unitMinor", o."shippingMinor" as "unitShippingMinor", o."weightG", o."lengthCm",
    o."widthCm", o."heightCm", o."handlingDays", o.state as "offerState",
    coalesce(g."sellingAllowed", false) as "sellingAllowed",
    coalesce(s."onHand" - s.reserved, 0) as available
  from "cartLine" l
  join offer o on o.id = l."offerId"
  join product p on p.id = o."productId"
  join variant v on v.id = o."variantId"
  left join stock s on s."offerId" = o.id
  left join "sellerGate" g on g."sellerId" = o."sellerId"
  where l."cartId" = any ($1) order by l."cartId", l.id`;

const ADD_LINES = `
  insert into "cartLine" (id, "cartId", "offerId", quantity, "addedAt")
  select w.id, $1, o.id, w.quantity, $3
  from jsonb_to_recordset($2) as w (id text, "offerId" text, quantity integer)
  join offer o on o.id = w."offerId"
  on conflict ("cartId", "offerId") do update set quantity = "cartLine".quantity + excluded.quantity
  returning quantity`;

/** Units of an offer to add. */
interface AddedLine {
  readonly offerId: string;
  readonly quantity: number;
}

/** Lines of carts, in the order in which they were added. */
export const cartLinesOf = (from: Queries, cartIds: readonly string[]): Promise<CartLineView[]> =>
  from.query<CartLineView>(LINES, [cartIds]);

/** The account that a signed-in person's carts belong to; nobody's for anyone else. */
const holderOf = ({ kind, accountId }: Viewer): string | null =>
  kind === 'USER' ? (accountId ?? null) : null;

/** Carts: what someone may want to buy, across sellers. A cart without an account is open to whoever knows its id. */
export class CartService {
  constructor(private readonly db: Database) {}

  async get(viewer: Viewer, id: string): Promise<CartRow | undefined> {
    const cart = await this.db.first<CartRow>('select * from cart where id = $1', [id]);
    const mine = cart?.accountId == null || cart.accountId === holderOf(viewer);
    return mine || hasRole(viewer, 'OPERATOR') ? cart : undefined;
  }

  /** A new cart, with its first lines if there are any. */
  create(viewer: Viewer, currency: string | null, lines: readonly AddedLine[]): Promise<CartRow> {
    requireQuantities(lines);
    return this.db.transaction(viewer, async (tx) => {
      const id = cartIds.create();
      await tx.query(
        `insert into cart (id, "accountId", currency, "createdAt", "updatedAt")
         values ($1, $2, $3, $4, $4)`,
        [id, holderOf(viewer), currency, tx.now],
      );
      if (lines.length > 0) await this.addIn(tx, id, lines);
      return this.finish(tx, id);
    });
  }

  /** Adds units; an offer that is in the cart already gets more. */
  linesAdd(viewer: Viewer, cartId: string, lines: readonly AddedLine[]): Promise<CartRow> {
    requireQuantities(lines);
    return this.db.transaction(viewer, async (tx) => {
      await this.touch(tx, viewer, cartId);
      await this.addIn(tx, cartId, lines);
      return this.finish(tx, cartId);
    });
  }

  /** Sets quantities; 0 removes the line. */
  linesUpdate(
    viewer: Viewer,
    cartId: string,
    lines: readonly { readonly lineId: string; readonly quantity: number }[],
  ): Promise<CartRow> {
    requireQuantities(lines.filter(({ quantity }) => quantity !== 0));
    return this.db.transaction(viewer, async (tx) => {
      await this.touch(tx, viewer, cartId);
      const removed = lines.filter(({ quantity }) => quantity === 0).map(({ lineId }) => lineId);
      const kept = lines.filter(({ quantity }) => quantity !== 0);
      const updated = await tx.query(
        `update "cartLine" l set quantity = w.quantity
         from jsonb_to_recordset($2) as w ("lineId" text, quantity integer)
         where l."cartId" = $1 and l.id = w."lineId" returning l.id`,
        [cartId, JSON.stringify(kept)],
      );
      if (updated.length < new Set(kept.map(({ lineId }) => lineId)).size) throw noLine();
      await this.remove(tx, cartId, removed);
      return this.finish(tx, cartId);
    });
  }

  linesRemove(viewer: Viewer, cartId: string, lineIds: readonly string[]): Promise<CartRow> {
    return this.db.transaction(viewer, async (tx) => {
      await this.touch(tx, viewer, cartId);
      await this.remove(tx, cartId, lineIds);
      return this.finish(tx, cartId);
    });
  }

  private async addIn(tx: Tx, cartId: string, lines: readonly AddedLine[]): Promise<void> {
    const wanted = new Map<string, number>();
    for (const { offerId, quantity } of lines) {
      wanted.set(offerId, (wanted.get(offerId) ?? 0) + quantity);
    }
    const rows = [...wanted].map(([offerId, quantity]) => ({
      id: cartLineIds.create(),
      offerId,
      quantity,
    }));
    const added = await tx.query<{ quantity: number }>(ADD_LINES, [
      cartId,
      JSON.stringify(rows),
      tx.now,
    ]);
    if (added.length < rows.length) throw refuse('OFFER_NOT_FOUND', { field: ['lines'] });
    if (added.some(({ quantity }) => !isQuantity(quantity))) throw badQuantity();
  }

  private async remove(tx: Tx, cartId: string, lineIds: readonly string[]): Promise<void> {
    if (lineIds.length === 0) return;
    const gone = await tx.query(
      'delete from "cartLine" where "cartId" = $1 and id = any ($2) returning id',
      [cartId, lineIds],
    );
    if (gone.length < new Set(lineIds).size) throw noLine();
  }

  /** Locks a cart that the viewer holds. */
  private async touch(tx: Tx, viewer: Viewer, cartId: string): Promise<void> {
    const cart = await tx.first(
      `update cart set version = version + 1, "updatedAt" = $3
       where id = $1 and ("accountId" is null or "accountId" = $2) returning id`,
      [cartId, holderOf(viewer), tx.now],
    );
    if (cart === undefined) throw refuse('CART_NOT_FOUND', { field: ['cartId'] });
  }

  /** The first line decides the currency of a cart that was made without one. */
  private async finish(tx: Tx, cartId: string): Promise<CartRow> {
    const cart = await tx.first<CartRow & { size: bigint }>(
      `update cart c set currency = coalesce(c.currency, (
         select o.currency from "cartLine" l join offer o on o.id = l."offerId"
         where l."cartId" = c.id order by l.id limit 1))
       where c.id = $1
       returning c.*, (select count(*) from "cartLine" l where l."cartId" = c.id) as size`,
      [cartId],
    );
    if (cart === undefined) throw refuse('CART_NOT_FOUND', { field: ['cartId'] });
    if (cart.size > BigInt(MAX_LINES)) throw refuse('CART_FULL', { field: ['lines'] });
    return cart;
  }
}

function requireQuantities(lines: readonly { readonly quantity: number }[]): void {
  if (lines.length > MAX_LINES) throw refuse('CART_FULL', { field: ['lines'] });
  const bad = lines.findIndex(({ quantity }) => !isQuantity(quantity));
  if (bad >= 0) throw badQuantity(bad);
}

const badQuantity = (at?: number) =>
  refuse('QUANTITY_INVALID', {
    field: at === undefined ? ['lines'] : ['lines', String(at), 'quantity'],
  });
const noLine = () => refuse('CART_LINE_NOT_FOUND', { field: ['lines'] });
