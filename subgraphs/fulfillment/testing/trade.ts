import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type Viewer, makeViewer, systemViewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import { type DoorResponse, LocalDoor } from '#kernel/graphql/door';
import { silentLogger } from '#kernel/server/log';
import type { HookResponse, Subgraph } from '#kernel/server/subgraph';
import type { FactInput, FactName } from '#contracts/facts';
import { accountIds, escrowIds, offerIds, orderGroupIds, orderIds } from '#contracts/ids';
import { orderLineIds, productIds, sellerIds, variantIds } from '#contracts/ids';

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret for tests, 32 bytes long').toString('base64')}`;

/** Tells a fact of another subgraph to this one's reactions, as the consumer would. */
export async function hear<N extends FactName>(
  subgraph: Subgraph,
  type: N,
  data: FactInput<N>,
): Promise<void> {
  await subgraph.db.transaction(systemViewer('test'), async (tx) => {
    const heard = {
      type,
      data: data as Record<string, unknown>,
      id: `evt_${randomUUID()}`,
      subject: 'test',
      source: 'test',
      topics: [],
      time: tx.now,
      actor: 'test',
      correlationId: 'test',
      position: { epoch: 1, xid: '1', seq: '1' },
    };
    for (const reaction of subgraph.reactions.filter(({ on }) => on === type)) {
      await reaction.run(tx, heard);
    }
  });
}

/** Facts that this subgraph told, oldest first. */
export const told = (
  subgraph: Subgraph,
): Promise<{ type: string; data: Record<string, unknown>; topics: string[] }[]> =>
  subgraph.db.query('select type, data, topics from outbox order by seq');

export const user = (accountId: string, ...roles: string[]): Viewer =>
  makeViewer({ kind: 'USER', accountId, roles, scopes: ['*'], correlationId: 'test' });

export const apiKey = (tenantIds: string[], scopes: string[], accountId: string): Viewer =>
  makeViewer({
    kind: 'API_KEY',
    keyId: `key_${tenantIds.join()}${scopes.join()}`,
    accountId,
    tenantIds,
    scopes,
    correlationId: 'test',
  });

export const anonymous = (): Viewer => makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' });

export const ask = (
  subgraph: Subgraph,
  viewer: Viewer,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<DoorResponse> =>
  new LocalDoor(subgraph, silentLogger()).execute({ query, variables }, viewer);

export interface Trade {
  readonly orderId: ReturnType<typeof orderIds.create>;
  readonly sellerId: ReturnType<typeof sellerIds.create>;
  readonly buyerId: ReturnType<typeof accountIds.create>;
  readonly sellerAccountId: ReturnType<typeof accountIds.create>;
  readonly lineIds: readonly string[];
  readonly placed: FactInput<'order.placed'>;
  readonly funded: FactInput<'escrow.funded'>;
}

/** A trade of a new buyer and a new seller with lines of these quantities; nothing is told yet. */
export function newTrade(quantities: readonly number[] = [1], postalCode = '20040-020'): Trade {
  const parties = {
    orderId: orderIds.create(),
    sellerId: sellerIds.create(),
    buyerId: accountIds.create(),
  };
  const lineIds = quantities.map(() => orderLineIds.create());
  const placed: FactInput<'order.placed'> = {
    ...parties,
    orderGroupId: orderGroupIds.create(),
    number: 'T-1',
    currency: 'BRL',
    totalMinor: '1000',
    commissionMinor: '100',
    shippingMinor: '0',
    shipTo: {
      name: 'Rita Recipient',
      street: 'Rua do Ouvidor 1',
      city: 'Rio de Janeiro',
      region: 'RJ',
      postalCode,
      country: 'BR',
    },
    lines: quantities.map((quantity, i) => ({
      orderLineId: lineIds[i] ?? '',
      offerId: offerIds.create(),
      productId: productIds.create(),
      variantId: variantIds.create(),
      title: `Thing ${i.toString()}`,
      quantity,
      unitMinor: '1000',
      shippingMinor: '0',
      commissionMinor: '100',
      weightG: 250,
      lengthCm: 20,
      widthCm: 10,
      heightCm: 5,
      handlingDays: i + 1,
    })),
  };
  const funded = {
    ...parties,
    escrowId: escrowIds.create(),
    amountMinor: '1000',
    currency: 'BRL',
  };
  return { ...parties, sellerAccountId: accountIds.create(), lineIds, placed, funded };
}

/** Tells everything up to paid: the fulfilment order is open afterwards. Returns its id. */
export async function openOrder(subgraph: Subgraph, trade: Trade): Promise<string> {
  await hear(subgraph, 'seller.opened', {
    sellerId: trade.sellerId,
    accountId: trade.sellerAccountId,
    country: 'BR',
    handle: 'shop',
    displayName: 'Shop',
  });
  await hear(subgraph, 'order.placed', trade.placed);
  await hear(subgraph, 'escrow.funded', trade.funded);
  const row = await subgraph.db.first<{ id: string }>(
    'select id from "fulfillmentOrder" where "orderId" = $1',
    [trade.orderId],
  );
  return row?.id ?? '';
}

const CREATE = `mutation ($input: ShipmentCreateInput!) {
  shipmentCreate(input: $input) {
    shipment { id milestone parcels { id sscc trackingNumber weightG } lines { orderLineId quantity } }
    userErrors { code field retryable }
  }
}`;
const BUY = `mutation ($input: ShipmentLabelBuyInput!) {
  shipmentLabelBuy(input: $input) {
    shipment { id milestone label { id state charge { minorUnits currencyCode } } parcels { trackingNumber } }
    userErrors { code field retryable }
  }
}`;

interface Settled<T> {
  readonly shipment: T | null;
  readonly userErrors: { code: string; field: string[] | null; retryable: boolean }[];
}
export interface MadeShipment {
  readonly id: string;
  readonly milestone: string;
  readonly parcels: readonly { id: string; sscc: string; trackingNumber: string | null }[];
}

async function settled<T>(answer: Promise<DoorResponse>, field: string): Promise<Settled<T>> {
  const { data, errors } = await answer;
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data?.[field] as Settled<T>;
}

export const createShipment = (
  subgraph: Subgraph,
  viewer: Viewer,
  input: Record<string, unknown>,
): Promise<Settled<MadeShipment>> =>
  settled(
    ask(subgraph, viewer, CREATE, { input: { idempotencyKey: randomUUID(), ...input } }),
    'shipmentCreate',
  );

export const buyLabel = (
  subgraph: Subgraph,
  viewer: Viewer,
  shipmentId: string,
  idempotencyKey: string = randomUUID(),
): Promise<Settled<MadeShipment & { label: { id: string; state: string } | null }>> =>
  settled(
    ask(subgraph, viewer, BUY, { input: { shipmentId, idempotencyKey } }),
    'shipmentLabelBuy',
  );

export interface Scan {
  readonly status: string;
  readonly sscc: string;
  readonly occurredAt: Date;
  readonly eventId?: string;
  readonly revision?: number;
}

/** The body of a carrier's webhook about one scan. */
export const scanBody = (scan: Scan): string =>
  JSON.stringify({
    type: 'tracking.event',
    timestamp: scan.occurredAt.toISOString(),
    data: {
      eventId: scan.eventId ?? randomUUID(),
      revision: scan.revision ?? 1,
      shipmentId: 'aur_1',
      clientRef: 'lbl_1',
      trackingNumber: 'AUR1',
      sscc: scan.sscc,
      status: scan.status,
      description: 'A scan',
      occurredAt: scan.occurredAt.toISOString(),
      location: { city: 'Recife', region: 'PE', country: 'BR', postalCode: '50000' },
    },
  });

/** Delivers a webhook as the carrier would sign it. */
export function deliver(
  subgraph: Subgraph,
  clock: Clock,
  body: string,
  change: Record<string, string> = {},
): Promise<HookResponse> {
  const id = change['webhook-id'] ?? `msg_${randomUUID()}`;
  const at = clock.now();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': Math.floor(at.getTime() / 1000).toString(),
    'webhook-signature': new Webhook(WEBHOOK_SECRET).sign(id, at, body),
    ...change,
  };
  const receive = subgraph.hooks['carriers'];
  if (receive === undefined) throw new Error('there is no door for carriers');
  return receive({ connection: 'aurora', headers, body: Buffer.from(body) });
}
