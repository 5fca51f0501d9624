import { type Call, param, type Reply, type Route } from '../shared/http.routes';
import { Refusal } from '../shared/refusal';
import { type DisputeDesk } from './dispute.desk';
import { type FileDesk } from './file.desk';
import { type MethodDesk } from './method.desk';
import { type PaymentDesk } from './payment.desk';
import { type PayoutDesk } from './payout.desk';
import { type PspChange } from './psp.change';
import { type PspFact, type PspObject } from './psp.facts';
import { type PspState } from './psp.state';
import { viewOf } from './psp.views';
import { type RefundDesk } from './refund.desk';
import { type SettlementDesk } from './settlement.desk';

/** The desks a request can reach. */
export interface PspDesks {
  state: PspState;
  payments: PaymentDesk;
  refunds: RefundDesk;
  payouts: PayoutDesk;
  disputes: DisputeDesk;
  methods: MethodDesk;
  files: FileDesk;
  settlements: SettlementDesk;
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

/** The generic JSON dialect. */
export function pspRoutes(desks: PspDesks): Route<PspFact>[] {
  const { state, payments, refunds, payouts, disputes, methods, settlements } = desks;
  const id = (call: Call): string => param(call, 'id');
  return [
    write('/api/payments', ({ body }) => payments.create(body)),
    write('/api/payments/:id/confirm', (call) => payments.confirm(id(call), call.body)),
    write('/api/payments/:id/capture', (call) => payments.capture(id(call), call.body)),
    write('/api/payments/:id/void', (call) => payments.void(id(call), call.body)),
    write('/api/refunds', ({ body }) => refunds.create(body)),
    write('/api/payouts', ({ body }) => payouts.create(body)),
    write('/api/payouts/:id/cancel', (call) => payouts.cancel(id(call), call.body)),
    write('/api/methods', ({ body }) => methods.create(body)),
    write('/api/methods/:id/detach', (call) => methods.detach(id(call), call.body)),
    { method: 'POST', path: '/api/files', write: (call) => desks.files.create(call) },
    write('/api/disputes/:id/evidence', (call) => disputes.submit(id(call), call.body)),
    write('/api/disputes/:id/accept', (call) => disputes.accept(id(call), call.body)),
    read('/api/payments/:id', (call) => state.payment(id(call))),
    read('/api/refunds/:id', (call) => state.refund(id(call))),
    read('/api/payouts/:id', (call) => state.payout(id(call))),
    read('/api/disputes/:id', (call) => state.dispute(id(call))),
    read('/api/methods/:id', (call) => state.method(id(call))),
    read('/api/operations', ({ query }) => {
      const reference = query.get('reference');
      if (reference !== null && reference !== '') return state.operation(reference);
      throw new Refusal(400, 'FIELD_INVALID', 'give ?reference=');
    }),
    { method: 'GET', path: '/api/balance', read: () => balanceReply(state) },
    {
      method: 'GET',
      path: '/api/settlements',
      read: ({ query }) => {
        const found = settlements.list(query.get('from') ?? '', query.get('to') ?? '9999');
        return { status: 200, body: found };
      },
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
