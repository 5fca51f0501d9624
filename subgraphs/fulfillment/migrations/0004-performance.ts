/** How fast a seller hands over is public and read with every product page: found by seller, from the index alone. */
export const PERFORMANCE = `
  create index shipment_seller_shipped on shipment ("sellerId")
    include ("fulfillmentOrderId", "shippedAt", "deliveredAt")
    where "shippedAt" is not null and direction = 'OUTBOUND';
`;
