import { type FactName, facts } from '#contracts/facts';
import { tellerOf } from '#contracts/tellers';
import { SUBGRAPHS, type SubgraphName } from '../migrations';
import { type ToldOnce, toldOnce } from './flow.breaks';
import { callsOf } from './source.calls';

/** One subgraph's reaction to one fact, as its reactions file declares it. */
export interface FlowStep {
  readonly subgraph: SubgraphName;
  readonly on: FactName;
  readonly may: readonly FactName[];
}

/** Reads every `reaction(on, may, …)` of the subgraphs. */
export function flowSteps(): FlowStep[] {
  return SUBGRAPHS.flatMap((subgraph) =>
    callsOf(`subgraphs/${subgraph}`, new Set(['reaction'])).map(({ args, file, line }) => {
      const [on, may] = args;
      if (typeof on !== 'string' || !Array.isArray(may)) {
        throw new Error(
          `${file}:${line}: a reaction names its fact and its consequences literally`,
        );
      }
      return { subgraph, on: on as FactName, may: may as FactName[] };
    }),
  );
}

/** A chain of facts that leads back to its beginning although nothing is said to stop it, if there is one. */
export function unbrokenCycle(
  steps: readonly FlowStep[],
  ends: readonly ToldOnce[] = toldOnce,
): string[] | undefined {
  const once = new Set<string>(ends.map(({ fact }) => fact));
  const next = new Map<string, Set<string>>();
  for (const { on, may } of steps) {
    for (const to of may) {
      if (!once.has(to)) next.set(on, (next.get(on) ?? new Set()).add(to));
    }
  }
  const done = new Set<string>();
  const walk = (fact: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(fact)) return [...path.slice(path.indexOf(fact)), fact];
    if (done.has(fact)) return undefined;
    for (const to of next.get(fact) ?? []) {
      const cycle = walk(to, [...path, fact]);
      if (cycle !== undefined) return cycle;
    }
    done.add(fact);
    return undefined;
  };
  for (const fact of next.keys()) {
    const cycle = walk(fact, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** schema/flow.md: who reacts to which fact and what follows. */
export function flowDocument(): string {
  const steps = flowSteps();
  const cycle = unbrokenCycle(steps);
  if (cycle !== undefined) throw new Error(`facts go in a circle: ${cycle.join(' -> ')}`);
  const heard = new Set(steps.flatMap(({ on, may }) => [on, ...may]));
  const names = (Object.keys(facts) as FactName[]).filter((type) => heard.has(type));
  return [
    '# Flow of facts',
    '',
    'Boxes are facts, grouped by the subgraph that tells them. An arrow says: the subgraph named on it hears the fact on',
    'the left and may tell the one on the right. Facts that only their own use cases lead to have no arrow into them.',
    '',
    '```mermaid',
    'flowchart LR',
    ...SUBGRAPHS.flatMap((subgraph) => [
      `  subgraph ${subgraph}`,
      ...names
        .filter((type) => tellerOf(type) === subgraph)
        .map((type) => `    ${node(type)}["${type}"]`),
      '  end',
    ]),
    ...steps
      .flatMap(({ subgraph, on, may }) =>
        may.map((to) => `  ${node(on)} -- ${subgraph} --> ${node(to)}`),
      )
      .sort()
      .filter((line, index, all) => line !== all[index - 1]),
    '```',
    '',
    '| fact | told by | heard by | which may tell |',
    '| --- | --- | --- | --- |',
    ...(Object.keys(facts) as FactName[]).sort().flatMap((type) => rowsOf(type, steps)),
    '',
    ...breaksSection(),
  ].join('\n');
}

const node = (type: string): string => type.replace('.', '_');

function rowsOf(type: FactName, steps: readonly FlowStep[]): string[] {
  const hearers = steps.filter(({ on }) => on === type);
  const lead = `| ${type} | ${tellerOf(type)} |`;
  if (hearers.length === 0) return [`${lead} live subscriptions only | |`];
  return hearers.map(({ subgraph, may }) => `${lead} ${subgraph} | ${may.join(', ')} |`);
}

function breaksSection(): string[] {
  return [
    '## Where circles end',
    '',
    'Told at most once about their subject:',
    '',
    ...toldOnce.map(({ fact, because }) => `- ${fact}: ${because}`),
    '',
  ];
}
