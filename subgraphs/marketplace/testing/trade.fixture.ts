import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { idKind } from '#kernel/ids/id';
import type { FactInput, FactName } from '#contracts/facts';
import type { OfferId, OrderGroupId, OrderId, SellerId } from '#contracts/ids';
import type { OrderLineRow, OrderRow } from '../orders/order.entity';
import { CatalogueFixture, aListing, aVariant } from './catalogue.fixture';

export interface Shop {
  readonly owner: Viewer;
  readonly sellerId: SellerId;
}

export interface Bought {
  readonly groupId: OrderGroupId;
  readonly orders: readonly OrderRow[];
}

const eventIds = idKind('evt');
export const ADDRESS = {
  name: 'Ana',
  street: 'Rua 1',
  city: 'São Paulo',
  region: 'SP',
  postalCode: '01000-000',
  country: 'BR',
};

/** A catalogue fixture with short ways to buy and to hear what the other subgraphs say. */
export class TradeFixture {
  private keys = 0;

  private constructor(readonly at: CatalogueFixture) {}

  static async open(): Promise<TradeFixture> {
    return new TradeFixture(await CatalogueFixture.open());
  }

  close(): Promise<void> {
    return this.at.close();
  }

  /** Where the database is, for a wider pool. */
  get url(): string {
    return (this.at.db.source.options as { url?: string }).url ?? '';
  }

  get key(): string {
    return `key-${String(this.keys++)}`;
  }

  /** An offer of a new product. */
  async offer(shop: Shop, stock = 5, priceMinor = 1_000n, shippingMinor = 300n): Promise<OfferId> {
    const handle = `p-${eventIds.create().slice(4)}`;
    await this.at.context.listings.upsert(shop.owner, shop.sellerId, [
      aListing(handle, {
        variants: [
          aVariant({
            stock,
            price: { minorUnits: priceMinor, currencyCode: 'EUR' },
            shippingPrice: { minorUnits: shippingMinor, currencyCode: 'EUR' },
          }),
        ],
      }),
    ]);
    const row = await this.at.db.first<{ id: OfferId }>(
      'select o.id from offer o join product p on p.id = o."productId" where p.handle = $1',
      [handle],
    );
    if (row === undefined) throw new Error('the listing made no offer');
    return row.id;
  }

  /** A cart with these lines and its open checkout. */
  async checkout(buyer: Viewer, lines: readonly (readonly [OfferId, number])[]) {
    const { carts, checkouts } = this.at.context;
    const added = lines.map(([offerId, quantity]) => ({ offerId, quantity }));
    const { id: cartId } = await carts.create(buyer, null, added);
    return checkouts.begin(buyer, { cartId, shipTo: ADDRESS, idempotencyKey: this.key });
  }

  /** Buys everything up to placed orders. */
  async buy(buyer: Viewer, lines: readonly (readonly [OfferId, number])[]): Promise<Bought> {
    const checkout = await this.checkout(buyer, lines);
    const groupId = await this.at.context.completions.complete(buyer, {
      checkoutId: checkout.id,
      expectedTotal: { minor: checkout.totalMinor, currency: checkout.currency },
      idempotencyKey: this.key,
    });
    return { groupId, orders: await this.ordersOf(groupId) };
  }

  ordersOf(groupId: OrderGroupId): Promise<OrderRow[]> {
    return this.at.db.query<OrderRow>(
      'select * from "order" where "orderGroupId" = $1 order by number',
      [groupId],
    );
  }

  async order(id: OrderId): Promise<OrderRow> {
    const row = await this.at.db.first<OrderRow>('select * from "order" where id = $1', [id]);
    if (row === undefined) throw new Error(`no order ${id}`);
    return row;
  }

  linesOf(id: OrderId): Promise<OrderLineRow[]> {
    return this.at.db.query<OrderLineRow>(
      'select * from "orderLine" where "orderId" = $1 order by id',
      [id],
    );
  }

  stock(offerId: OfferId): Promise<{ onHand: number; reserved: number } | undefined> {
    return this.at.db.first('select "onHand", reserved from stock where "offerId" = $1', [offerId]);
  }

  /** A fact of another subgraph reaches the reactions, in a transaction of its own. */
  hear<N extends FactName>(type: N, data: FactInput<N>, time = this.at.clock.now()): Promise<void> {
    const reactions = this.at.subgraph.reactions.filter(({ on }) => on === type);
    if (reactions.length === 0) throw new Error(`nothing reacts to ${type}`);
    return this.at.db.transaction(systemViewer('test'), async (tx) => {
      for (const reaction of reactions) {
        await reaction.run(tx, {
          id: eventIds.create(),
          source: 'elsewhere',
          type,
          subject: 'x',
          topics: [],
          time,
          actor: 'system',
          correlationId: 'test',
          position: { epoch: 1, xid: '1', seq: '1' },
          data: data,
        });
      }
    });
  }

  /** Types of the facts told about a subject, oldest first. */
  async told(subject: string): Promise<string[]> {
    const rows = await this.at.db.query<{ type: string }>(
      'select type from outbox where subject = $1 order by seq',
      [subject],
    );
    return rows.map(({ type }) => type);
  }
}
