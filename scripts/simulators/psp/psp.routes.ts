import { type Call, param, type Reply, type Route } from '../shared/http.routes';
import { Refusal } from '../shared/refusal';
import { actionPage } from './action.page';
import { type PaymentDesk } from './payment.desk';
import { type PayoutDesk } from './payout.desk';
import { type PspChange } from './psp.change';
import { type PspFact, type PspObject } from './psp.facts';
import { type PspState } from './psp.state';
import { viewOf } from './psp.views';
import { type RefundDesk } from './refund.desk';

/** The desks a request can reach. */
export interface PspDesks {
  state: PspState;
  payments: PaymentDesk;
  refunds: RefundDesk;
  payouts: PayoutDesk;
}

function read(path: string, find: (call: Call) => PspObject): Route<PspFact> {
  return {
    method: 'GET',
    path,
    read: (call): Reply => ({ status: 200, body: viewOf(find(call), call.baseUrl) }),
  };
}

function write(path: string, decide: (call: Call) => PspChange): Route<PspFact> {
  return {
    method: 'POST',
    path,
    write: (call) => {
      const change = decide(call);
      return { ...change, body: viewOf(change.body, call.baseUrl) };
    },
  };
}

export function pspRoutes(desks: PspDesks): Route<PspFact>[] {
  const { state, payments, refunds, payouts } = desks;
  return [
    write('/api/payments', ({ body }) => payments.create(body)),
    write('/api/payments/:id/capture', (call) => payments.capture(param(call, 'id'), call.body)),
    write('/api/payments/:id/void', (call) => payments.void(param(call, 'id'), call.body)),
    write('/api/refunds', ({ body }) => refunds.create(body)),
    write('/api/payouts', ({ body }) => payouts.create(body)),
    read('/api/payments/:id', (call) => state.payment(param(call, 'id'))),
    read('/api/refunds/:id', (call) => state.refund(param(call, 'id'))),
    read('/api/payouts/:id', (call) => state.payout(param(call, 'id'))),
    read('/api/operations', ({ query }) => {
      const reference = query.get('reference');
      if (reference !== null && reference !== '') return state.operation(reference);
      throw new Refusal(400, 'FIELD_INVALID', 'give ?reference=');
    }),
    { method: 'GET', path: '/api/balance', read: () => balanceReply(state) },
    { method: 'GET', path: '/sim/books', read: ({ baseUrl }) => booksReply(state, baseUrl) },
    write('/sim/payments/:id/complete', (call) => payments.complete(param(call, 'id'), call.body)),
    {
      method: 'GET',
      path: '/sim/payments/:id/complete',
      read: (call) => ({
        status: 200,
        body: actionPage(state.payment(param(call, 'id'))),
        mime: 'text/html; charset=utf-8',
      }),
    },
  ];
}

function balanceReply({ books }: PspState): Reply {
  const balances = books.currencies().map((currency) => ({
    currency,
    availableMinor: String(books.balance('merchant_balance', currency)),
  }));
  return { status: 200, body: { balances } };
}

function booksReply(state: PspState, baseUrl: string): Reply {
  const views = (objects: Iterable<PspObject>): object[] =>
    [...objects].map((object) => viewOf(object, baseUrl));
  return {
    status: 200,
    body: {
      balances: state.books.list(),
      payments: views(state.payments.values()),
      refunds: views(state.refunds.values()),
      payouts: views(state.payouts.values()),
    },
  };
}
