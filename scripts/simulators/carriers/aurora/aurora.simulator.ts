import { Alarm } from '../../shared/alarm';
import { controlRoutes } from '../../shared/control.routes';
import { FactStore } from '../../shared/fact.store';
import { SimulatorServer } from '../../shared/http.server';
import { type Settings } from '../../shared/settings';
import { type RunningSimulator } from '../../shared/simulator.process';
import { type AuroraFact } from './aurora.facts';
import { auroraRoutes, worldRoutes } from './aurora.routes';
import { AuroraState } from './aurora.state';
import { CarrierWorld } from './carrier.world';
import { ShipmentDesk } from './shipment.desk';
import { VirtualClock } from './virtual.clock';

/** Defaults of the flags. */
export const AURORA_DEFAULTS = {
  port: 4720,
  dataDir: '.data/simulators/aurora',
  apiKey: 'sk_sim_aurora',
};

/** Starts the carrier: replays its journal, scans what fell due meanwhile, then serves. */
export async function startAurora(
  settings: Settings,
  onFailure: (error: unknown) => void,
): Promise<RunningSimulator> {
  const wall = (): number => Date.now();
  const clock = new VirtualClock(wall);
  const state = new AuroraState(clock);
  const store = new FactStore<AuroraFact>(settings, state, onFailure);
  const world = new CarrierWorld(state, store, clock, settings.seed, wall);
  const desk = new ShipmentDesk(state, world, clock, wall, settings.autoHandover);
  const parts = { state, store, clock, world, desk };
  const routes = [...controlRoutes(store), ...auroraRoutes(parts), ...worldRoutes(parts)];
  const server = new SimulatorServer(store, routes, settings.apiKey);
  const alarm = new Alarm(
    () => world.waitMs(),
    () => {
      world.fireDue();
    },
  );
  const port = await server.listen(settings.port, () => {
    store.open();
    // From here the clock runs at this start's rate, also when an earlier start had another one.
    store.commit([{ kind: 'clock.set', ...clock.moved(0, settings.rate) }]);
    store.webhooks.start();
    store.onCommit(() => {
      alarm.wind();
    });
    world.fireDue();
    alarm.wind();
  });
  const close = async (): Promise<void> => {
    alarm.stop();
    await server.close();
    await store.close();
  };
  return { port, close };
}
