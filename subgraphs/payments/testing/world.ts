import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import type { FactInput, FactName } from '#contracts/facts';
import {
  type AccountId,
  type OrderLineId,
  type ShipmentId,
  orderIds,
  sellerIds,
  shipmentIds,
} from '#contracts/ids';
import { PAYMENT_REQUEST } from '#contracts/payment-request';
import { newSealingKey, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { seal } from '#kernel/auth/sealed';
import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { ManualClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import type { Fact } from '#kernel/events/fact';
import { fireDueTimers } from '#kernel/events/timers';
import { type DoorResponse, LocalDoor } from '#kernel/graphql/door';
import { idKind } from '#kernel/ids/id';
import { type Logger, silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { cloneDatabase, run } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { type Violation, violations } from '../ledger/ledger.service';
import { startPayments } from '../payments.main';
import type { PspDialect } from '../psp/psp.port';
import { Acts, user } from './acts';
import { receiveWebhooks } from './hook.receiver';
import { type OrderLines, type PlacedGroup, placedGroup } from './placed-group';
import { PSP_API_KEY, PSP_SECRET, PspProcess } from './psp.process';

export type { PlacedGroup } from './placed-group';

interface Keys {
  readonly signing: JWK;
  readonly sealing: JWK;
}

const eventIds = idKind('evt');

/** Payments on a database of its own, against a real PSP process, with everyone else played by the test. */
export class World extends Acts {
  private readonly parcels = new Map<string, ShipmentId>();

  private constructor(
    readonly clock: ManualClock,
    readonly db: Database,
    readonly url: string,
    readonly psp: PspProcess,
    readonly payments: Subgraph,
    private readonly keys: Keys,
    private readonly log: Logger,
    private readonly closing: () => Promise<void>,
  ) {
    super();
  }

  static async open(dialect: PspDialect = 'generic', log = silentLogger()): Promise<World> {
    const clock = new ManualClock(new Date());
    const clone = await cloneDatabase();
    const db = await Database.open({
      url: clone.url,
      schema: 'payments',
      role: 'tradegraph_payments',
      clock,
      poolSize: 16,
    });
    const served: { payments?: Subgraph } = {};
    const receiver = await receiveWebhooks(() => served.payments);
    const { port } = receiver.address() as AddressInfo;
    const psp = new PspProcess(`http://127.0.0.1:${port}/hooks/psp/sim`, dialect);
    await psp.start();
    const keys = { signing: newSigningKey(), sealing: newSealingKey() };
    const payments = await startPayments(
      { db, clock, log },
      {
        verifyKey: publicHalf(keys.signing),
        decryptKey: keys.sealing,
        psp: { url: psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET, dialect },
      },
    );
    served.payments = payments;
    for (const loop of payments.loops) loop.start();
    const { loops } = payments;
    return new World(clock, db, clone.url, psp, payments, keys, log, async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await psp.stop();
      receiver.closeAllConnections();
      receiver.close();
      await db.close();
      await clone.drop();
    });
  }

  close(): Promise<void> {
    return this.closing();
  }

  /** A group of orders with these totals (commission 10 %, tax 1.9 %), each of another seller. */
  group(totals: readonly bigint[], buyerId?: AccountId): PlacedGroup {
    return placedGroup(
      totals.map((total) => [[1, total]]),
      buyerId,
    );
  }

  /** A group of orders made of these lines: quantity and what they cost together. */
  groupOf(orderLines: readonly OrderLines[]): PlacedGroup {
    return placedGroup(orderLines);
  }

  /** What marketplace seals for the buyer. */
  sealed(group: PlacedGroup, ttlMs = PAYMENT_REQUEST.ttlMs): Promise<string> {
    const keys = {
      sign: this.keys.signing,
      encryptFor: publicHalf(this.keys.sealing),
    };
    const { issuer, audience } = PAYMENT_REQUEST;
    return seal(group.request, keys, { issuer, audience, clock: this.clock, ttlMs });
  }

  /** Runs a document as a viewer. */
  call(
    viewer: Viewer,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<DoorResponse> {
    return new LocalDoor(this.payments, this.log).execute({ query, variables }, viewer);
  }

  /** `paymentCreate` by the buyer with one tender for all, or with the tenders given. */
  async pay(group: PlacedGroup, options: PayOptions = {}): Promise<Paid> {
    const minorUnits = group.request.totalMinor;
    const tenders = options.tenders ?? [{ token: options.token ?? 'tok_ok', minorUnits }];
    const input = {
      paymentRequest: options.request ?? (await this.sealed(group)),
      tenders: tenders.map(({ minorUnits: units, ...means }) => ({
        ...means,
        amount: { minorUnits: units, currencyCode: 'EUR' },
      })),
      idempotencyKey: options.key ?? eventIds.create(),
      deviceId: options.deviceId,
    };
    const viewer = options.viewer ?? user(group.buyerId);
    const { data, errors } = await this.call(viewer, PAY, { input });
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data?.['paymentCreate'] as Paid;
  }

  /** Another subgraph's fact reaches us. */
  async hear<N extends FactName>(type: N, data: FactInput<N>): Promise<void> {
    const heard = { type, data, id: eventIds.create(), time: this.clock.now() } as unknown as Fact;
    const reaction = this.payments.reactions.find(({ on }) => on === type);
    if (reaction === undefined) throw new Error(`nobody reacts to ${type}`);
    await this.db.transaction(systemViewer('test'), (tx) => reaction.run(tx, heard));
  }

  /** All of an order leaves in one parcel, or arrives. */
  async ship(
    group: PlacedGroup,
    n = 0,
    event: 'shipped' | 'delivered' = 'shipped',
    tracked = true,
  ): Promise<void> {
    const { orderId = '', lines = [] } = group.orders[n] ?? {};
    const shipmentId = this.parcels.get(orderId) ?? shipmentIds.create();
    this.parcels.set(orderId, shipmentId);
    await this.parcel(group, n, { shipmentId, event, tracked, lines, last: true });
  }

  /** One parcel of an order; `last` says that nothing stays behind. */
  async parcel(
    group: PlacedGroup,
    n: number,
    { shipmentId, event, lines, tracked = true, last = false, service = 'STANDARD' }: ParcelNews,
  ): Promise<void> {
    const { orderId = orderIds.create(), sellerId = sellerIds.create() } = group.orders[n] ?? {};
    const occurredAt = this.clock.now().toISOString();
    const parties = { shipmentId, orderId, sellerId, buyerId: group.buyerId };
    const base = { ...parties, lines: [...lines], occurredAt };
    if (event === 'shipped') {
      await this.hear('shipment.shipped', { ...base, allShipped: last, tracked, service });
    } else {
      await this.hear('shipment.delivered', { ...base, allDelivered: last });
    }
  }

  async partyFact(
    type: 'order.cancelled' | 'order.receipt_confirmed',
    group: PlacedGroup,
    n = 0,
  ): Promise<void> {
    const { orderId = orderIds.create(), sellerId = sellerIds.create() } = group.orders[n] ?? {};
    const base = { orderId, sellerId, buyerId: group.buyerId };
    if (type === 'order.receipt_confirmed') await this.hear(type, base);
    else await this.hear(type, { ...base, fault: 'SELLER', reason: 'out of stock' });
  }

  /** The payer answers the bank's question; the PSP then tells us by webhook. */
  async post3ds(paymentId: string, outcome: 'success' | 'failure'): Promise<void> {
    const [tender] = await this.db.query<{ id: string }>(
      `select "pspPaymentId" as id from tender where "paymentId" = $1
       order by state <> 'REQUIRES_ACTION'`,
      [paymentId],
    );
    await this.psp.post(`/sim/payments/${tender?.id}/complete`, { outcome });
  }

  /** Moves the clock and fires everything due. */
  async advance(ms: number): Promise<void> {
    this.clock.advance(ms);
    while ((await fireDueTimers(this.db, this.payments.timers)) > 0);
  }

  /** Facts told so far about an order, in order. */
  async told(orderId: string): Promise<string[]> {
    const rows = await this.db.query<{ type: string }>(
      'select type from outbox where topics && $1 order by seq',
      [[`order:${orderId}`]],
    );
    return rows.map(({ type }) => type);
  }

  async tranche(group: PlacedGroup, n = 0): Promise<Record<string, unknown>> {
    return (await this.tranches(group, n))[0] ?? {};
  }

  /** The tranches of an order, oldest first. */
  tranches(group: PlacedGroup, n = 0): Promise<Record<string, unknown>[]> {
    return this.db.query<Record<string, unknown>>(
      `select t.*, e.state as "escrowState", e.id as "escrowId" from tranche t
       join escrow e on e.id = t."escrowId" where e."orderId" = $1 order by t.id`,
      [group.orders[n]?.orderId],
    );
  }

  violations(): Promise<Violation[]> {
    return violations(this.db);
  }

  /** Waits until nothing is under way at the PSP. */
  async settled(): Promise<void> {
    await until(
      async () =>
        (
          await this.db.query(
            `select 1 as one from "pspOperation" where state in ('READY', 'SENT')
               and "nextAt" is not null
             union all select 1 from "pspEvent" where "handledAt" is null`,
          )
        ).length === 0,
      'the PSP operations to settle',
    );
  }

  /** Breaks something as a superuser would. */
  async break(sql: string): Promise<void> {
    await run(this.url, `set search_path = payments; ${sql}`);
  }
}

export interface ParcelNews {
  readonly shipmentId: ShipmentId;
  readonly event: 'shipped' | 'delivered';
  readonly lines: readonly { readonly orderLineId: OrderLineId; readonly quantity: number }[];
  readonly tracked?: boolean;
  readonly last?: boolean;
  readonly service?: 'STANDARD' | 'EXPRESS' | 'SEA';
}

export interface PayOptions {
  readonly token?: string;
  readonly key?: string;
  readonly request?: string;
  /** The buyer, e.g. from another network. */
  readonly viewer?: Viewer;
  readonly deviceId?: string;
  readonly tenders?: readonly {
    token?: string;
    paymentMethodId?: string;
    buyerCredit?: boolean;
    minorUnits: string;
  }[];
}

export interface Paid {
  payment: { id: string; status: string; actionUrl: string | null } | null;
  userErrors: { code: string; retryable: boolean; field: string[] | null }[];
}

const PAY = `mutation ($input: PaymentCreateInput!) {
  paymentCreate(input: $input) {
    payment { id status actionUrl amount { minorUnits } tenders { id status declineCode } }
    userErrors { code message retryable field }
  }
}`;
