import { type Route } from '../../shared/http.routes';
import { type PspFact, type SettlementLine } from '../psp.facts';
import { type PspDesks } from '../psp.routes';
import { shown } from './stripe.amounts';
import { listReply } from './stripe.lists';
import { lineOf } from './stripe.views';

/** The balance, and its reported movements line by line. */
export const balanceRoutes = ({ state, settlements }: PspDesks): Route<PspFact>[] => [
  {
    method: 'GET',
    path: '/v1/balance',
    read: () => {
      const available = state.books.currencies().map((currency) => ({
        amount: shown(String(state.books.balance('merchant_balance', currency)), currency),
        currency: currency.toLowerCase(),
      }));
      return { status: 200, body: { object: 'balance', available, pending: [], livemode: false } };
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
        grossMinor: `-${one.amountMinor}`,
        feeMinor: '0',
        netMinor: `-${one.amountMinor}`,
        occurredAt: one.occurredAt,
      }));
      const all = [...lines, ...sent].map((line) => ({ ...line, createdAt: line.occurredAt }));
      return listReply(call, all, (line) => lineOf(line, sourceOf(line)));
    },
  },
];

/** What a line is about, as far as somebody who matches lines needs it. */
function sourceOf({ kind, objectId, reference }: SettlementLine): object {
  return kind === 'bank_transfer'
    ? { id: objectId, object: 'payout', metadata: {}, statement_descriptor: reference }
    : { id: objectId, object: 'source', metadata: { operation: reference } };
}
