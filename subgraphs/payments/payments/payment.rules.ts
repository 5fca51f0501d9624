import { checkedDigitsIn } from '#kernel/text/card-number.rules';
import { type TenderEvent, type TenderState, tenderMachine } from './tender.machine';

/** A payment is what its tenders are. */
export type PaymentState = TenderState;

/** One failed tender fails the payment; it is captured (or authorized) when all are; else the most pressing state shows. */
export function paymentState(tenders: readonly TenderState[]): PaymentState {
  if (tenders.every((state) => state === 'CAPTURED')) return 'CAPTURED';
  const order: TenderState[] = ['FAILED', 'EXPIRED', 'UNKNOWN', 'REQUIRES_ACTION', 'PENDING'];
  const pressing = order.find((state) => tenders.includes(state));
  return pressing ?? (tenders.includes('CREATED') ? 'CREATED' : 'AUTHORIZED');
}

/** A tender as the rules see it. */
export interface TenderView {
  readonly id: string;
  readonly state: TenderState;
  readonly amountMinor: bigint;
  readonly capturedMinor: bigint;
  readonly refundedMinor: bigint;
  /** It spends the buyer's credit: taken with the last of the others, at no PSP. */
  readonly isCredit: boolean;
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
      /** All that a PSP had to bring is in: what was kept of the buyer's credit is taken with it. */
      readonly takesCredit: boolean;
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
  const moved = tenders.map((one) => (one.id === tenderId ? { ...one, state: next } : one));
  const takesCredit = !final && money && creditIsDue(moved);
  const states = moved.map(({ isCredit, state }) => (takesCredit && isCredit ? 'CAPTURED' : state));
  return {
    kind: 'MOVE',
    tender: next,
    payment: final ? payment : paymentState(states),
    money,
    takesCredit,
  };
}

/** True when nothing but reserved credit is missing of a payment. */
const creditIsDue = (tenders: readonly TenderView[]): boolean =>
  tenders.some(({ isCredit }) => isCredit) &&
  tenders.every(({ isCredit, state }) => state === (isCredit ? 'AUTHORIZED' : 'CAPTURED'));

/** True for 13 to 19 digits with a right check digit, unbroken or in groups: it must not be kept or logged. */
export const looksLikeCardNumber = (text: string): boolean => checkedDigitsIn(text).length > 0;
