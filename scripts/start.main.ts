import { resolve } from 'node:path';
import { sayReady } from './child-program';
import { checkReachable, databaseUrls } from './databases';
import { startEmbeddedDatabase } from './embedded-database';
import { canListen } from './free-port';
import { type Lifecycle, runProgram } from './lifecycle';
import { SUBGRAPHS, type SubgraphName } from './migrations';
import { loadSecrets, type Secrets } from './secrets';
import { seedDemo } from './seed/seed';
import { portOf, readSettings, type Settings, settingsHelp } from './settings';
import { type OutsideParties, startSimulators } from './simulators';
import { StartProblem } from './start-problem';
import { welcome } from './welcome';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

runProgram(async (life) => {
  const command = readSettings(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    say(settingsHelp());
    process.exit(0);
  }
  await startProcess(life, command.settings);
});

/** One process: everything (`--role all`), or one role of a distributed system. */
async function startProcess(life: Lifecycle, settings: Settings): Promise<void> {
  const { role } = settings;
  const production = settings.nodeEnv === 'production';
  const dataDir = resolve(settings.dataDir);
  const secrets = loadSecrets({ env: process.env, dataDir, role, production });
  const port = await choosePort(settings);
  const embedded =
    role === 'all' && settings.databaseUrl === undefined
      ? await startEmbeddedDatabase(life, settings, say)
      : undefined;
  const urls = databaseUrls(settings, settings.databaseUrl ?? embedded);
  await checkReachable(urls);
  // The large parts are loaded only now: what is wrong with the settings is said at once.
  const { migrateAll } = await import('./migrate-all.js');
  await migrateAll(urls, ownedBy(settings));
  const origin = `http://localhost:${String(port)}`;
  const outside = await outsideParties(life, settings, secrets, origin);
  const demo = { wanted: settings.demo || (embedded !== undefined && !production), seeded: false };
  const { startRole } = await import('./roles.js');
  await startRole({ life, settings: { ...settings, port }, secrets, urls, outside }, demo);
  const isPublic = role === 'all' || role === 'gateway';
  if (demo.wanted && isPublic) await seedDemo(`${origin}/graphql`, urls.marketplace, say);
  demo.seeded = true;
  sayReady(port);
  if (role === 'all') say(welcome(origin, demo.wanted, process.uptime()));
  else if (!process.connected) say(`${role} is ready on ${settings.host}:${String(port)}.`);
}

/** The schemas that a role brings up to date. The gateway owns none. */
function ownedBy({ role }: Settings): readonly SubgraphName[] {
  if (role === 'gateway') return [];
  return SUBGRAPHS.filter((name) => role === name || role === 'all' || role === 'worker');
}

/** Only a process that does everything starts the simulators; the others are told where they are. */
async function outsideParties(
  life: Lifecycle,
  settings: Settings,
  secrets: Secrets,
  origin: string,
): Promise<OutsideParties> {
  if (settings.role === 'all') return startSimulators(life, settings, secrets, origin);
  return {
    pspUrl: settings.pspUrl ?? `http://127.0.0.1:${String(settings.pspPort)}`,
    carrierUrl: settings.carrierUrl ?? `http://127.0.0.1:${String(settings.carrierPort)}`,
  };
}

/** The port to listen on, known to be free before anything is started. */
async function choosePort(settings: Settings): Promise<number> {
  const wanted = portOf(settings);
  const free = await canListen(wanted, settings.host);
  if (free !== undefined) return free;
  throw new StartProblem(
    `Port ${String(wanted)} on ${settings.host} cannot be listened on (is it in use?): set PORT.`,
  );
}
