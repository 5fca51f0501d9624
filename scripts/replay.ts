import { rmSync } from 'node:fs';
import { embeddedUrl, lastingViolations } from './checks/system.invariants';
import { readOlist } from './replay/olist.files';
import { decimal, show } from './replay/reconcile';
import {
  type ReplayResult,
  type ReplayTarget,
  killRepeatedly,
  playable,
  replay,
} from './replay/replay';
import { REPLAY_HELP, type ReplayOptions, replayOptions } from './replay/replay.options';
import type { OrderMessage } from './replay/order.watch';
import { SystemProcess } from './system/system.process';

/** `npm run replay`: real orders through the public graph, reconciled with their files. */
async function main(): Promise<void> {
  const options = replayOptions(process.argv.slice(2));
  if (options === undefined) {
    say(REPLAY_HELP);
    process.exitCode = 1;
    return;
  }
  const files = readOlist(options.data);
  const { orders, withoutItems } = playable(files, options.orders);
  say(
    `${String(orders.length)} of ${String(files.orders.length)} orders (${String(withoutItems)} name nothing that was bought).`,
  );
  const system = options.url === undefined ? await ownSystem(options) : undefined;
  const target = system ?? { url: options.url ?? '', carrierUrl: options.carrier };
  try {
    const running = replay(target, files, orders, options.concurrency, say, (message) => {
      if (!options.quiet) say(line(message));
    });
    const killing = system && killRepeatedly(system, options.kills, running, say);
    const result = await running;
    if (killing !== undefined && options.kills > 0) say(`${String(await killing)} kills survived.`);
    const broken = system && (await lastingViolations(embeddedUrl(system.dataDir), 20_000));
    report(result, await booksOf(system));
    if (broken !== undefined) list('Violations of invariants', broken, true);
    process.exitCode = isClean(result) && (broken ?? []).length === 0 ? 0 : 1;
  } finally {
    await system?.stop();
    if (system !== undefined) rmSync(system.dataDir, { recursive: true, force: true });
  }
}

async function ownSystem(options: ReplayOptions): Promise<SystemProcess & ReplayTarget> {
  say(`Starting a system of its own (${options.topology}) …`);
  return SystemProcess.start({ topology: options.topology, print: (text) => say(`  | ${text}`) });
}

const line = ({ order, eventType, kind }: OrderMessage): string =>
  `${order?.id.slice(-8) ?? '?'} ${(eventType ?? kind).padEnd(32)} ${order?.displayStatus ?? ''} · escrow ${order?.escrow?.state ?? '-'} · ${order?.shipments.map(({ milestone }) => milestone).join(', ') ?? ''}`;

/** What the PSP's own books say was captured and given back, as a second witness. */
async function booksOf(system: SystemProcess | undefined): Promise<string | undefined> {
  if (system === undefined) return undefined;
  const response = await fetch(`${system.pspUrl}/sim/books`);
  const { payments } = (await response.json()) as {
    payments: { status: string; capturedMinor: string; refundedMinor: string }[];
  };
  const sum = (pick: (payment: (typeof payments)[number]) => string): bigint =>
    payments.reduce((all, payment) => all + BigInt(pick(payment)), 0n);
  return `captured ${decimal(sum((p) => p.capturedMinor))}, refunded ${decimal(sum((p) => p.refundedMinor))}`;
}

function report(result: ReplayResult, books: string | undefined): void {
  say('');
  say(
    `Orders played: ${String(result.played)} in ${result.seconds.toFixed(0)} s, failed: ${String(result.failed.length)}`,
  );
  for (const [status, count] of [...result.byStatus].sort())
    say(`  ${String(count).padStart(5)}  ${status}`);
  say(`BRL, the graph:  ${show(result.ours)}`);
  say(`BRL, the files:  ${show(result.files)}`);
  if (books !== undefined) say(`BRL, PSP books:  ${books}`);
  say(
    `Live messages: ${String(result.messages)}, problems: ${String(result.streamProblems.length)}`,
  );
  list('Differences', result.differences);
  list('Stream problems', result.streamProblems);
  list('Failed', result.failed);
  list('Peculiarities of the files', result.notes);
  say(isClean(result) ? 'Reconciled to the cent.' : 'NOT reconciled.');
}

function list(title: string, lines: readonly string[], always = false): void {
  if (lines.length === 0 && !always) return;
  say(`${title} (${String(lines.length)}):`);
  for (const text of lines) say(`  ${text}`);
}

const isClean = ({ differences, failed, streamProblems }: ReplayResult): boolean =>
  differences.length + failed.length + streamProblems.length === 0;

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
