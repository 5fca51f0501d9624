import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { figuresOf } from './process-figures';

const TICK_MS = 10;

/** The machine, in one line. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? 'unknown CPU';
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${model}, ${cpus().length} cores, ${memory} GiB, Node ${process.versions.node}`;
}

/** Watches how much of the machine's CPU goes to others than this bench and what it started. */
export class Quiet {
  private readonly busy = busyMs();
  private readonly own = figuresOf([process.pid]).cpuMs;
  private readonly began = performance.now();

  /** Share of all cores that others used since this was made, 0 to 1. */
  others(): number {
    const spent = busyMs() - this.busy - (figuresOf([process.pid]).cpuMs - this.own);
    return Math.max(0, spent / (performance.now() - this.began) / cpus().length);
  }
}

/** CPU time of the whole machine that was not idle, milliseconds. */
function busyMs(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + soft + steal) * TICK_MS;
}
