/**
 * How fast a seller hands over is read with every product page: what that takes is found by seller in both tables, and
 * read from the index alone where the table has been vacuumed.
 */
export const PERFORMANCE = `
  create index shipment_seller_shipped on shipment ("sellerId")
    include ("fulfillmentOrderId", "shippedAt", "deliveredAt")
    where "shippedAt" is not null and direction = 'OUTBOUND';
  create index fulfillment_order_seller on "fulfillmentOrder" ("sellerId")
    include (id, "shipBy", "handlingDays");
`;
