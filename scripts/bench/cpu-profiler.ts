import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';

/** A function and the share of the CPU time that was spent in itself. */
export interface SelfTime {
  readonly share: number;
  readonly where: string;
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
  async stop(file: string): Promise<SelfTime[]> {
    if (this.session === undefined) throw new Error('no profile was started');
    const { profile } = await this.session.post('Profiler.stop');
    this.session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
    return topOf(profile);
  }
}

function topOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): SelfTime[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const spent = new Map<string, number>();
  samples.forEach((id, i) => {
    const name = names.get(id) ?? '';
    if (name !== '(idle)') spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  });
  const all = [...spent.values()].reduce((sum, time) => sum + time, 0);
  return [...spent]
    .map(([where, time]) => ({ where, share: time / all }))
    .sort((a, b) => b.share - a.share)
    .slice(0, TOP);
}

function nameOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  const file = url.replace(/^file:\/\//, '').replace(/^.*\/(node_modules|dist)\//, '');
  const place = file === '' ? '' : ` ${file}:${(lineNumber + 1).toString()}`;
  return `${functionName === '' ? '(anonymous)' : functionName}${place}`;
}
