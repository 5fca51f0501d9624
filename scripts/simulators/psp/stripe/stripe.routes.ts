import { randomBytes } from 'node:crypto';
import { Fields } from '../../shared/fields';
import { type Call, param, type Reply, type Route } from '../../shared/http.routes';
import { Refusal } from '../../shared/refusal';
import { type PspChange } from '../psp.change';
import { type Payment, type PspFact, type PspObject } from '../psp.facts';
import { type PspDesks } from '../psp.routes';
import { minorOf } from './stripe.amounts';
import { balanceRoutes } from './stripe.balance.routes';
import { listReply } from './stripe.lists';
import { fileView, methodOf, stripeView } from './stripe.views';

const nameless = (): string => `none_${randomBytes(12).toString('hex')}`;
const id = (call: Call): string => param(call, 'id');
/** A setup is called by the method that it makes. */
const methodIdOf = (call: Call): string => id(call).replace(/^seti_/, '');

/** Our operation id travels in the metadata; without one the object names itself. */
function referenceOf(body: Fields, otherwise: string): string {
  return body.has('metadata')
    ? (body.child('metadata').optionalText('operation') ?? otherwise)
    : otherwise;
}

function read(path: string, find: (call: Call) => PspObject): Route<PspFact> {
  return {
    method: 'GET',
    path,
    read: (call): Reply => ({ status: 200, body: stripeView(find(call), call.baseUrl) }),
  };
}

function write(path: string, decide: (call: Call) => PspChange): Route<PspFact> {
  return {
    method: 'POST',
    path,
    write: (call) => {
      const { facts, body } = decide(call);
      return { facts, ...replyOf(body, call.baseUrl) };
    },
  };
}

/** A declined card is an error that carries the intent. */
function replyOf(object: PspObject, baseUrl: string): Reply {
  const view = stripeView(object, baseUrl);
  if (object.object !== 'payment' || object.status !== 'failed') return { status: 200, body: view };
  const error = {
    type: 'card_error',
    code: 'card_declined',
    decline_code: object.declineCode,
    message: 'Your card was declined.',
    payment_intent: view,
  };
  return { status: 402, body: { error } };
}

function newPayment({ body }: Call): Fields {
  const currency = body.text('currency').toUpperCase();
  return Fields.of({
    amountMinor: minorOf(body.text('amount'), currency),
    currency,
    token: body.text('payment_method'),
    capture: body.optionalText('capture_method') !== 'manual',
    confirm: body.optionalText('confirm') === 'true',
    offSession: body.optionalText('off_session') === 'true',
    reference: referenceOf(body, nameless()),
  });
}

function moneyOf(body: Fields, name: string, currency: string): object {
  return body.has(name) ? { amountMinor: minorOf(body.text(name), currency) } : {};
}

function intentRoutes({ state, payments }: PspDesks): Route<PspFact>[] {
  const act = (call: Call, more: object = {}): Fields =>
    Fields.of({ ...more, reference: referenceOf(call.body, nameless()) });
  return [
    write('/v1/payment_intents', (call) => payments.create(newPayment(call))),
    {
      method: 'GET',
      path: '/v1/payment_intents/search',
      read: (call) => {
        const wanted = /^metadata\['operation'\]:'([^']+)'$/.exec(call.query.get('query') ?? '');
        if (wanted === null) throw new Refusal(400, 'parameter_invalid', 'unknown query');
        const found = [...state.payments.values()].filter((one) => one.reference === wanted[1]);
        return listReply(call, found, (one) => stripeView(one, call.baseUrl));
      },
    },
    write('/v1/payment_intents/:id/confirm', (call) => payments.confirm(id(call), act(call))),
    write('/v1/payment_intents/:id/capture', (call) => {
      const { currency } = state.payment(id(call));
      const amount = moneyOf(call.body, 'amount_to_capture', currency);
      return payments.capture(id(call), act(call, amount));
    }),
    write('/v1/payment_intents/:id/cancel', (call) => payments.void(id(call), act(call))),
    read('/v1/payment_intents/:id', (call) => state.payment(id(call))),
  ];
}

function refundRoutes({ state, refunds }: PspDesks): Route<PspFact>[] {
  return [
    write('/v1/refunds', ({ body }) => {
      const payment: Payment = state.payment(body.text('payment_intent'));
      const { id: paymentId, currency } = payment;
      const reference = referenceOf(body, nameless());
      const amount = moneyOf(body, 'amount', currency);
      return refunds.create(Fields.of({ paymentId, reference, ...amount }));
    }),
    {
      method: 'GET',
      path: '/v1/refunds',
      read: (call) => {
        const of = call.query.get('payment_intent');
        const all = [...state.refunds.values()];
        const found = of === null ? all : all.filter(({ paymentId }) => paymentId === of);
        return listReply(call, found, (one) => stripeView(one, call.baseUrl));
      },
    },
    read('/v1/refunds/:id', (call) => state.refund(id(call))),
  ];
}

function payoutRoutes({ state, payouts }: PspDesks): Route<PspFact>[] {
  return [
    write('/v1/payouts', ({ body }) => {
      const currency = body.text('currency').toUpperCase();
      const reference = referenceOf(body, nameless());
      const destination = body.text('destination');
      const amount = moneyOf(body, 'amount', currency);
      return payouts.create(Fields.of({ currency, destination, reference, ...amount }));
    }),
    write('/v1/payouts/:id/cancel', (call) =>
      payouts.cancel(id(call), Fields.of({ reference: nameless() })),
    ),
    {
      method: 'GET',
      path: '/v1/payouts',
      read: (call) =>
        listReply(call, state.payouts.values(), (one) => stripeView(one, call.baseUrl)),
    },
    read('/v1/payouts/:id', (call) => state.payout(id(call))),
  ];
}

function disputeRoutes({ state, disputes }: PspDesks): Route<PspFact>[] {
  return [
    write('/v1/disputes/:id', (call) => {
      if (call.body.optionalText('submit') !== 'true') {
        throw new Refusal(400, 'parameter_missing', 'drafts are not kept: submit=true');
      }
      const evidence = call.body.labels('evidence', 20_000);
      const reference = referenceOf(call.body, nameless());
      return disputes.submit(id(call), Fields.of({ evidence, reference }));
    }),
    write('/v1/disputes/:id/close', (call) =>
      disputes.accept(id(call), Fields.of({ reference: nameless() })),
    ),
    read('/v1/disputes/:id', (call) => state.dispute(id(call))),
    {
      method: 'GET',
      path: '/v1/disputes',
      read: (call) => {
        const of = call.query.get('payment_intent');
        const all = [...state.disputes.values()];
        const found = of === null ? all : all.filter(({ paymentId }) => paymentId === of);
        return listReply(call, found, (one) => stripeView(one, call.baseUrl));
      },
    },
  ];
}

const fileRoute = ({ files }: PspDesks): Route<PspFact> => ({
  method: 'POST',
  path: '/v1/files',
  write: (call) => {
    if (call.body.text('purpose') !== 'dispute_evidence') {
      throw new Refusal(400, 'parameter_invalid', 'only dispute_evidence is kept here');
    }
    const { facts, body, status } = files.create(call);
    return { facts, status, body: fileView(body) };
  },
});

/** Stripe's dialect over the same books: form bodies, its words and its amounts. */
export const stripeRoutes = (desks: PspDesks, now: () => number): Route<PspFact>[] => [
  ...intentRoutes(desks),
  ...refundRoutes(desks),
  ...payoutRoutes(desks),
  ...disputeRoutes(desks),
  fileRoute(desks),
  ...balanceRoutes(desks, now),
  {
    method: 'GET',
    path: '/v1/payment_methods/:id',
    read: (call) => ({ status: 200, body: methodOf(desks.state.method(id(call))) }),
  },
  write('/v1/payment_methods/:id/detach', (call) =>
    desks.methods.detach(id(call), Fields.of({ reference: referenceOf(call.body, nameless()) })),
  ),
  {
    method: 'GET',
    path: '/v1/setup_intents',
    read: (call) => {
      const all = [...desks.state.methods.values()].map((method) => ({
        ...{ id: `seti_${method.id}`, createdAt: method.createdAt, method },
      }));
      return listReply(call, all, ({ method }) => stripeView(method, call.baseUrl));
    },
  },
  write('/v1/setup_intents/:id/cancel', (call) => desks.methods.cancel(methodIdOf(call))),
  read('/v1/setup_intents/:id', (call) => desks.state.method(methodIdOf(call))),
  write('/v1/setup_intents', ({ body }) =>
    desks.methods.create(
      Fields.of({ token: body.text('payment_method'), reference: referenceOf(body, nameless()) }),
    ),
  ),
];
