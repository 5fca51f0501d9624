/** What a field of evidence is for, and where it goes in Stripe's dispute evidence. */
interface FieldRule {
  readonly doc: string;
  /** Stripe's field for text; null when it takes none. */
  readonly text: string | null;
  /** Stripe's field for a file; null when it takes none. */
  readonly file: string | null;
}

const rule = (doc: string, text: string | null, file: string | null = null): FieldRule => ({
  doc,
  text,
  file,
});

const NOTE = 'uncategorized_text';
const FILE = 'uncategorized_file';

/** A superset of Stripe's dispute evidence: one set serves disputes here and chargebacks at the bank. */
export const EVIDENCE_FIELDS = {
  CONTRACT: rule('What both parties accepted when the order was placed.', NOTE),
  PRODUCT_DESCRIPTION: rule('What was sold.', 'product_description', FILE),
  CUSTOMER_COMMUNICATION: rule(
    'What the parties wrote to each other.',
    NOTE,
    'customer_communication',
  ),
  CUSTOMER_SIGNATURE: rule('A signature of the buyer.', null, 'customer_signature'),
  RECEIPT: rule('What was paid.', NOTE, 'receipt'),
  REFUND_POLICY: rule('The rules of refunds.', NOTE, 'refund_policy'),
  REFUND_POLICY_DISCLOSURE: rule('Where the buyer was shown them.', 'refund_policy_disclosure'),
  REFUND_REFUSAL_EXPLANATION: rule('Why no refund is due.', 'refund_refusal_explanation'),
  CANCELLATION_POLICY: rule('The rules of cancelling.', NOTE, 'cancellation_policy'),
  CANCELLATION_POLICY_DISCLOSURE: rule(
    'Where the buyer was shown them.',
    'cancellation_policy_disclosure',
  ),
  CANCELLATION_REBUTTAL: rule('Why the order was not cancelled.', 'cancellation_rebuttal'),
  DUPLICATE_CHARGE_ID: rule('The charge that this one is said to repeat.', 'duplicate_charge_id'),
  DUPLICATE_CHARGE_EXPLANATION: rule('Why both are right.', 'duplicate_charge_explanation'),
  DUPLICATE_CHARGE_DOCUMENTATION: rule(
    'Papers of the other charge.',
    null,
    'duplicate_charge_documentation',
  ),
  SERVICE_DATE: rule('When a service was rendered.', 'service_date'),
  SERVICE_DOCUMENTATION: rule('Papers of a service.', null, 'service_documentation'),
  SHIPPING_ADDRESS: rule('Where goods were sent.', 'shipping_address'),
  SHIPPING_CARRIER: rule('Who carried them.', 'shipping_carrier'),
  SHIPPING_DATE: rule('When they left.', 'shipping_date'),
  SHIPPING_TRACKING_NUMBER: rule('The carrier’s number of the parcel.', 'shipping_tracking_number'),
  SHIPPING_DOCUMENTATION: rule('Labels, handover papers.', NOTE, 'shipping_documentation'),
  PROOF_OF_DELIVERY: rule('That they arrived.', NOTE, 'shipping_documentation'),
  ACCESS_ACTIVITY_LOG: rule('Sign-ins and downloads of the buyer.', 'access_activity_log'),
  CUSTOMER_NAME: rule('The buyer’s name.', 'customer_name'),
  CUSTOMER_EMAIL_ADDRESS: rule('The buyer’s e-mail address.', 'customer_email_address'),
  CUSTOMER_PURCHASE_IP: rule('The network address of the purchase.', 'customer_purchase_ip'),
  BILLING_ADDRESS: rule('The address of the payer.', 'billing_address'),
  PRIOR_TRANSACTION: rule('An earlier purchase of the same buyer that nobody disputed.', NOTE),
  PHOTO_OF_GOODS: rule('How the goods look.', null, FILE),
  PHOTO_OF_PACKING: rule('How they were packed.', null, FILE),
  RETURN_TRACKING: rule('The way back of returned goods.', NOTE, FILE),
  OTHER: rule('Anything else.', NOTE, FILE),
} as const satisfies Readonly<Record<string, FieldRule>>;
export type EvidenceField = keyof typeof EVIDENCE_FIELDS;

/** True when a field takes content of this kind. */
export const takes = (field: EvidenceField, isText: boolean): boolean =>
  EVIDENCE_FIELDS[field][isText ? 'text' : 'file'] !== null;
