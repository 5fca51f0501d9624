import type { LiveResults, Stage } from './live.stages';
import type { Target } from './subscribers.main';

const NAMES: Readonly<Record<Target, string>> = { ours: 'Tradegraph', plain: 'plain graphql-ws' };
const TARGETS: readonly Target[] = ['ours', 'plain'];
/** Deliveries a second that have to be reached by the number of subscribers. */
const REACH: ReadonlyMap<number, number> = new Map([
  [1_000, 70_000],
  [5_000, 50_000],
]);
const MAX_FETCHES = 10;
const MIN_RATIO = 1.5;
const MAX_GROWTH = 1.05;
/** Above this share of the machine in other hands, figures mean little. */
const NOISY = 0.1;

/** What the live bench found, line by line. */
export function liveReport(results: LiveResults): string[] {
  return [
    '',
    'As fast as it goes, one topic, two scopes (the plain server has none, and nothing to fetch).',
    `${''.padEnd(34)}${['deliveries/s', 'CPU µs each', 'spread'].map(right).join('')}`,
    ...results.stages.flatMap(stageRows),
    '',
    `One event at a time to ${last(results).subscribers} subscribers.`,
    `${''.padEnd(18)}${['CPU ms/event', 'CPU µs each', 'p50 ms', 'p99 ms', 'executions', 'fetches'].map(right).join('')}`,
    ...TARGETS.map((target) => singleRow(results, target)),
    '(commit to socket for ours; for the plain server from the moment it is told)',
    '',
    ...TARGETS.map((target) => memoryRow(results, target)),
    ...TARGETS.map((target) => idleRow(results, target)),
    '',
    ...verdicts(results),
  ];
}

function last({ stages }: LiveResults): Stage {
  const stage = stages.at(-1);
  if (stage === undefined) throw new Error('there are no stages');
  return stage;
}

function stageRows({ subscribers, throughput, others }: Stage): string[] {
  const rows = TARGETS.map((target) => {
    const { perSecond, cpuUsPerDelivery, spread } = throughput[target];
    const cells = [perSecond.toFixed(0), cpuUsPerDelivery.toFixed(1), percent(spread)];
    return `${`${subscribers} subscribers, ${NAMES[target]}`.padEnd(34)}${cells.map(right).join('')}`;
  });
  const noise = `  others used ${percent(others)} of the machine: too much, run it again`;
  return others > NOISY ? [...rows, noise] : rows;
}

function singleRow({ singles }: LiveResults, target: Target): string {
  const figures = singles[target];
  const cells = [
    figures.cpuMsPerEvent.toFixed(1),
    figures.cpuUsPerDelivery.toFixed(1),
    figures.p50Ms.toFixed(1),
    figures.p99Ms.toFixed(1),
    ...(target === 'ours' ? [figures.executions.toFixed(1), figures.fetches.toFixed(1)] : []),
  ];
  return NAMES[target].padEnd(18) + cells.map(right).join('');
}

function memoryRow(results: LiveResults, target: Target): string {
  const [first] = results.stages;
  if (first === undefined) throw new Error('there are no stages');
  const [few, many] = [first.idle[target], last(results).idle[target]];
  const more = last(results).subscribers - first.subscribers;
  const each = (a: number, b: number): string => `${((b - a) / more / 1024).toFixed(1)} KiB`;
  return `${NAMES[target]}: an idle subscriber holds ${each(few.rss, many.rss)} (heap ${each(few.heap, many.heap)}), from ${first.subscribers} to ${last(results).subscribers}; RSS ${mib(results.empty[target].rss)} → ${mib(few.rss)} → ${mib(many.rss)} MiB`;
}

function idleRow({ idle }: LiveResults, target: Target): string {
  const { cpu, checksPerSecond } = idle[target];
  const checks =
    target === 'ours' ? `, ${checksPerSecond.toFixed(0)} checks of rights a second` : '';
  return `${NAMES[target]}: all idle subscribers take ${percent(cpu)} of a core${checks}`;
}

function verdicts(results: LiveResults): string[] {
  const { throughput } = last(results);
  const ratio = throughput.plain.cpuUsPerDelivery / throughput.ours.cpuUsPerDelivery;
  const { executions, fetches } = results.singles.ours;
  const { early, late } = results.heapAfter;
  const growth = late.heap / early.heap;
  return [
    verdict(
      executions > 0 && executions <= 2,
      `executions an event: ${executions.toFixed(1)}`,
      '2',
    ),
    verdict(fetches <= MAX_FETCHES, `fetches an event: ${fetches.toFixed(1)}`, `≤ ${MAX_FETCHES}`),
    verdict(
      ratio >= MIN_RATIO,
      `deliveries per CPU second: ${ratio.toFixed(2)} × plain graphql-ws`,
      `≥ ${MIN_RATIO} ×`,
    ),
    ...results.stages.flatMap(({ subscribers, throughput: { ours } }) => {
      const wanted = REACH.get(subscribers);
      if (wanted === undefined) return [];
      const what = `deliveries/s to ${subscribers}: ${ours.perSecond.toFixed(0)}`;
      return verdict(ours.perSecond >= wanted, what, `≥ ${wanted}`);
    }),
    verdict(
      growth <= MAX_GROWTH,
      `heap after 1,000 events / after 100: ${growth.toFixed(3)} (${mib(early.heap)} → ${mib(late.heap)} MiB)`,
      `≤ ${MAX_GROWTH}`,
    ),
  ];
}

const verdict = (met: boolean, what: string, target: string): string =>
  `${met ? 'met   ' : 'MISSED'}   ${what} (target ${target})`;
const right = (cell: string): string => cell.padStart(14);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
