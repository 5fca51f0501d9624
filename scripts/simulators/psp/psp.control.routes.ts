import { type FactStore } from '../shared/fact.store';
import { param, type Reply, type Route } from '../shared/http.routes';
import { Refusal } from '../shared/refusal';
import { actionPage } from './action.page';
import { type PspFact, type PspObject } from './psp.facts';
import { moveOn } from './psp.moves';
import { type PspDesks } from './psp.routes';
import { type PspState } from './psp.state';
import { viewOf } from './psp.views';

/** What a test or a demo does to the PSP from the side: no key, no dialect. */
export function pspControlRoutes(
  desks: PspDesks,
  store: FactStore<PspFact>,
  now: () => number,
): Route<PspFact>[] {
  const { state, disputes, settlements } = desks;
  const read = (path: string, body: (baseUrl: string) => object): Route<PspFact> => ({
    method: 'GET',
    path,
    read: ({ baseUrl }): Reply => ({ status: 200, body: body(baseUrl) }),
  });
  return [
    read('/sim/books', (baseUrl) => booksOf(state, baseUrl)),
    read('/sim/state', () => stateOf(state, store, now)),
    {
      method: 'POST',
      path: '/sim/advance',
      write: ({ body }) => {
        const ms = body.whole('seconds', 1, 366 * 86_400) * 1_000;
        return { status: 200, body: {}, facts: [{ kind: 'clock.advanced', ms }] };
      },
    },
    {
      method: 'POST',
      path: '/sim/fees',
      write: ({ body }) => {
        const { fees, facts } = settlements.setFees(body);
        return { status: 200, body: fees, facts };
      },
    },
    {
      method: 'POST',
      path: '/sim/pending',
      write: ({ body }) => {
        const ms = body.whole('seconds', 0, 30 * 86_400) * 1_000;
        return { status: 200, body: {}, facts: [{ kind: 'pending.set', ms }] };
      },
    },
    {
      method: 'POST',
      path: '/sim/settlements',
      write: ({ body }) => {
        const { settlements: made, facts } = settlements.close(body);
        return { status: 200, body: { settlements: made }, facts };
      },
    },
    ...complaintRoutes(disputes),
    ...answerRoutes(desks),
    hastenRoute(desks),
  ];
}

/** What an object waits for happens now; time stands still for the others. */
const hastenRoute = (desks: PspDesks): Route<PspFact> => ({
  method: 'POST',
  path: '/sim/objects/:id/hasten',
  write: (call) => {
    const id = param(call, 'id');
    if (!desks.state.waiting.has(id)) {
      throw new Refusal(409, 'NOTHING_AWAITED', `${id} waits for nothing`);
    }
    return { status: 200, body: {}, facts: moveOn(desks, id) };
  },
});

/** The page that a bank shows, and what its customer answers: to a payment, or to keeping a means of payment. */
const answerRoutes = ({ state, payments, methods }: PspDesks): Route<PspFact>[] =>
  (['payments', 'methods'] as const).flatMap((what): Route<PspFact>[] => {
    const path = `/sim/${what}/:id/complete`;
    return [
      {
        method: 'POST',
        path,
        write: (call) => {
          const desk = what === 'payments' ? payments : methods;
          const change = desk.complete(param(call, 'id'), call.body);
          return { ...change, body: viewOf(change.body, call.baseUrl) };
        },
      },
      {
        method: 'GET',
        path,
        read: (call) => {
          const id = param(call, 'id');
          const asked = what === 'payments' ? state.payment(id) : state.method(id);
          return { status: 200, body: actionPage(asked), mime: 'text/html; charset=utf-8' };
        },
      },
    ];
  });

/** The payer complains at the bank. */
const complaintRoutes = (disputes: PspDesks['disputes']): Route<PspFact>[] => [
  {
    method: 'POST',
    path: '/sim/disputes',
    write: (call) => {
      const change = disputes.complain(call.body);
      return { ...change, body: viewOf(change.body, call.baseUrl) };
    },
  },
  {
    method: 'POST',
    path: '/sim/disputes/:id/escalate',
    write: (call) => {
      const change = disputes.escalate(param(call, 'id'));
      return { ...change, body: viewOf(change.body, call.baseUrl) };
    },
  },
];

function booksOf(state: PspState, baseUrl: string): object {
  const views = (objects: Iterable<PspObject>): object[] =>
    [...objects].map((object) => viewOf(object, baseUrl));
  return {
    balances: state.books.list(),
    payments: views(state.payments.values()),
    refunds: views(state.refunds.values()),
    payouts: views(state.payouts.values()),
    disputes: views(state.disputes.values()),
    files: [...state.files.values()],
  };
}

function stateOf(state: PspState, store: FactStore<PspFact>, now: () => number): object {
  return {
    now: new Date(now()).toISOString(),
    payments: state.payments.size,
    refunds: state.refunds.size,
    payouts: state.payouts.size,
    disputes: state.disputes.size,
    waiting: state.waiting.size,
    webhooks: store.webhooks.state(),
    faults: store.faults.list(),
  };
}
