import type { LedgerResults, LineFigures } from './ledger.bench';
import { LINES, type Line } from './ledger.lines';

const TITLES: Readonly<Record<Line, string>> = {
  base: 'B: one row, one balance',
  cold: 'ledger_post, an account of many',
  deferred: 'ledger_post, deferred accounts',
  'platform row': 'ledger_post, one account for all',
  batch: 'the same account in batches, 200 callers',
  funding: 'funding: key and one write statement',
  'funding whole': 'funding: lock, read, write, tell',
  'release whole': 'release: lock, decide, write, tell',
  'custom plan': 'ledger_post planned again each time',
  'chain later': 'ledger_post while the loop seals',
  'chain inside': 'ledger_post with a chain inside it',
  'many rows': 'ledger_post on a large ledger',
};
/** Above this share of the machine in other hands, figures mean little. */
const NOISY = 0.1;

/** The tables of the ledger bench and what they say about its targets, line by line. */
export function ledgerReport(results: LedgerResults): string[] {
  const { lines, others } = results;
  return [
    '',
    `${''.padEnd(42)}${['per second', 'of B', 'p50 ms', 'p99 ms'].map(right).join('')}`,
    ...LINES.flatMap((line) => {
      const figures = lines.get(line);
      return figures === undefined ? [] : [row(TITLES[line], figures)];
    }),
    ...reads(results),
    `Others used ${percent(others)} of the machine meanwhile${others > NOISY ? ': too much, run it again on a quiet machine' : ''}.`,
    '',
    ...verdicts(results),
  ];
}

const row = (title: string, { perSecond, ofBase, p50Ms, p99Ms }: LineFigures): string =>
  title.padEnd(42) +
  [perSecond.toFixed(0), ofBase.toFixed(2), p50Ms.toFixed(2), p99Ms.toFixed(2)].map(right).join('');

function reads({ reads: { row: seller, rolledUp, summedMs }, transfers }: LedgerResults): string[] {
  return [
    `Balances among ${transfers.toLocaleString('en')} transfers while others post, p50 / p99 ms:`,
    `  a seller’s row ${seller.p50Ms.toFixed(2)} / ${seller.p99Ms.toFixed(2)}, ` +
      `a deferred account ${rolledUp.p50Ms.toFixed(2)} / ${rolledUp.p99Ms.toFixed(2)}; ` +
      `summed over all its rows ${summedMs.toFixed(0)}`,
  ];
}

const right = (cell: string): string => cell.padStart(11);
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

/** Each target with what was reached. */
function verdicts({ lines, reads: read, transfers }: LedgerResults): string[] {
  const of = (line: Line, pick: (figures: LineFigures) => number): number => {
    const figures = lines.get(line);
    return figures === undefined ? NaN : pick(figures);
  };
  const ofBase = (line: Line, least: number): string => {
    const reached = of(line, (figures) => figures.ofBase);
    return verdict(reached >= least, `${TITLES[line]}: ${reached.toFixed(2)} B`, `≥ ${least} B`);
  };
  const perSecond = (line: Line, least: number): string => {
    const reached = of(line, (figures) => figures.perSecond);
    return verdict(reached >= least, `${TITLES[line]}: ${reached.toFixed(0)}/s`, `≥ ${least}/s`);
  };
  const p99 = (what: string, reached: number, most: number): string =>
    verdict(reached < most, `${what}, p99: ${reached.toFixed(2)} ms`, `< ${most} ms`);
  const generic = 1 / of('custom plan', (figures) => figures.ofCold);
  const loss = 1 - of('many rows', (figures) => figures.ofCold);
  return [
    ofBase('cold', 0.3),
    ofBase('deferred', 0.3),
    `          ${TITLES['platform row']}: ${of('platform row', (figures) => figures.ofBase).toFixed(2)} B (never used)`,
    ofBase('batch', 1.4),
    perSecond('batch', 5_000),
    ofBase('funding', 0.15),
    perSecond('funding', 1_000),
    p99(
      TITLES.funding,
      of('funding', (figures) => figures.p99Ms),
      100,
    ),
    ofBase('release whole', 0.15),
    verdict(generic > 1, `one plan for all over planning again: ${generic.toFixed(2)} ×`, '> 1'),
    verdict(
      loss <= 0.2,
      `1,000 → ${transfers.toLocaleString('en')} transfers lose ${percent(loss)}`,
      '≤ 20 %',
    ),
    p99('a seller’s balance', read.row.p99Ms, 10),
    p99('a deferred balance', read.rolledUp.p99Ms, 10),
  ];
}

const verdict = (met: boolean, what: string, target: string): string =>
  `${met ? 'met   ' : 'MISSED'}   ${what} (target ${target})`;
