import type { GraphClient } from '../../scripts/client/graph.client';
import type { House, Journey } from './journey.system';

interface Costed {
  readonly extensions?: { readonly cost?: { readonly throttleStatus: Record<string, number> } };
}

export const apiKey = (house: House): void =>
  describe('what an API key may', () => {
    let journey: Journey;
    let seller: GraphClient;
    let sellerId: string;
    let merchantId: string;
    beforeAll(async () => {
      journey = house.journey;
      seller = await journey.as('seller');
      const { viewer } = await seller.ask<{
        viewer: { sellers: readonly { id: string; merchant: { id: string } }[] };
      }>('{ viewer { sellers { id merchant { id } } } }');
      sellerId = viewer.sellers[0]?.id ?? '';
      merchantId = viewer.sellers[0]?.merchant.id ?? '';
    });

    const keyWith = async (scopes: readonly string[], costBudget?: number) => {
      const input = { merchantId, name: 'ERP', scopes, costBudget, idempotencyKey: scopes.join() };
      const { secret } = await seller.mutate<{ secret: string }>('apiKeyCreate', 'secret', input);
      return journey.graph.as(secret);
    };
    const cancel = (client: GraphClient) =>
      client.send<{ orderCancel: { userErrors: { code: string }[] } | null }>(
        `mutation { orderCancel(input: { orderId: "ord_none", reason: "x", idempotencyKey: "k" }) {
        userErrors { code } } }`,
      );
    const sold = (client: GraphClient) =>
      client.send<Record<string, unknown>>(
        `query ($id: ID!) { orders(as: SELLER, sellerId: $id) { nodes { id } } categories { nodes { id } } }`,
        { id: sellerId },
      );

    test('without a scope a mutation is refused whole, a query field by field', async () => {
      const without = await keyWith(['analytics:read']);
      const refused = await cancel(without);
      expect(refused.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
      expect(refused).not.toHaveProperty('data');
      const partial = await sold(without);
      expect(partial.data).toMatchObject({
        orders: null,
        categories: expect.anything() as unknown,
      });
      expect(partial.errors?.map(({ path, extensions }) => [path?.[0], extensions?.code])).toEqual([
        ['orders', 'FORBIDDEN'],
      ]);
      const holder = await keyWith(['orders:read', 'orders:write']);
      expect((await cancel(holder)).data?.orderCancel?.userErrors).toMatchObject([
        { code: 'ORDER_NOT_FOUND' },
      ]);
      expect((await sold(holder)).data?.['orders']).toMatchObject({
        nodes: expect.any(Array) as unknown,
      });
    });

    test('its own cost budget is the one that it has', async () => {
      const small = await keyWith(['catalogue:read'], 400);
      const { extensions } = (await small.send('{ categories { nodes { id } } }')) as Costed;
      expect(extensions?.cost?.throttleStatus).toMatchObject({ maximumAvailable: 400 });
    });
  });
