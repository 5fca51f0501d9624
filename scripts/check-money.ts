import { parseArgs } from 'node:util';
import { checkMoney, readHead } from './checks/money.check';
import { embeddedUrl } from './checks/system.invariants';

const { values } = parseArgs({
  options: {
    /** The owner's address; else DATABASE_URL, else the embedded PostgreSQL that is running. */
    'database-url': { type: 'string' },
    /** Prints the newest block of the hash chain and checks nothing. */
    head: { type: 'boolean', default: false },
    /** A file of earlier heads that must still be in the chain; the present one is added. */
    anchor: { type: 'string' },
  },
});

/** `npm run check:money`: every rule about money, on any database. Ends with 1 when one is broken. */
async function main(): Promise<void> {
  const url =
    values['database-url'] ??
    process.env['DATABASE_URL'] ??
    embeddedUrl(process.env['DATA_DIR'] ?? '.data');
  if (values.head) {
    say((await readHead(url)) ?? 'nothing is sealed yet');
    return;
  }
  const { broken, head } = await checkMoney(url, values.anchor);
  for (const line of broken) say(line);
  say(`${String(broken.length)} violations, head ${head ?? 'none'}`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
