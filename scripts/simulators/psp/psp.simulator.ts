import { Alarm } from '../shared/alarm';
import { controlRoutes } from '../shared/control.routes';
import { FactStore } from '../shared/fact.store';
import { SimulatorServer } from '../shared/http.server';
import { type Settings } from '../shared/settings';
import { type RunningSimulator } from '../shared/simulator.process';
import { PaymentDesk } from './payment.desk';
import { PayoutDesk } from './payout.desk';
import { type Announce } from './psp.change';
import { type PspFact } from './psp.facts';
import { pspRoutes } from './psp.routes';
import { PspState } from './psp.state';
import { RefundDesk } from './refund.desk';

/** Defaults of the flags. */
export const PSP_DEFAULTS = { port: 4710, dataDir: '.data/simulators/psp', apiKey: 'sk_sim_psp' };

/** Starts the payment service provider: replays its journal, then serves. */
export async function startPsp(
  settings: Settings,
  onFailure: (error: unknown) => void,
): Promise<RunningSimulator> {
  const state = new PspState();
  const store = new FactStore<PspFact>(settings, state, onFailure);
  const announce: Announce = (type, { id, object, reference }) =>
    store.webhooks.queue(type, id, { id, object, reference });
  const now = (): number => Date.now();
  const payments = new PaymentDesk(state, announce, now);
  const payouts = new PayoutDesk(state, announce, now);
  const refunds = new RefundDesk(state, announce, now);
  const alarm = new Alarm(
    () => (state.waiting.size === 0 ? undefined : Math.min(...state.waiting.values()) - now()),
    () => {
      for (const [id, atMs] of [...state.waiting]) {
        if (atMs > now()) continue;
        const payment = state.payments.get(id);
        store.commit(
          payment === undefined ? payouts.moveOn(state.payout(id)) : payments.moveOn(payment),
        );
      }
    },
  );
  const routes = [
    ...controlRoutes(store),
    ...pspRoutes({ state, payments, refunds, payouts }),
    {
      method: 'GET' as const,
      path: '/sim/state',
      read: () => ({ status: 200, body: stateOf(state, store) }),
    },
  ];
  const server = new SimulatorServer(store, routes, settings.apiKey);
  const port = await server.listen(settings.port, () => {
    store.open();
    store.webhooks.start();
    store.onCommit(() => {
      alarm.wind();
    });
    alarm.wind();
  });
  const close = async (): Promise<void> => {
    alarm.stop();
    await server.close();
    await store.close();
  };
  return { port, close };
}

function stateOf(state: PspState, store: FactStore<PspFact>): object {
  return {
    now: new Date().toISOString(),
    payments: state.payments.size,
    refunds: state.refunds.size,
    payouts: state.payouts.size,
    waiting: state.waiting.size,
    webhooks: store.webhooks.state(),
    faults: store.faults.list(),
  };
}
