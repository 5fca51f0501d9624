import DataLoader from 'dataloader';
import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { LabelService } from '../labels/label.service';
import type { ShippingLabelRow } from '../labels/label.entity';
import type { MemberService } from '../members/member.service';
import { type Party, type Trade, partiesOf } from '../members/party.rules';
import type { Performance } from '../performance/performance.rules';
import type { PerformanceService } from '../performance/performance.service';
import type { TimelineService } from '../tracking/timeline.service';
import type { TrackingEventRow } from '../tracking/tracking-event.entity';
import type { FulfillmentOrderLineRow, FulfillmentOrderRow } from './fulfillment-order.entity';
import type { FulfillmentOrderService } from './fulfillment-order.service';
import type { ParcelRow, ShipmentLineRow, ShipmentRow } from './shipment.entity';
import type { ShipmentService } from './shipment.service';

interface Sources {
  readonly members: MemberService;
  readonly orders: FulfillmentOrderService;
  readonly shipments: ShipmentService;
  readonly labels: LabelService;
  readonly timelines: TimelineService;
  readonly performance: PerformanceService;
}

/**
 * Reads of one request, each kind in one query. Rows that the viewer is no party to are never handed out: this is the
 * one gate for root fields, references and nested fields alike.
 */
export class FulfillmentLoaders {
  private memberOf: Promise<ReadonlySet<string>> | undefined;

  constructor(
    private readonly viewer: Viewer,
    private readonly from: Sources,
  ) {}

  /** As what the viewer may read this trade; empty: not at all. */
  async partiesOf(trade: Trade): Promise<ReadonlySet<Party>> {
    this.memberOf ??= this.from.members.sellersOf(this.viewer);
    return partiesOf(this.viewer, trade, await this.memberOf, 'read');
  }

  /** Lets the viewer follow a trade that they see, if that was asked for. */
  async grant(
    grants: GrantBook | undefined,
    trade: Trade & { readonly id: string },
  ): Promise<void> {
    if (grants === undefined) return;
    const parties = [...(await this.partiesOf(trade))].sort();
    grants.give(trade.id, parties.join('+'), await this.from.members.rightsOf(this.viewer));
  }

  readonly order = new DataLoader<string, FulfillmentOrderRow | null>(async (ids) => {
    const rows = await this.seen(await this.from.orders.byIds(ids));
    return ids.map((id) => rows.find((row) => row.id === id) ?? null);
  });

  readonly ordersOfOrder = new DataLoader<string, FulfillmentOrderRow[]>(async (ids) => {
    const rows = await this.seen(await this.from.orders.byOrders(ids));
    return ids.map((id) => rows.filter((row) => row.orderId === id));
  });

  readonly shipment = new DataLoader<string, ShipmentRow | null>(async (ids) => {
    const rows = await this.seen(await this.from.shipments.byIds(ids));
    return ids.map((id) => rows.find((row) => row.id === id) ?? null);
  });

  readonly shipmentsOfOrder = new DataLoader<string, ShipmentRow[]>(async (ids) => {
    const rows = await this.seen(await this.from.shipments.byOrders(ids));
    return ids.map((id) => rows.filter((row) => row.orderId === id));
  });

  readonly orderLines = new DataLoader<string, FulfillmentOrderLineRow[]>(async (ids) => {
    const rows = await this.from.orders.linesOf(ids);
    return ids.map((id) => rows.filter((row) => row.fulfillmentOrderId === id));
  });

  readonly shipmentLines = new DataLoader<string, ShipmentLineRow[]>(async (ids) => {
    const rows = await this.from.shipments.linesOf(ids);
    return ids.map((id) => rows.filter((row) => row.shipmentId === id));
  });

  readonly parcels = new DataLoader<string, ParcelRow[]>(async (ids) => {
    const rows = await this.from.shipments.parcelsOf(ids);
    return ids.map((id) => rows.filter((row) => row.shipmentId === id));
  });

  readonly label = new DataLoader<string, ShippingLabelRow | null>(async (ids) => {
    const rows = await this.from.labels.latestOf(ids);
    return ids.map((id) => rows.find((row) => row.shipmentId === id) ?? null);
  });

  readonly timeline = new DataLoader<string, TrackingEventRow[]>(async (ids) => {
    const rows = await this.from.timelines.ofShipments(ids);
    return ids.map((id) => rows.filter((row) => row.shipmentId === id));
  });

  /** Of sellers, not of trades: everyone may see it. */
  readonly performance = new DataLoader<string, Performance | null>(async (sellerIds) => {
    const known = await this.from.performance.ofSellers(sellerIds);
    return sellerIds.map((id) => known.get(id) ?? null);
  });

  private async seen<T extends Trade>(rows: readonly T[]): Promise<T[]> {
    const parties = await Promise.all(rows.map((row) => this.partiesOf(row)));
    return rows.filter((_row, i) => (parties[i]?.size ?? 0) > 0);
  }
}
