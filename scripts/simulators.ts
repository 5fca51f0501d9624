import { join } from 'node:path';
import { keepChild } from './child-program';
import type { Lifecycle } from './lifecycle';
import type { Secrets } from './secrets';
import type { Settings } from './settings';
import { portIsFree } from './free-port';
import { StartProblem } from './start-problem';

/** Where the outside parties are: simulators that we started, or real ones. */
export interface OutsideParties {
  readonly pspUrl: string;
  readonly carrierUrl: string;
}

interface Simulator {
  readonly name: string;
  readonly program: string;
  readonly given: string | undefined;
  readonly port: number;
  readonly portSetting: string;
  readonly hook: string;
  /** Its own folder below DATA_DIR. */
  readonly data: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
  readonly args: readonly string[];
}

/** Starts the simulators of those outside parties that have no address in the settings. */
export async function startSimulators(
  life: Lifecycle,
  settings: Settings,
  secrets: Secrets,
  gatewayUrl: string,
): Promise<OutsideParties> {
  const run = (simulator: Simulator): Promise<string> =>
    simulator.given === undefined
      ? startOne(life, settings, gatewayUrl, simulator)
      : Promise.resolve(simulator.given);
  const [pspUrl, carrierUrl] = await Promise.all([
    run(pspSimulator(settings, secrets)),
    run(carrierSimulator(settings, secrets)),
  ]);
  return { pspUrl, carrierUrl };
}

const pspSimulator = (settings: Settings, secrets: Secrets): Simulator => ({
  name: 'PSP simulator',
  program: 'simulators/psp/psp.main',
  given: settings.pspUrl,
  port: settings.pspPort,
  portSetting: 'PSP_SIMULATOR_PORT',
  hook: '/hooks/psp/main',
  data: 'simulators/psp',
  apiKey: secrets.pspApiKey,
  webhookSecret: secrets.pspWebhookSecret,
  args: ['--webhook-dialect', settings.pspDialect === 'stripe' ? 'stripe' : 'standard'],
});

const carrierSimulator = (settings: Settings, secrets: Secrets): Simulator => ({
  name: 'carrier simulator',
  program: 'simulators/carriers/aurora/aurora.main',
  given: settings.carrierUrl,
  port: settings.carrierPort,
  portSetting: 'CARRIER_SIMULATOR_PORT',
  hook: '/hooks/carriers/aurora',
  data: 'simulators/aurora',
  apiKey: secrets.carrierApiKey,
  webhookSecret: secrets.carrierWebhookSecret,
  args: ['--rate', String(settings.carrierRate)],
});

async function startOne(
  life: Lifecycle,
  settings: Settings,
  gatewayUrl: string,
  simulator: Simulator,
): Promise<string> {
  const { name, port } = simulator;
  if (port !== 0 && !(await portIsFree(port, '127.0.0.1', 3000))) {
    throw new StartProblem(
      `Port ${String(port)} of the ${name} is in use: set ${simulator.portSetting}.`,
    );
  }
  const kept = await life.start(
    name,
    () =>
      keepChild({
        name: `The ${name}`,
        program: simulator.program,
        args: (onPort) => [
          ...['--port', String(onPort ?? port)],
          ...['--data', join(settings.dataDir, simulator.data)],
          ...['--webhook-url', new URL(simulator.hook, gatewayUrl).href, ...simulator.args],
        ],
        // By environment: arguments can be read by every user of the machine.
        env: { SIM_API_KEY: simulator.apiKey, SIM_WEBHOOK_SECRET: simulator.webhookSecret },
        print: (line) => process.stderr.write(`[${name}] ${line}\n`),
      }),
    (running) => running.stop(),
    (running) => {
      running.force();
    },
  );
  return `http://127.0.0.1:${String(kept.port)}`;
}
