import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { playModel } from './soak/model.soak';
import { crashMoney } from './soak/crash.soak';
import { soakMoney } from './soak/steady.soak';
import { fireTogether } from './soak/timers.soak';

const { values } = parseArgs({
  options: {
    /** `crash`, `model`, `timers` or `steady`; all of them when not given. */
    only: { type: 'string' },
    checkouts: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    /** Folder of another version, compiled: every second payments process of the first part runs it. */
    beside: { type: 'string' },
    /** Random sequences of postings that the ledger and its model play. */
    sequences: { type: 'string', default: '20000' },
    /** Random sequences of acts on an order's money that the services and their model play. */
    orders: { type: 'string', default: '1000' },
    /** Deadlines that fall due at the same moment. */
    timers: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '30' },
    /** Trades a second of the steady part. */
    rate: { type: 'string', default: '40' },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const parts = {
  crash: () =>
    crashMoney({
      checkouts: Number(values.checkouts),
      workers: Number(values.workers),
      seed: Number(values.seed),
      beside: values.beside && resolve(values.beside, 'dist', 'scripts'),
      say,
    }),
  model: () => playModel(Number(values.sequences), Number(values.orders)),
  timers: () => fireTogether(Number(values.timers), say),
  steady: () => soakMoney({ minutes: Number(values.minutes), rate: Number(values.rate), say }),
};

/**
 * `npm run soak:money`: 10,000 checkouts while processes and the database are killed, then 20,000 random sequences
 * against the ledger's model and 1,000 against that of an order's money, then 10,000 deadlines at once, then trades for
 * half an hour at an even rate, in which memory, latency and vacuum must stay flat. Every rule about money must hold.
 */
async function main(): Promise<void> {
  const findings: string[] = [];
  for (const [name, run] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue;
    say(`── ${name}`);
    findings.push(...(await run()));
  }
  for (const finding of findings) say(finding);
  say(`${String(findings.length)} findings`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
});
