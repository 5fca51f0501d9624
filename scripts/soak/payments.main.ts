import type { AddressInfo } from 'node:net';
import { publicHalf } from '#kernel/auth/keys';
import { StatementVerifier } from '#kernel/auth/statement';
import { systemClock } from '#kernel/clock/clock';
import { httpDoor } from '#kernel/server/http-door';
import { startWorker } from '#kernel/server/worker';
import { sayReady } from '../child-program';
import { databaseUrls } from '../databases';
import { runProgram } from '../lifecycle';
import { loadSecrets } from '../secrets';
import { readSettings } from '../settings';
import { StartProblem } from '../start-problem';
import { SystemParts } from '../system-parts';

/** One of several processes that each serve payments and work for them: made to be killed. */
runProgram(async (life) => {
  const command = readSettings(process.argv.slice(2), process.env);
  if (command.kind === 'help') throw new StartProblem('There is no help here.');
  const { settings } = command;
  const secrets = loadSecrets({
    env: process.env,
    dataDir: settings.dataDir,
    role: 'payments',
    production: false,
  });
  const urls = databaseUrls(settings, settings.databaseUrl);
  const outside = { pspUrl: settings.pspUrl ?? '', carrierUrl: settings.carrierUrl ?? '' };
  const parts = await SystemParts.open({ life, settings, secrets, urls, outside });
  const subgraph = await parts.subgraph('payments');
  const others = (await parts.logs()).filter(({ source }) => source !== 'payments');
  const log = parts.logger('payments');
  await life.start(
    'worker',
    () => Promise.resolve(startWorker(subgraph, others, parts.arrivals, log)),
    (stop) => stop(),
  );
  const verifier = new StatementVerifier(publicHalf(secrets.statementKey), 'payments', systemClock);
  const { channelSecret } = secrets;
  const server = httpDoor({ subgraph, verifier, channelSecret, clock: systemClock, log });
  await life.start(
    'door',
    () =>
      new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(settings.port ?? 0, '127.0.0.1', resolve);
      }),
    () =>
      new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  );
  sayReady((server.address() as AddressInfo).port);
});
