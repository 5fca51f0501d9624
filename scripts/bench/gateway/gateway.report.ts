import type { Contestant } from './contestants';
import { type Figures, MODES, type Mode, type Results } from './gateway.bench';

type Key = Contestant['key'];
const TITLES: Readonly<Record<Mode, string>> = {
  repeated: 'One repeated query, anonymous',
  varying: 'Varying variables: no request equals another',
};
/** Above this share of the machine in other hands, figures mean little. */
const NOISY = 0.1;

/** The tables of the gateway bench and what they say about its targets, line by line. */
export function gatewayReport(results: Results): string[] {
  return [...MODES.flatMap((mode) => table(results, mode)), '', ...verdicts(results)];
}

const totalMs = ({ gatewayMs, subgraphsMs }: Figures): number => gatewayMs + subgraphsMs;

function figuresOf(results: Results, key: Key, mode: Mode): Figures | undefined {
  return [...results].find(([contestant]) => contestant.key === key)?.[1][mode];
}

function table(results: Results, mode: Mode): string[] {
  const rows = [...results].map(([{ title }, figures]) => row(title, figures[mode]));
  const noise = Math.max(...[...results.values()].map((figures) => figures[mode].others));
  return [
    '',
    `${TITLES[mode]}. CPU in ms a request: gateway + subgraphs = in all.`,
    `${''.padEnd(44)}${['req/s', 'gateway', 'subgraphs', 'in all', 'p50 ms', 'p99 ms', 'spread'].map(right).join('')}`,
    ...rows,
    `Others used up to ${percent(noise)} of the machine meanwhile${noise > NOISY ? ': too much, run it again on a quiet machine' : ''}.`,
  ];
}

function row(title: string, figures: Figures): string {
  const cells = [
    figures.perSecond.toFixed(0),
    figures.gatewayMs.toFixed(3),
    figures.subgraphsMs.toFixed(3),
    totalMs(figures).toFixed(3),
    figures.p50Ms.toFixed(2),
    figures.p99Ms.toFixed(2),
    percent(figures.spread),
  ];
  return title.padEnd(44) + cells.map(right).join('');
}

const right = (cell: string): string => cell.padStart(11);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** Each target with what was reached. */
function verdicts(results: Results): string[] {
  const cpu = (key: Key, mode: Mode): number | undefined => {
    const figures = figuresOf(results, key, mode);
    return figures && totalMs(figures);
  };
  const atMost = (what: string, key: Key, mode: Mode, limit: number): string => {
    const reached = cpu(key, mode);
    if (reached === undefined) return `not measured   ${what}`;
    return verdict(reached <= limit, `${what}: ${reached.toFixed(3)} ms`, `≤ ${limit} ms`);
  };
  const against = (rival: Key, name: string, mode: Mode, limit: number): string => {
    const [mine, theirs] = [cpu('http', mode), cpu(rival, mode)];
    if (mine === undefined || theirs === undefined) return `not measured   ours / ${name}, ${mode}`;
    const ratio = mine / theirs;
    const wanted = limit === 1 ? 'less than 1' : `≤ ${limit.toFixed(3)}`;
    const met = limit === 1 ? ratio < 1 : ratio <= limit;
    return verdict(met, `ours over HTTP / ${name}, ${mode}: ${ratio.toFixed(3)}`, wanted);
  };
  return [
    atMost('Over HTTP, varying, in all', 'http', 'varying', 1.2),
    atMost('In process, varying', 'process', 'varying', 0.8),
    atMost('Over HTTP, one repeated public query, in all', 'http', 'repeated', 0.4),
    ...MODES.flatMap((mode) => [
      against('stock', 'stock @apollo/gateway', mode, 1 / 3),
      against('kept', '@apollo/gateway with kept connections', mode, 1),
      against('hive', 'Hive, Node planner', mode, 1),
      against('rust', 'Hive, Rust planner', mode, 1),
    ]),
  ];
}

const verdict = (met: boolean, what: string, target: string): string =>
  `${met ? 'met   ' : 'MISSED'}   ${what} (target ${target})`;
