import type { GraphQLSchema } from 'graphql';
import { federate } from '#kernel/graphql/federate';
import type { FulfillmentContext } from './fulfillment.context';
import { SellerPerformanceResolver } from './performance/performance.resolver';
import {
  FulfillmentOrderResolver,
  OrderFulfillmentResolver,
} from './shipments/fulfillment-order.resolver';
import { ParcelResolver, ShippingLabelResolver } from './shipments/parcel.resolver';
import { ShipmentResolver } from './shipments/shipment.resolver';

/** References to trades are checked like root fields: who is no party gets null, whatever id they forge. */
export const fulfillmentSchema = (): Promise<GraphQLSchema> =>
  federate<FulfillmentContext>(
    [
      FulfillmentOrderResolver,
      OrderFulfillmentResolver,
      ShipmentResolver,
      ParcelResolver,
      ShippingLabelResolver,
      SellerPerformanceResolver,
    ],
    {
      Order: async ({ id }, { load }) =>
        (await load.ordersOfOrder.load(id)).length > 0 ? { id } : null,
      FulfillmentOrder: ({ id }, { load }) => load.order.load(id),
      Shipment: ({ id }, { load }) => load.shipment.load(id),
      // What is shown of a seller here is public; who is none has no performance.
      Seller: ({ id }) => ({ id }),
    },
  );
