import { prefixOf } from '#kernel/ids/id';
import type { ReferenceResolver } from '#kernel/graphql/federate';
import { hasRole } from '#kernel/auth/viewer';
import { productIds } from '#contracts/ids';
import type { MarketplaceContext } from '../marketplace.context';

interface NodeFinder {
  readonly type: string;
  /** The row, or nothing when there is none that this viewer may see. */
  readonly find: (id: string, context: MarketplaceContext) => Promise<object | null | undefined>;
}

/** Someone’s name is shown where they act (a review, an order), not to whoever asks for an id. */
const ownAccount: NodeFinder['find'] = async (id, { viewer, loaders }) =>
  viewer.accountId === id || hasRole(viewer, 'OPERATOR') ? loaders.account.load(id) : null;

/** How each of our types is found by id, for `node(id:)` and for references from other subgraphs alike. */
const ours: Readonly<Record<string, NodeFinder>> = {
  acc: { type: 'Account', find: ownAccount },
  sel: { type: 'Seller', find: (id, { loaders }) => loaders.seller.load(id) },
  cat: { type: 'Category', find: (id, { loaders }) => loaders.category.load(id) },
  prd: { type: 'Product', find: (id, { loaders }) => loaders.product.load(id) },
  var: { type: 'Variant', find: (id, { loaders }) => loaders.variant.load(id) },
  off: { type: 'Offer', find: (id, { loaders }) => loaders.offer.load(id) },
  crt: { type: 'Cart', find: (id, { carts, viewer }) => carts.get(viewer, id) },
  chk: { type: 'Checkout', find: (id, { checkouts, viewer }) => checkouts.get(viewer, id) },
  ord: { type: 'Order', find: (id, { orderLoaders }) => orderLoaders.order.load(id) },
  oln: { type: 'OrderLine', find: (id, { orderLoaders }) => orderLoaders.orderLine.load(id) },
  ogr: { type: 'OrderGroup', find: (id, { orderLoaders }) => orderLoaders.orderGroup.load(id) },
  rev: { type: 'Review', find: (id, { orderLoaders }) => orderLoaders.review.load(id) },
};

/** Found by `node(id:)` only: no other subgraph refers to these. */
const oursOnly: Readonly<Record<string, NodeFinder>> = {
  hit: {
    type: 'SearchHit',
    find: async (id, { search }) => {
      const hit = await search.hitOf(productIds.from(id));
      return hit && { ...hit, id };
    },
  },
};

/** Types of other subgraphs: they check who may see them when a field is asked. */
const foreign: Readonly<Record<string, string>> = {
  pay: 'Payment',
  esc: 'Escrow',
  pyt: 'Payout',
  shp: 'Shipment',
  ful: 'FulfillmentOrder',
  mer: 'Merchant',
};

/** The thing with this id, marked with its type; null when there is none that the viewer may see. */
export async function findNode(id: string, context: MarketplaceContext): Promise<object | null> {
  const prefix = prefixOf(id);
  if (prefix === undefined) return null;
  const type = foreign[prefix];
  if (type !== undefined) return { __typename: type, id };
  const finder = ours[prefix] ?? oursOnly[prefix];
  const row = await finder?.find(id, context);
  return finder === undefined || row == null ? null : { __typename: finder.type, ...row };
}

/** Resolvers of `{ __typename, id }` references, by type name. */
export const nodeReferences: Readonly<Record<string, ReferenceResolver<MarketplaceContext>>> =
  Object.fromEntries(
    Object.entries(ours).map(([prefix, { type, find }]) => [
      type,
      async ({ id }: { readonly id: string }, context: MarketplaceContext) =>
        prefixOf(id) === prefix ? ((await find(id, context)) ?? null) : null,
    ]),
  );
