import { resolve } from 'node:path';
import { checkReachable, databaseUrls, migrateAll } from './databases';
import { startEmbeddedDatabase } from './embedded-database';
import { type Lifecycle, runProgram } from './lifecycle';
import { SUBGRAPHS } from './migrations';
import { canListen } from './postgres/cluster-folder';
import { loadSecrets } from './secrets';
import { portOf, readSettings, type Settings, settingsHelp } from './settings';
import { startSimulators } from './simulators';
import { StartProblem } from './start-problem';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

runProgram(async (life) => {
  const command = readSettings(process.argv.slice(2), process.env);
  if (command.kind === 'help') {
    say(settingsHelp());
    process.exit(0);
  }
  await startAll(life, command.settings);
});

/** Everything in one process: database, schemas, simulators, subgraphs, gateway. */
async function startAll(life: Lifecycle, settings: Settings): Promise<void> {
  const secrets = loadSecrets({
    env: process.env,
    dataDir: resolve(settings.dataDir),
    role: settings.role,
    production: settings.nodeEnv === 'production',
  });
  const port = await choosePort(settings);
  const embedded =
    settings.databaseUrl === undefined
      ? await startEmbeddedDatabase(life, settings, say)
      : undefined;
  const urls = databaseUrls(settings, settings.databaseUrl ?? embedded);
  await checkReachable(urls);
  const ran = await migrateAll(urls, SUBGRAPHS);
  if (ran.length > 0) say(`Database is up to date (${String(ran.length)} migrations ran).`);
  await startSimulators(life, settings, secrets, `http://127.0.0.1:${String(port)}`);
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
