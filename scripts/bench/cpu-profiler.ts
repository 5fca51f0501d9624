import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';

/** A function or a package, and the share of the CPU time that was spent in it. */
export interface TimeShare {
  readonly share: number;
  readonly where: string;
}

/** Where a process spent its time. */
export interface ProfileSummary {
  /** Functions by the time spent in themselves. */
  readonly functions: readonly TimeShare[];
  /** Packages and our own folders, each with what it called of Node itself, garbage collection apart. */
  readonly parts: readonly TimeShare[];
}

const TOP = 40;

/** Samples where this process spends its time. */
export class CpuProfiler {
  private session: Session | undefined;

  async start(): Promise<void> {
    this.session = new Session();
    this.session.connect();
    await this.session.post('Profiler.enable');
    await this.session.post('Profiler.setSamplingInterval', { interval: 500 });
    await this.session.post('Profiler.start');
  }

  /** Writes the profile (for DevTools) and says which functions took most. */
  async stop(file: string): Promise<ProfileSummary> {
    if (this.session === undefined) throw new Error('no profile was started');
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
    return summaryOf(profile);
  }
}

type Node = Profiler.ProfileNode;

function summaryOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((id) => [id, node])));
  const functions = new Map<string, number>();
  const parts = new Map<string, number>();
  samples.forEach((id, i) => {
    const node = byId.get(id);
    if (node === undefined || node.callFrame.functionName === '(idle)') return;
    const time = timeDeltas[i] ?? 0;
    add(functions, nameOf(node), time);
    let owner: Node | undefined = node;
    while (owner !== undefined && partOf(owner) === undefined) owner = parents.get(owner.id);
    add(parts, (owner && partOf(owner)) ?? 'Node', time);
  });
  return { functions: topOf(functions), parts: topOf(parts) };
}

const add = (sums: Map<string, number>, key: string, time: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + time);
};

function topOf(sums: ReadonlyMap<string, number>): TimeShare[] {
  const all = [...sums.values()].reduce((sum, time) => sum + time, 0);
  return [...sums]
    .map(([where, time]) => ({ where, share: time / all }))
    .sort((a, b) => b.share - a.share)
    .slice(0, TOP);
}

/** Below node_modules or dist; as it is for Node's own. */
const fileOf = ({ callFrame: { url } }: Node): string =>
  /.*\/node_modules\/(.*)/.exec(url)?.[1] ?? /\/dist\/(.*)/.exec(url)?.[1] ?? url;

function nameOf(node: Node): string {
  const { functionName, lineNumber } = node.callFrame;
  const file = fileOf(node);
  const place = file === '' ? '' : ` ${file}:${(lineNumber + 1).toString()}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}

/** The package or folder that a function belongs to; undefined for Node and the engine, which work for their caller. */
function partOf(node: Node): string | undefined {
  if (node.callFrame.functionName === '(garbage collector)') return 'garbage collection';
  const file = fileOf(node);
  if (file === '' || file.startsWith('node:')) return undefined;
  const steps = file.split('/');
  if (node.callFrame.url.includes('/node_modules/')) {
    return steps.slice(0, file.startsWith('@') ? 2 : 1).join('/');
  }
  return steps.slice(0, -1).join('/');
}
