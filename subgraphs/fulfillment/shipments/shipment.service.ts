import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Viewer } from '#kernel/auth/viewer';
import type { Address } from '#contracts/fact-fields';
import { type ShipmentId, shipmentIds } from '#contracts/ids';
import type { CarrierService } from '../carriers/carrier.service';
import { refuse } from '../fulfillment.errors';
import { parcelIds } from '../fulfillment.ids';
import type { MemberService } from '../members/member.service';
import { type WantedLine, allocate, boxFor } from './allocation.rules';
import type { FulfillmentOrderLineRow, FulfillmentOrderRow } from './fulfillment-order.entity';
import {
  lockFulfillmentOrder,
  move,
  saveFulfillmentOrder,
  tell,
} from './fulfillment-order-row.service';
import type { ParcelRow, ShipmentLineRow, ShipmentRow } from './shipment.entity';
import { shipmentFact } from './shipment-row.service';
import { sscc } from './sscc.rules';

export interface ShipmentCreation {
  readonly fulfillmentOrderId: string;
  readonly idempotencyKey: string;
  /** Null: everything still open. */
  readonly lines: readonly WantedLine[] | null;
  /** Null: any. */
  readonly service: string | null;
  /** Null: where the seller's last parcel started. */
  readonly shipFrom: Address | null;
}

/** Takes open quantities of a fulfilment order into shipments. */
export class ShipmentService {
  constructor(
    private readonly db: Database,
    private readonly members: MemberService,
    private readonly carriers: CarrierService,
    private readonly companyPrefix: string,
  ) {}

  async create(viewer: Viewer, input: ShipmentCreation): Promise<ShipmentRow> {
    const id = await this.db.transaction(viewer, async (tx) => {
      const order = await lockFulfillmentOrder(tx, input.fulfillmentOrderId);
      const notFound = () =>
        refuse('FULFILLMENT_ORDER_NOT_FOUND', { field: ['fulfillmentOrderId'] });
      await this.members.requireSeller(tx, viewer, order, notFound);
      if (order === undefined) throw notFound();
      const actor = viewer.keyId ?? viewer.accountId ?? '';
      const intent = { scope: `${actor}:shipmentCreate`, key: input.idempotencyKey, input };
      return once(tx, intent, () => this.createIn(tx, order, input));
    });
    const [row] = await this.byIds([id]);
    if (row === undefined) throw new Error('the row was just written');
    return row;
  }

  byIds(ids: readonly string[]): Promise<ShipmentRow[]> {
    return this.db.query('select * from shipment where id = any ($1)', [ids]);
  }

  byOrders(orderIds: readonly string[]): Promise<ShipmentRow[]> {
    return this.db.query('select * from shipment where "orderId" = any ($1) order by id', [
      orderIds,
    ]);
  }

  linesOf(ids: readonly string[]): Promise<ShipmentLineRow[]> {
    return this.db.query(
      'select * from "shipmentLine" where "shipmentId" = any ($1) order by "orderLineId"',
      [ids],
    );
  }

  parcelsOf(ids: readonly string[]): Promise<ParcelRow[]> {
    return this.db.query('select * from parcel where "shipmentId" = any ($1) order by id', [ids]);
  }

  private async createIn(
    tx: Tx,
    order: FulfillmentOrderRow,
    input: ShipmentCreation,
  ): Promise<ShipmentId> {
    if (order.cancelRequestedAt !== null) throw refuse('CANCELLATION_PENDING', { retryable: true });
    if (order.state !== 'IN_PROGRESS' && !move(order, 'accept')) {
      throw refuse('FULFILLMENT_ORDER_NOT_OPEN');
    }
    const lines = await this.takeIn(tx, order, input.lines);
    const chosen = this.carriers.choose(input.service);
    if (chosen === undefined) throw refuse('SERVICE_NOT_OFFERED', { field: ['service'] });
    const row = {
      id: shipmentIds.create(),
      carrierId: chosen.carrier.id,
      service: chosen.service,
      shipFrom: await this.members.shipFromIn(tx, order.sellerId, input.shipFrom),
    };
    const [shipment] = await tx.query<ShipmentRow>(
      `insert into shipment (id, "fulfillmentOrderId", "orderId", "sellerId", "buyerId", direction, "carrierId",
         service, "shipFrom", milestone, version, "createdAt", "updatedAt")
       values ($1, $2, $3, $4, $5, 'OUTBOUND', $6, $7, $8, 'CREATED', 1, $9, $9) returning *`,
      [
        row.id,
        order.id,
        order.orderId,
        order.sellerId,
        order.buyerId,
        row.carrierId,
        row.service,
        JSON.stringify(row.shipFrom),
        tx.now,
      ],
    );
    if (shipment === undefined) throw new Error('the row was just written');
    await tx.query(
      `insert into "shipmentLine" ("shipmentId", "orderLineId", quantity)
       select $1, l."orderLineId", l.quantity from jsonb_to_recordset($2) as l ("orderLineId" text, quantity integer)`,
      [row.id, JSON.stringify(lines)],
    );
    await this.packIn(tx, row.id, lines);
    const quantities = lines.map(({ orderLineId, quantity }) => ({ orderLineId, quantity }));
    tx.publish(shipmentFact('shipment.created', shipment, 1, { lines: quantities }));
    tell(tx, order, { type: 'fulfillment_order.progressed' });
    await saveFulfillmentOrder(tx, order);
    return row.id;
  }

  /** Allocates under the order's lock: of two shipments that race for one unit, the second finds none. */
  private async takeIn(
    tx: Tx,
    order: FulfillmentOrderRow,
    wanted: readonly WantedLine[] | null,
  ): Promise<(FulfillmentOrderLineRow & WantedLine)[]> {
    const lines = await tx.query<FulfillmentOrderLineRow>(
      'select * from "fulfillmentOrderLine" where "fulfillmentOrderId" = $1 order by "orderLineId"',
      [order.id],
    );
    const allocation = allocate(lines, wanted);
    if (!allocation.ok) {
      const { code, at } = allocation;
      throw refuse(code, { field: at === null ? ['lines'] : ['lines', at.toString()] });
    }
    await tx.query(
      `update "fulfillmentOrderLine" l set allocated = l.allocated + t.quantity
       from jsonb_to_recordset($2) as t ("orderLineId" text, quantity integer)
       where l."fulfillmentOrderId" = $1 and l."orderLineId" = t."orderLineId"`,
      [order.id, JSON.stringify(allocation.lines)],
    );
    return allocation.lines.flatMap(({ orderLineId, quantity }) => {
      const line = lines.find((one) => one.orderLineId === orderLineId);
      return line === undefined ? [] : [{ ...line, quantity }];
    });
  }

  private async packIn(
    tx: Tx,
    shipmentId: ShipmentId,
    lines: readonly (FulfillmentOrderLineRow & WantedLine)[],
  ): Promise<void> {
    const box = boxFor(lines);
    const serial = await tx.first<{ serial: bigint }>(`select nextval('"ssccSerial"') as serial`);
    if (serial === undefined) throw new Error('a sequence always has a next value');
    await tx.query(
      `insert into parcel (id, "shipmentId", sscc, "weightG", "lengthCm", "widthCm", "heightCm", milestone)
       values ($1, $2, $3, $4, $5, $6, $7, 'CREATED')`,
      [
        parcelIds.create(),
        shipmentId,
        sscc(this.companyPrefix, serial.serial),
        box.weightG,
        box.lengthCm,
        box.widthCm,
        box.heightCm,
      ],
    );
  }
}
