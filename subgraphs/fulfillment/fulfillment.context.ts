import type { GrantBook } from '#kernel/auth/grant';
import type { Viewer } from '#kernel/auth/viewer';
import type { CarrierService } from './carriers/carrier.service';
import type { LabelService } from './labels/label.service';
import type { FulfillmentLoaders } from './shipments/fulfillment.loaders';
import type { FulfillmentOrderService } from './shipments/fulfillment-order.service';
import type { ShipmentService } from './shipments/shipment.service';

/** What a request reaches. */
export interface FulfillmentContext {
  readonly viewer: Viewer;
  /** Present when the request asks for grants. */
  readonly grants: GrantBook | undefined;
  readonly orders: FulfillmentOrderService;
  readonly shipments: ShipmentService;
  readonly labels: LabelService;
  readonly carriers: CarrierService;
  readonly load: FulfillmentLoaders;
}
