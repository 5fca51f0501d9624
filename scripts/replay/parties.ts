import { eventually } from '../client/eventually';
import { type GraphClient, GraphProblem, isProblem } from '../client/graph.client';
import { CURRENCY, type Olist, type OlistOrder } from './olist.files';

const PASSWORD = 'replay-password';

/** What a line of an order is bought from: one price point of one seller's product. */
export interface PricePoint {
  readonly sellerId: string;
  readonly productId: string;
  readonly priceMinor: bigint;
  readonly freightMinor: bigint;
}

export const skuOf = ({ productId, priceMinor, freightMinor }: PricePoint): string =>
  `${productId.slice(0, 12)}-${String(priceMinor)}-${String(freightMinor)}`;

interface Shop {
  readonly client: GraphClient;
  readonly sellerId: string;
}

/**
 * The people of the files as accounts of the graph: buyers sign up, sellers open a shop, are verified and list their
 * real products at their real prices. Each is made once, when an order first needs it, and found again after a restart.
 */
export class Parties {
  private readonly made = new Map<string, Promise<unknown>>();
  private readonly needed = new Map<string, Map<string, PricePoint & { stock: number }>>();

  constructor(
    private readonly graph: GraphClient,
    private readonly files: Olist,
    orders: readonly OlistOrder[],
  ) {
    for (const item of orders.flatMap(({ items }) => items)) {
      const listing = listingKey(item);
      const points = this.needed.get(listing) ?? new Map<string, PricePoint & { stock: number }>();
      this.needed.set(listing, points);
      const sku = skuOf(item);
      const { stock } = points.get(sku) ?? { stock: 0 };
      points.set(sku, { ...item, stock: stock + 1 });
    }
  }

  buyer(order: OlistOrder): Promise<GraphClient> {
    return this.once(`buyer ${order.buyer.id}`, () =>
      this.account(`${order.buyer.id}@buyers.example`, `Buyer ${order.buyer.id.slice(0, 6)}`),
    );
  }

  /** A seller's shop, allowed to sell. */
  shop(sellerId: string): Promise<Shop> {
    return this.once(`shop ${sellerId}`, async () => {
      const client = await this.account(
        `${sellerId}@sellers.example`,
        `Shop ${sellerId.slice(0, 6)}`,
      );
      const seller = await this.openShop(client, sellerId);
      await this.verify(client, seller, sellerId);
      return { client, sellerId: seller };
    });
  }

  /** The offer to buy an item from. */
  async offer(item: PricePoint): Promise<string> {
    const offers = await this.once(`listing ${listingKey(item)}`, () => this.list(item));
    const offer = offers.get(skuOf(item));
    if (offer === undefined) throw new Error(`no offer for ${skuOf(item)}`);
    return offer;
  }

  private once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.made.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const making = make();
    this.made.set(key, making);
    return making;
  }

  private async account(email: string, displayName: string): Promise<GraphClient> {
    try {
      const input = { email, password: PASSWORD, displayName };
      const { accessToken } = await this.graph.mutate<{ accessToken: string }>(
        'accountSignUp',
        'accessToken',
        input,
      );
      return this.graph.as(accessToken);
    } catch (error) {
      if (!(error instanceof GraphProblem)) throw error;
      const { accessToken } = await this.graph.mutate<{ accessToken: string }>(
        'accountSignIn',
        'accessToken',
        { email, password: PASSWORD },
      );
      return this.graph.as(accessToken);
    }
  }

  private async openShop(client: GraphClient, sellerId: string): Promise<string> {
    const handle = `shop-${sellerId}`.slice(0, 40);
    const input = { handle, displayName: `Shop ${sellerId.slice(0, 8)}`, country: 'BR' };
    try {
      const { seller } = await client.mutate<{ seller: { id: string } }>(
        'sellerOpen',
        'seller { id }',
        input,
      );
      return seller.id;
    } catch (error) {
      if (!(error instanceof GraphProblem)) throw error;
      const { sellerByHandle } = await client.ask<{ sellerByHandle: { id: string } | null }>(
        'query ($handle: String!) { sellerByHandle(handle: $handle) { id } }',
        { handle },
      );
      if (sellerByHandle === null) throw error;
      return sellerByHandle.id;
    }
  }

  private async verify(client: GraphClient, id: string, sellerId: string): Promise<void> {
    const merchant = await eventually(`the merchant of ${id}`, async () => {
      const { seller } = await client.ask<{ seller: { merchant: { id: string } | null } | null }>(
        'query ($id: ID!) { seller(id: $id) { merchant { id } } }',
        { id },
      );
      return seller?.merchant ?? undefined;
    });
    await client
      .mutate('merchantSubmit', 'merchant { id }', {
        merchantId: merchant.id,
        entityType: 'INDIVIDUAL',
        legalName: `Seller ${sellerId.slice(0, 8)}`,
        address: 'Rua do Comercio 100, Brasil',
        email: `${sellerId}@sellers.example`,
        phone: '+5511900000000',
      })
      .catch((error: unknown) => {
        if (!isProblem(error, 'TRANSITION_NOT_ALLOWED')) throw error; // verified before a restart
      });
    await eventually(`${id} to be allowed to sell`, async () => {
      const { seller } = await client.ask<{ seller: { sellingAllowed: boolean } }>(
        'query ($id: ID!) { seller(id: $id) { sellingAllowed } }',
        { id },
      );
      return seller.sellingAllowed ? true : undefined;
    });
  }

  /** Lists a product with a variant for each of its prices; returns the offers by sku. */
  private async list(item: PricePoint): Promise<Map<string, string>> {
    const { client, sellerId } = await this.shop(item.sellerId);
    const product = this.files.products.get(item.productId);
    const category = product?.category ?? 'other';
    const points = [...(this.needed.get(listingKey(item))?.values() ?? [])];
    const money = (minorUnits: bigint) => ({
      minorUnits: String(minorUnits),
      currencyCode: CURRENCY,
    });
    const listing = {
      handle: `p-${item.productId.slice(0, 16)}-${item.sellerId.slice(0, 12)}`,
      title: `${words(category)} ${item.productId.slice(0, 6)}`,
      description: `A real product of the category ${words(category)}.`,
      categoryHandle: category.replaceAll('_', '-'),
      categoryName: words(category),
      variants: points.map((point) => ({
        sku: skuOf(point),
        title: `At ${String(point.priceMinor)}`,
        price: money(point.priceMinor),
        shippingPrice: money(point.freightMinor),
        stock: point.stock + 100,
        weightG: product?.weightG ?? 500,
        lengthCm: product?.lengthCm ?? 20,
        widthCm: product?.widthCm ?? 20,
        heightCm: product?.heightCm ?? 10,
        handlingDays: 2,
      })),
    };
    const { results } = await client.mutate<{ results: ListingResult[] }>(
      'listingsUpsert',
      `results { product { variants { sku offers(first: 1) { nodes { id seller { id } } } } }
         userErrors { code message } }`,
      { sellerId, listings: [listing] },
    );
    const [result] = results;
    if (result?.product == null) throw new Error(`listing refused: ${JSON.stringify(result)}`);
    return new Map(
      result.product.variants.map(({ sku, offers }) => [
        sku,
        offers.nodes.find(({ seller }) => seller.id === sellerId)?.id ?? '',
      ]),
    );
  }
}

interface ListingResult {
  readonly product: {
    readonly variants: readonly {
      readonly sku: string;
      readonly offers: {
        readonly nodes: readonly {
          readonly id: string;
          readonly seller: { readonly id: string };
        }[];
      };
    }[];
  } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

const listingKey = ({ sellerId, productId }: PricePoint): string => `${sellerId} ${productId}`;
const words = (category: string): string => category.replaceAll('_', ' ');
