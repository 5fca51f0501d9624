import { readFileSync, readdirSync } from 'node:fs';

/** What a set of processes has used so far. */
export interface Figures {
  /** User and system time, milliseconds. */
  readonly cpuMs: number;
  /** Resident memory now, bytes. */
  readonly rss: number;
}

/** Clock ticks per second in /proc on every Linux that Node runs on. */
const TICK_MS = 10;
const PAGE = 4_096;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly rss: number;
}

/**
 * Figures of the given processes and all that descend from them, but for those below `except`
 * (Linux only: read from /proc).
 */
export function figuresOf(roots: readonly number[], except: readonly number[] = []): Figures {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const family = new Set(roots);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) {
      if (except.includes(pid)) continue;
      if (!family.has(pid) && family.has(parent)) grown = Boolean(family.add(pid));
    }
  }
  const members = all.filter(({ pid }) => family.has(pid));
  return {
    cpuMs: members.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rss: members.reduce((sum, { rss }) => sum + rss, 0),
  };
}

/** A process's own time and that of its ended children. */
function read(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (n: number): number => Number(fields[n - 3] ?? 0); // numbered as in proc(5)
    const ticks = field(14) + field(15) + field(16) + field(17);
    return { pid, parent: field(4), cpuMs: ticks * TICK_MS, rss: field(24) * PAGE };
  } catch {
    return undefined; // it has just ended
  }
}

/** The value below which the given share of a sample lies. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export const median = (sample: readonly number[]): number => quantile(sample, 0.5);
