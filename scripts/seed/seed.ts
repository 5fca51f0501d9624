import { Client } from 'pg';
import { GraphClient, GraphProblem, isProblem, pause } from '../client/graph.client';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, type DemoAccount } from './demo.accounts';
import { DEMO_CURRENCY, DEMO_PRODUCTS, DEMO_SHIPPING, type DemoProduct } from './demo.catalogue';

interface Shop {
  readonly client: GraphClient;
  readonly sellerId: string;
}

/**
 * Makes the demo accounts and catalogue through the public graph, as any storefront would; only the operators' role is
 * written to the database, because no mutation may grant it. Does nothing when it was finished before, and goes on
 * where an interrupted seeding stopped.
 */
export async function seedDemo(
  graphUrl: string,
  databaseUrl: string,
  say: (line: string) => void,
): Promise<void> {
  const operators = await operatorsIn(databaseUrl);
  if (operators === OPERATORS.length) return;
  say('Seeding the demo accounts and catalogue …');
  const graph = new GraphClient({ url: graphUrl, patienceMs: 30_000 });
  const shops = new Map<string, Shop>();
  for (const account of DEMO_ACCOUNTS) {
    const client = await signedIn(graph, account);
    if (account.shop !== undefined)
      shops.set(account.shop.handle, await openShop(client, account.shop));
  }
  // With one operator it was finished by an earlier version, and its catalogue is in use.
  if (operators === 0) for (const product of DEMO_PRODUCTS) await list(product, shops);
  await makeOperators(databaseUrl);
}

const OPERATORS = DEMO_ACCOUNTS.filter(({ role }) => role.startsWith('operator')).map(
  ({ email }) => email,
);

const operatorsIn = (databaseUrl: string): Promise<number> =>
  sql(
    databaseUrl,
    `select 1 from marketplace.account where email = any ($1) and 'OPERATOR' = any (roles)`,
    [OPERATORS],
  );

/** The last step: that they have their role tells that the seeding was finished. */
const makeOperators = (databaseUrl: string): Promise<number> =>
  sql(databaseUrl, `update marketplace.account set roles = '{OPERATOR}' where email = any ($1)`, [
    OPERATORS,
  ]);

async function sql(url: string, text: string, values: readonly unknown[]): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

async function signedIn(graph: GraphClient, account: DemoAccount): Promise<GraphClient> {
  const { email, displayName } = account;
  const credentials = { email, password: DEMO_PASSWORD };
  const answer = await graph
    .mutate<{ accessToken: string }>('accountSignUp', 'accessToken', {
      ...credentials,
      displayName,
    })
    .catch((error: unknown) => {
      if (!(error instanceof GraphProblem)) throw error;
      return graph.mutate<{ accessToken: string }>('accountSignIn', 'accessToken', credentials);
    });
  return graph.as(answer.accessToken);
}

async function openShop(
  client: GraphClient,
  shop: NonNullable<DemoAccount['shop']>,
): Promise<Shop> {
  await client.mutate('sellerOpen', 'seller { id }', shop).catch((error: unknown) => {
    if (!(error instanceof GraphProblem)) throw error; // opened before an interruption
  });
  const seller = await poll(client, shop.handle, ({ merchant }) => merchant !== null);
  await client
    .mutate('merchantSubmit', 'merchant { id }', {
      merchantId: seller.merchant?.id,
      entityType: 'COMPANY',
      legalName: `${shop.displayName} Demo Ltd`,
      registrationNumber: `DEMO-${shop.handle}`,
      address: 'Example Street 1, Demo Town',
      email: `office@${shop.handle}.test`,
      phone: '+4930123456',
    })
    .catch((error: unknown) => {
      if (!isProblem(error, 'TRANSITION_NOT_ALLOWED')) throw error;
    });
  await poll(client, shop.handle, ({ sellingAllowed }) => sellingAllowed);
  return { client, sellerId: seller.id };
}

interface SellerSeen {
  readonly id: string;
  readonly sellingAllowed: boolean;
  readonly merchant: { readonly id: string } | null;
}

/** Asks until a shop looks so: what one subgraph commits, the others hear within milliseconds. */
async function poll(
  client: GraphClient,
  handle: string,
  looks: (seller: SellerSeen) => boolean,
): Promise<SellerSeen> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { sellerByHandle } = await client.ask<{ sellerByHandle: SellerSeen | null }>(
      'query ($handle: String!) { sellerByHandle(handle: $handle) { id sellingAllowed merchant { id } } }',
      { handle },
    );
    if (sellerByHandle !== null && looks(sellerByHandle)) return sellerByHandle;
    await pause(100);
  }
  throw new Error(`the shop ${handle} was not ready in time`);
}

const euro = (cents: number) => ({ minorUnits: String(cents), currencyCode: DEMO_CURRENCY });

async function list(product: DemoProduct, shops: ReadonlyMap<string, Shop>): Promise<void> {
  const shop = shops.get(product.shop);
  if (shop === undefined) throw new Error(`no shop ${product.shop}`);
  const parcel = {
    weightG: product.weightG,
    lengthCm: 30,
    widthCm: 25,
    heightCm: 15,
    handlingDays: 1,
  };
  const { results } = await shop.client.mutate<{ results: ListingResult[] }>(
    'listingsUpsert',
    'results { product { variants { id } } userErrors { code message } }',
    {
      sellerId: shop.sellerId,
      listings: [
        {
          handle: product.handle,
          title: product.title,
          description: product.description,
          categoryHandle: product.category.toLowerCase().replaceAll(' ', '-'),
          categoryName: product.category,
          sharing: 'SHARED',
          variants: product.variants.map(([title, cents, stock], i) => ({
            sku: `${product.handle}-${String(i + 1)}`,
            title,
            price: euro(cents),
            shippingPrice: euro(DEMO_SHIPPING),
            stock,
            ...parcel,
          })),
        },
      ],
    },
  );
  const [result] = results;
  if (result?.product == null) throw new Error(`${product.handle}: ${JSON.stringify(result)}`);
  if (product.rivalCents === undefined) return;
  const rival = [...shops.values()].find(({ sellerId }) => sellerId !== shop.sellerId);
  await rival?.client
    .mutate('offerCreate', 'offer { id }', {
      sellerId: rival.sellerId,
      variantId: result.product.variants[0]?.id,
      price: euro(product.rivalCents),
      shippingPrice: euro(DEMO_SHIPPING),
      stock: 20,
      ...parcel,
    })
    .catch((error: unknown) => {
      if (!(error instanceof GraphProblem)) throw error; // offered before an interruption
    });
}

interface ListingResult {
  readonly product: { readonly variants: readonly { readonly id: string }[] } | null;
}
