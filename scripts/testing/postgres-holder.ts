import { keepRunning } from '../postgres/embedded-postgres';

/**
 * A process for tests that runs an embedded PostgreSQL until it is asked to end: tests kill it.
 * Prints `{"url","pid"}` when the server answers.
 */
const [dataDir = ''] = process.argv.slice(2);
keepRunning({ dataDir, log: () => undefined }).then(
  (server) => {
    process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
    process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid })}\n`);
    setInterval(() => undefined, 60_000); // PostgreSQL alone keeps no Node process alive
  },
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
