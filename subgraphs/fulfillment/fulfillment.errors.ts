import { idempotencyErrors, refusals } from '#kernel/errors/refusal';

/** Every refusal of this subgraph. Codes are stable. */
export const fulfillmentErrors = {
  ...idempotencyErrors,
  FULFILLMENT_ORDER_NOT_FOUND: 'There is no such fulfilment order, or it is not yours.',
  FULFILLMENT_ORDER_NOT_OPEN: 'The fulfilment order cannot be worked on in its present state.',
  CANCELLATION_PENDING: 'A cancellation of this order is being decided.',
  SHIPMENT_NOT_FOUND: 'There is no such shipment, or it is not yours.',
  SHIPMENT_NOT_LABELLABLE: 'No label can be bought for this shipment in its present state.',
  ORDER_LINE_NOT_FOUND: 'This line is not part of the fulfilment order.',
  QUANTITY_INVALID: 'Quantities are whole numbers above zero, each line once.',
  QUANTITY_EXCEEDS_OPEN: 'More than what is still open of this line.',
  SERVICE_NOT_OFFERED: 'No carrier offers this service.',
  LABEL_PENDING: 'The carrier has not answered yet; try again with the same key.',
  LABEL_REFUSED: 'The carrier does not take this booking as it is.',
  NOT_SERVICEABLE: 'The carrier does not serve this way.',
  ADDRESS_REJECTED: 'The carrier does not accept the address.',
  CARRIER_UNAVAILABLE: 'The carrier cannot be reached now; try again with the same key.',
} as const;

export type FulfillmentErrorCode = keyof typeof fulfillmentErrors;
export const refuse = refusals(fulfillmentErrors);
