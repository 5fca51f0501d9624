import { type TenderEvent, type TenderState, tenderMachine } from './tender.machine';

/** A payment is what its tenders are. */
export type PaymentState = TenderState;

/** One failed tender fails the payment; it is captured when all are; else the most pressing state shows. */
export function paymentState(tenders: readonly TenderState[]): PaymentState {
  if (tenders.every((state) => state === 'CAPTURED')) return 'CAPTURED';
  const order: TenderState[] = ['FAILED', 'EXPIRED', 'UNKNOWN', 'REQUIRES_ACTION', 'PENDING'];
  return order.find((state) => tenders.includes(state)) ?? 'CREATED';
}

/** A tender as the rules see it. */
export interface TenderView {
  readonly id: string;
  readonly state: TenderState;
  readonly amountMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
}

export type SettleDecision =
  /** Nothing new. */
  | { readonly kind: 'NOTHING' }
  /** The tender moves on; the payment with it. */
  | {
      readonly kind: 'MOVE';
      readonly tender: TenderState;
      readonly payment: PaymentState;
      readonly money: boolean;
    }
  /** Money came although it can no longer be used: book it and send it back. */
  | { readonly kind: 'LATE_MONEY' };

/** What news about one tender means, whoever brings it (reply, webhook, janitor) and however often. */
export function settleTender(
  payment: PaymentState,
  tenders: readonly TenderView[],
  tenderId: string,
  event: TenderEvent,
): SettleDecision {
  const tender = tenders.find(({ id }) => id === tenderId);
  if (tender === undefined) throw new RangeError('no such tender');
  const money = event === 'capture';
  if (money && tender.capturedMinor > 0n) return { kind: 'NOTHING' };
  const final = payment === 'FAILED' || payment === 'EXPIRED';
  if (final && money) return { kind: 'LATE_MONEY' };
  const next = tenderMachine.next(tender.state, event);
  if (next === undefined) return money ? { kind: 'LATE_MONEY' } : { kind: 'NOTHING' };
  if (next === tender.state) return { kind: 'NOTHING' };
  const states = tenders.map((one) => (one.id === tenderId ? next : one.state));
  return {
    kind: 'MOVE',
    tender: next,
    payment: final ? payment : paymentState(states),
    money,
  };
}

// Groups as printed on cards (4-4-4-4, 4-6-5), standing alone: a UUID holds none and is never mistaken for one.
const GROUPED =
  /(?<![0-9A-Za-z])\d{4}(?:([ -])\d{4}\1\d{4}\1\d{1,7}|([ -])\d{6}\2\d{5})(?![0-9A-Za-z])/g;
const UNBROKEN = /\d+/g;

/** True for 13 to 19 digits with a right check digit, unbroken or in groups: it must not be kept or logged. */
export function looksLikeCardNumber(text: string): boolean {
  const found = [
    ...(text.match(UNBROKEN) ?? []),
    ...(text.match(GROUPED) ?? []),
    ...(/^[\d -]+$/.test(text) ? [text] : []),
  ];
  return found
    .map((run) => run.replace(/[ -]/g, ''))
    .some((digits) => digits.length >= 13 && digits.length <= 19 && luhn(digits));
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const value = i % 2 === 0 ? digit : digit * 2;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
