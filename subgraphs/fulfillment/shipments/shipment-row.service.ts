import type { Tx } from '#kernel/db/database';
import type { NewFact } from '#kernel/events/fact';
import { fact } from '#contracts/fact';
import type { FactInput } from '#contracts/facts';
import { topics } from '#contracts/ids';
import type { ShipmentLineRow, ShipmentRow } from './shipment.entity';

export const lockShipment = (tx: Tx, id: string): Promise<ShipmentRow | undefined> =>
  tx.first<ShipmentRow>('select * from shipment where id = $1 for no key update', [id]);

/** Lines in the shape of facts. */
export async function factLines(
  tx: Tx,
  shipmentId: string,
): Promise<{ orderLineId: string; quantity: number }[]> {
  return tx.query<Pick<ShipmentLineRow, 'orderLineId' | 'quantity'>>(
    `select "orderLineId", quantity from "shipmentLine" where "shipmentId" = $1 order by "orderLineId"`,
    [shipmentId],
  );
}

type Common = 'shipmentId' | 'orderId' | 'sellerId' | 'buyerId';
type ShipmentFactName =
  | 'shipment.created'
  | 'shipment.shipped'
  | 'shipment.milestone_changed'
  | 'shipment.delivered'
  | 'shipment.delivery_retracted'
  | 'shipment.lost'
  | 'shipment.tracking_updated';

/** A fact about a shipment at a version of its row; everybody who watches the order hears it too. */
export const shipmentFact = <N extends ShipmentFactName>(
  type: N,
  row: ShipmentRow,
  version: number,
  data: Omit<FactInput<N>, Common>,
): NewFact =>
  fact(
    type,
    { subject: row.id, version, topics: [topics.shipment(row.id), topics.order(row.orderId)] },
    {
      shipmentId: row.id,
      orderId: row.orderId,
      sellerId: row.sellerId,
      buyerId: row.buyerId,
      ...data,
    } as unknown as FactInput<N>,
  );
