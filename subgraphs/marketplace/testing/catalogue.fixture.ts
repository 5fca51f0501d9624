import { newSealingKey, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { type Viewer, makeViewer, systemViewer } from '#kernel/auth/viewer';
import { ManualClock } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import { CallError, Refusal } from '#kernel/errors/refusal';
import { type DoorResponse, LocalDoor } from '#kernel/graphql/door';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { type SellerId, accountIds, merchantIds, sellerIds } from '#contracts/ids';
import type { ListedVariant, Listing } from '../catalogue/listing.rules';
import type { MarketplaceContext } from '../marketplace.context';
import { startMarketplace } from '../marketplace.main';
import { sellerGateReactions } from '../sellers/seller.reactions';

/** A marketplace on a database of its own, with short ways to people, shops and listings. */
export class CatalogueFixture {
  private constructor(
    readonly clock: ManualClock,
    readonly db: Database,
    readonly subgraph: Subgraph,
    readonly context: MarketplaceContext,
    private readonly closeDb: () => Promise<void>,
  ) {}

  static async open(): Promise<CatalogueFixture> {
    const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
    const { db, close } = await openTestDatabase('marketplace', clock);
    const subgraph = await startMarketplace(
      { db, clock, log: silentLogger() },
      { signingKey: newSigningKey(), paymentsSealingKey: publicHalf(newSealingKey()) },
    );
    const context = subgraph.context(anonymous) as MarketplaceContext;
    return new CatalogueFixture(clock, db, subgraph, context, close);
  }

  close(): Promise<void> {
    return this.closeDb();
  }

  /** Runs a document as someone, through the subgraph's own door. */
  ask(
    viewer: Viewer,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<DoorResponse> {
    return new LocalDoor(this.subgraph, silentLogger()).execute({ query, variables }, viewer);
  }

  /** Someone with an account row, without the cost of a password. */
  async person(roles: string[] = []): Promise<Viewer> {
    const id = accountIds.create();
    await this.db.query(
      `insert into account (id, email, "displayName", "passwordHash", roles, "createdAt")
       values ($1, $2, 'Someone', '', $3, $4)`,
      [id, `${id}@example.test`, roles, this.clock.now()],
    );
    return makeViewer({ kind: 'USER', accountId: id, roles, scopes: ['*'], correlationId: 'test' });
  }

  /** A shop with its owner; verified, so that it may sell, unless told otherwise. */
  async shop(verified = true): Promise<{ owner: Viewer; sellerId: SellerId }> {
    const owner = await this.person();
    const { id } = await this.context.sellers.open(owner, {
      handle: `shop-${sellerIds.create().slice(4)}`,
      displayName: 'A shop',
      country: 'DE',
    });
    if (verified) await this.gate(id, true, 1);
    return { owner, sellerId: id };
  }

  /** Merchant-services tells whether a seller may sell. */
  async gate(sellerId: SellerId, open: boolean, version: number): Promise<void> {
    const [hear] = sellerGateReactions(this.context.sellers);
    await this.db.transaction(systemViewer('test'), async (tx) =>
      hear?.run(tx, {
        id: 'evt',
        source: 'merchant-services',
        type: 'merchant.verification_changed',
        subject: 'mer',
        topics: [],
        time: this.clock.now(),
        actor: 'system',
        correlationId: 'test',
        position: { epoch: 1, xid: '1', seq: '1' },
        data: {
          merchantId: merchantIds.create(),
          sellerIds: [sellerId],
          state: 'VERIFIED',
          level: 1,
          gates: { SELL: open, PAYOUT: open },
          version,
        },
      }),
    );
  }

  /** Facts of a type that were told, oldest first. */
  async facts(type: string): Promise<Record<string, unknown>[]> {
    const rows = await this.db.query<{ data: Record<string, unknown> }>(
      'select data from outbox where type = $1 order by seq',
      [type],
    );
    return rows.map(({ data }) => data);
  }
}

/** How a call ended: `ok`, or the code of its refusal. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    if (error instanceof Refusal || error instanceof CallError) return error.code;
    throw error;
  }
}

export const anonymous = makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' });

/** A key of a seller with these scopes. */
export const keyOf = (sellerId: string, scopes: string[]): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    accountId: accountIds.create(),
    keyId: 'key_1',
    tenantIds: [sellerId],
    scopes,
    correlationId: 'test',
  });

export const euro = (minorUnits: bigint) => ({ minorUnits, currencyCode: 'EUR' });

export const aVariant = (changes: Partial<ListedVariant> = {}): ListedVariant => ({
  sku: 'one',
  title: 'One',
  price: euro(1_000n),
  shippingPrice: euro(300n),
  stock: 5,
  weightG: 500,
  lengthCm: 10,
  widthCm: 10,
  heightCm: 10,
  handlingDays: 2,
  ...changes,
});

export const aListing = (handle: string, changes: Partial<Listing> = {}): Listing => ({
  handle,
  title: 'A kettle',
  description: 'Boils water.',
  categoryHandle: 'kitchen',
  categoryName: 'Kitchen',
  sharing: 'SHARED',
  variants: [aVariant()],
  ...changes,
});
