import { HOUR, ManualClock } from '#kernel/clock/clock';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openTestDatabase } from '#kernel/testing/database';
import { until } from '#kernel/testing/until';
import { startFulfillment } from '../fulfillment.main';
import { API_KEY, CarrierProcess } from './simulator';
import {
  type MadeShipment,
  type Trade,
  WEBHOOK_SECRET,
  buyLabel,
  createShipment,
  newTrade,
  openOrder,
  told,
  user,
} from './trade';

/** A trade whose shipment is packed and has no label yet. */
export interface Packed {
  readonly trade: Trade;
  readonly shipment: MadeShipment;
  readonly buy: (key?: string) => ReturnType<typeof buyLabel>;
}

/** Fulfillment at work against a real carrier process, and what a test asks of it. */
export class CarrierWorld {
  private constructor(
    readonly subgraph: Subgraph,
    readonly carrier: CarrierProcess,
    readonly clock: ManualClock,
    private readonly closeDatabase: () => Promise<void>,
  ) {}

  static async open(): Promise<CarrierWorld> {
    // Near real time: the simulator signs and stamps with the wall clock.
    const clock = new ManualClock(new Date());
    const carrier = await CarrierProcess.start();
    const { db, close } = await openTestDatabase('fulfillment', clock);
    const { url } = carrier;
    const aurora = { url, apiKey: API_KEY, webhookSecret: WEBHOOK_SECRET, deadlineMs: 1_000 };
    const subgraph = await startFulfillment(
      { db, clock, log: silentLogger() },
      { carriers: { aurora }, quietMs: 2 * HOUR },
    );
    carrier.receive = subgraph.hooks['carriers'];
    for (const loop of subgraph.loops) loop.start();
    return new CarrierWorld(subgraph, carrier, clock, close);
  }

  async close(): Promise<void> {
    await Promise.all(this.subgraph.loops.map((loop) => loop.stop()));
    await this.closeDatabase();
    await this.carrier.stop();
  }

  async packed(postalCode?: string): Promise<Packed> {
    const { subgraph } = this;
    const trade = newTrade([1], postalCode);
    const fulfillmentOrderId = await openOrder(subgraph, trade);
    const seller = user(trade.sellerAccountId);
    const { shipment } = await createShipment(subgraph, seller, { fulfillmentOrderId });
    if (shipment === null) throw new Error('no shipment');
    return { trade, shipment, buy: (key = 'k') => buyLabel(subgraph, seller, shipment.id, key) };
  }

  label({ shipment }: Packed) {
    return this.subgraph.db.first<{ id: string; state: string; carrierRef: string | null }>(
      'select id, state, "carrierRef" from "shippingLabel" where "shipmentId" = $1',
      [shipment.id],
    );
  }

  labelIs(packed: Packed, state: string) {
    return until(async () => (await this.label(packed))?.state === state, `label ${state}`);
  }

  /** What the carrier's own books hold for the label. */
  async booked(packed: Packed) {
    const row = await this.label(packed);
    return (await this.carrier.bookings()).filter(({ clientRef }) => clientRef === row?.id);
  }

  /** Types of the facts told about the trade, in order. */
  async types({ trade }: Packed): Promise<string[]> {
    return (await told(this.subgraph))
      .filter(({ data }) => data['orderId'] === trade.orderId)
      .map(({ type }) => type);
  }

  async count(packed: Packed, type: string): Promise<number> {
    return (await this.types(packed)).filter((one) => one === type).length;
  }

  milestoneIs({ shipment }: Packed, milestone: string) {
    return until(async () => {
      const row = await this.subgraph.db.first<{ milestone: string }>(
        'select milestone from shipment where id = $1',
        [shipment.id],
      );
      return row?.milestone === milestone;
    }, milestone);
  }
}
