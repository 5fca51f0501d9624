import { HOUR, type ManualClock, after } from '#kernel/clock/clock';
import type { Subgraph } from '#kernel/server/subgraph';
import { until } from '#kernel/testing/until';
import {
  type MadeShipment,
  type Trade,
  createShipment,
  deliver,
  newTrade,
  openOrder,
  scanBody,
  told,
  user,
} from './trade';

/** A trade with one shipment that waits for its carrier. */
export interface Packed {
  readonly trade: Trade;
  readonly shipment: MadeShipment;
  readonly sscc: string;
}

/** Packs, scans and looks, for tests about what carriers report. */
export class Bench {
  constructor(
    readonly subgraph: Subgraph,
    readonly clock: ManualClock,
  ) {}

  async packed(trade = newTrade([1]), fulfillmentOrderId = '', quantity = 0): Promise<Packed> {
    const id =
      fulfillmentOrderId === '' ? await openOrder(this.subgraph, trade) : fulfillmentOrderId;
    const { shipment } = await createShipment(this.subgraph, user(trade.sellerAccountId), {
      fulfillmentOrderId: id,
      ...(quantity === 0 ? {} : { lines: [{ orderLineId: trade.lineIds[0], quantity }] }),
    });
    if (shipment === null) throw new Error('no shipment');
    return { trade, shipment, sscc: shipment.parcels[0]?.sscc ?? '' };
  }

  /** Until every stored message is processed. */
  drained(): Promise<boolean> {
    return until<boolean>(async () => {
      const row = await this.subgraph.db.first<{ waiting: bigint }>(
        `select count(*) as waiting from "carrierMessage" where outcome is null`,
      );
      return row?.waiting === 0n;
    }, 'all messages to be processed');
  }

  /** A scan so many hours from now, delivered and processed. */
  async scan(
    { sscc }: Packed,
    status: string,
    hours: number,
    more: { eventId?: string; revision?: number } = {},
  ): Promise<void> {
    const occurredAt = after(this.clock.now(), hours * HOUR);
    const body = scanBody({ sscc, status, occurredAt, ...more });
    const answer = await deliver(this.subgraph, this.clock, body);
    if (answer.status !== 202) throw new Error(`answered ${answer.status.toString()}`);
    await this.drained();
  }

  async row<T extends object>({ shipment }: Packed): Promise<T | undefined> {
    return this.subgraph.db.first<T>('select * from shipment where id = $1', [shipment.id]);
  }

  async milestone(packed: Packed): Promise<string | undefined> {
    return (await this.row<{ milestone: string }>(packed))?.milestone;
  }

  /** What was told about the trade since it was packed, in order; milestones as `FROM>TO`. */
  async changes({ trade }: Packed): Promise<string[]> {
    const about = (await told(this.subgraph)).filter(
      ({ data }) => data['orderId'] === trade.orderId,
    );
    const packedAt = about.findIndex(({ type }) => type === 'shipment.created');
    return about
      .slice(packedAt + 1)
      .map(({ type, data }) =>
        type === 'shipment.milestone_changed'
          ? `${String(data['from'])}>${String(data['to'])}`
          : type.replace('fulfillment_order.progressed', `order ${String(data['to'])}`),
      );
  }
}
