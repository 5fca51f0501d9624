import type { Money } from '#kernel/money/money';
import { refuse } from '../payments.errors';
import { looksLikeCardNumber } from './payment.rules';

/** Most means of payment in one payment. */
const MAX_TENDERS = 30;
const TOKEN = /^[\x21-\x7e]{3,200}$/;

/** Refuses card numbers first (and without repeating them), then amounts that cannot be. */
export function checkTenders(
  tenders: readonly { readonly token: string; readonly amount: Money }[],
): void {
  for (const [n, { token }] of tenders.entries()) {
    const field = ['input', 'tenders', String(n), 'token'];
    if (looksLikeCardNumber(token)) throw refuse('CARD_NUMBER_REFUSED', { field });
    if (!TOKEN.test(token)) {
      throw refuse('METHOD_UNUSABLE', { field, message: 'This is not a token.' });
    }
  }
  if (tenders.length === 0 || tenders.length > MAX_TENDERS) {
    throw refuse('AMOUNT_INVALID', { message: `Give 1 to ${MAX_TENDERS} tenders.` });
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
