import { CarrierConnectionRow, CarrierRow } from './carriers/carrier.entity';
import { CarrierMessageRow } from './carriers/message.entity';
import { LabelDocumentRow, ShippingLabelRow } from './labels/label.entity';
import { SellerMemberRow, SellerRow } from './members/member.entity';
import { FulfillmentOrderLineRow, FulfillmentOrderRow } from './shipments/fulfillment-order.entity';
import { ParcelRow, ShipmentLineRow, ShipmentRow } from './shipments/shipment.entity';
import { TrackingEventRow } from './tracking/tracking-event.entity';

export const fulfillmentEntities = [
  SellerRow,
  SellerMemberRow,
  CarrierRow,
  CarrierConnectionRow,
  CarrierMessageRow,
  FulfillmentOrderRow,
  FulfillmentOrderLineRow,
  ShipmentRow,
  ShipmentLineRow,
  ParcelRow,
  ShippingLabelRow,
  LabelDocumentRow,
  TrackingEventRow,
];
