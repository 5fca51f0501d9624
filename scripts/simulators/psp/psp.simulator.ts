import { Alarm } from '../shared/alarm';
import { controlRoutes } from '../shared/control.routes';
import { FactStore } from '../shared/fact.store';
import { Fields } from '../shared/fields';
import { SimulatorServer } from '../shared/http.server';
import { type Settings } from '../shared/settings';
import { type RunningSimulator } from '../shared/simulator.process';
import { DisputeDesk } from './dispute.desk';
import { FileDesk } from './file.desk';
import { MethodDesk } from './method.desk';
import { PaymentDesk } from './payment.desk';
import { PayoutDesk } from './payout.desk';
import { type Announce } from './psp.change';
import { pspControlRoutes } from './psp.control.routes';
import { type PspFact } from './psp.facts';
import { moveOn } from './psp.moves';
import { type PspDesks, pspRoutes } from './psp.routes';
import { PspState } from './psp.state';
import { RefundDesk } from './refund.desk';
import { SettlementDesk } from './settlement.desk';
import { stripeEvent } from './stripe/stripe.events';
import { stripeRoutes } from './stripe/stripe.routes';
import { stripeWords } from './stripe/stripe.words';

/** Defaults of the flags. */
export const PSP_DEFAULTS = { port: 4710, dataDir: '.data/simulators/psp', apiKey: 'sk_sim_psp' };

/** Starts the payment service provider: replays its journal, then serves two dialects over the same books. */
export async function startPsp(
  settings: Settings,
  onFailure: (error: unknown) => void,
): Promise<RunningSimulator> {
  const state = new PspState();
  const store = new FactStore<PspFact>(settings, state, onFailure);
  const now = (): number => Date.now() + state.aheadMs;
  const announce: Announce =
    settings.webhook?.dialect === 'stripe'
      ? (type, object) => store.webhooks.queueBody(object.id, stripeEvent(type, object, state))
      : (type, { id, object, reference }) =>
          store.webhooks.queue(type, id, { id, object, reference });
  const files = new FileDesk(state, now);
  const desks: PspDesks = {
    state,
    payments: new PaymentDesk(state, announce, now),
    refunds: new RefundDesk(state, announce, now),
    payouts: new PayoutDesk(state, announce, now),
    disputes: new DisputeDesk(state, announce, now, files),
    methods: new MethodDesk(state, now),
    files,
    settlements: new SettlementDesk(state, now),
  };
  const alarm = alarmOf(desks, store, now);
  const routes = [
    ...controlRoutes(store),
    ...pspRoutes(desks),
    ...stripeRoutes(desks, now),
    ...pspControlRoutes(desks, store, now),
  ];
  const server = new SimulatorServer(store, routes, settings.apiKey, stripeWords);
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

/** Rings for objects that move on by themselves and at the end of a day. */
function alarmOf(desks: PspDesks, store: FactStore<PspFact>, now: () => number): Alarm {
  const { state, settlements } = desks;
  return new Alarm(
    () => {
      const soonest = Math.min(...state.waiting.values(), settlements.dueMs() ?? Infinity);
      return soonest === Infinity ? undefined : soonest - now();
    },
    () => {
      for (const [id, atMs] of [...state.waiting]) {
        if (atMs <= now()) store.commit(moveOn(desks, id));
      }
      if ((settlements.dueMs() ?? Infinity) <= now()) {
        store.commit(settlements.close(Fields.of({})).facts);
      }
    },
  );
}
