import { type Route } from '../../shared/http.routes';
import { type PspFact, type SettlementLine } from '../psp.facts';
import { type PspDesks } from '../psp.routes';
import { shown } from './stripe.amounts';
import { listReply } from './stripe.lists';
import { lineOf } from './stripe.views';

/** The balance, and its reported movements line by line. */
export const balanceRoutes = (
  { state, settlements }: PspDesks,
  now: () => number,
): Route<PspFact>[] => [
  {
    method: 'GET',
    path: '/v1/balance',
    read: () => {
      const part = (amountOf: (currency: string) => bigint): object[] =>
        state.books.currencies().map((currency) => ({
          amount: shown(String(amountOf(currency)), currency),
          currency: currency.toLowerCase(),
        }));
      const pendingOf = (currency: string): bigint => state.pendingMinor(currency, now());
      const available = part(
        (currency) => state.books.balance('merchant_balance', currency) - pendingOf(currency),
      );
      const body = { object: 'balance', available, pending: part(pendingOf), livemode: false };
      return { status: 200, body };
    },
  },
  {
    method: 'GET',
    path: '/v1/balance_transactions',
    read: (call) => {
      const { lines, transfers } = settlements.list('', '9999');
      const sent = transfers.map((one): SettlementLine => ({
        id: one.id,
        kind: 'bank_transfer',
        reference: one.bankReference,
        objectId: one.id,
        currency: one.currency,
        grossMinor: String(-BigInt(one.amountMinor)),
        feeMinor: '0',
        netMinor: String(-BigInt(one.amountMinor)),
        occurredAt: one.occurredAt,
      }));
      const all = [...lines, ...sent].map((line) => ({ ...line, createdAt: line.occurredAt }));
      return listReply(call, all, (line) => {
        const isPending = state.isPending({ reason: line.kind, at: line.occurredAt }, now());
        return lineOf(line, sourceOf(line), isPending ? 'pending' : 'available');
      });
    },
  },
];

/** What a line is about, as far as somebody who matches lines needs it. */
function sourceOf({ kind, objectId, reference }: SettlementLine): object {
  return kind === 'bank_transfer'
    ? { id: objectId, object: 'payout', metadata: {}, statement_descriptor: reference }
    : { id: objectId, object: 'source', metadata: { operation: reference } };
}
