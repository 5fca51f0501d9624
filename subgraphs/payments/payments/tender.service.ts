import type { Money } from '#kernel/money/money';
import { refuse } from '../payments.errors';
import { looksLikeCardNumber } from './payment.rules';

/** Most means of payment in one payment. */
const MAX_TENDERS = 30;
const TOKEN = /^[\x21-\x7e]{3,200}$/;

/** One means of payment as a buyer gives it: a token, a method that is kept, or their credit. One of the three. */
export interface TenderInput {
  readonly token?: string;
  readonly paymentMethodId?: string;
  readonly buyerCredit?: true;
  readonly amount: Money;
}

/** Refuses card numbers (without repeating them) and what is no token. */
export function checkToken(token: string, field: readonly string[]): void {
  if (looksLikeCardNumber(token)) throw refuse('CARD_NUMBER_REFUSED', { field });
  if (!TOKEN.test(token)) {
    throw refuse('METHOD_UNUSABLE', { field, message: 'This is not a token.' });
  }
}

/** Refuses card numbers first, then what names no one means of payment, then amounts that cannot be. */
export function checkTenders(tenders: readonly TenderInput[]): void {
  for (const [n, { token, paymentMethodId, buyerCredit }] of tenders.entries()) {
    const field = ['input', 'tenders', String(n)];
    if (token !== undefined) checkToken(token, [...field, 'token']);
    if (paymentMethodId !== undefined) checkToken(paymentMethodId, [...field, 'paymentMethodId']);
    const given = [token, paymentMethodId, buyerCredit].filter((one) => one !== undefined);
    if (given.length !== 1) {
      const message = 'Give one of token, paymentMethodId and buyerCredit.';
      throw refuse('METHOD_UNUSABLE', { field, message });
    }
  }
  if (tenders.length === 0 || tenders.length > MAX_TENDERS) {
    throw refuse('AMOUNT_INVALID', { message: `Give 1 to ${MAX_TENDERS} tenders.` });
  }
  if (tenders.filter(({ buyerCredit }) => buyerCredit).length > 1) {
    throw refuse('AMOUNT_INVALID', { message: 'Credit is given once, in one amount.' });
  }
  const bad = tenders.findIndex(({ amount }) => amount.minor <= 0n);
  if (bad >= 0) {
    throw refuse('AMOUNT_INVALID', { field: ['input', 'tenders', String(bad), 'amount'] });
  }
}

/** Refuses tenders that are in another currency than the order group or do not add up to its total. */
export function checkSum(
  tenders: readonly { readonly amount: Money }[],
  request: { readonly currency: string; readonly totalMinor: bigint },
): void {
  const foreign = tenders.findIndex(({ amount }) => amount.currency !== request.currency);
  if (foreign >= 0) {
    const field = ['input', 'tenders', String(foreign), 'amount', 'currencyCode'];
    throw refuse('AMOUNT_INVALID', { field });
  }
  const sum = tenders.reduce((all, { amount }) => all + amount.minor, 0n);
  if (sum !== request.totalMinor) {
    throw refuse('AMOUNT_INVALID', {
      field: ['input', 'tenders'],
      message: `The tenders must add up to ${request.totalMinor} minor units.`,
    });
  }
}
