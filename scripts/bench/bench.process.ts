import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { Agent, request } from 'undici';
import { type ChildProgram, startChild } from '../child-program';
import { type Memory, withOptions } from './bench.program';
import type { ProfileSummary } from './cpu-profiler';
import { figuresOf } from './process-figures';

/** No limit: a command may take as long as a measurement. */
const patient = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/** A process that a bench started: commanded over a port of its own, measured from outside. */
export class BenchProcess {
  private constructor(
    readonly name: string,
    private readonly child: ChildProgram,
  ) {}

  /** Starts a program below scripts/bench. */
  static async start(name: string, program: string, options: object): Promise<BenchProcess> {
    const child = await startChild({
      name,
      program: `bench/${program}`,
      args: [],
      env: { NODE_ENV: 'production', ...withOptions(options) },
      print: (line) => process.stderr.write(`${name}: ${line}\n`),
      onEnd: (how) => process.stderr.write(`${name} ${how}\n`),
    });
    return new BenchProcess(name, child);
  }

  get pid(): number {
    return this.child.pid;
  }

  /** CPU time that it and its children have used so far, milliseconds. */
  get cpuMs(): number {
    return figuresOf([this.pid]).cpuMs;
  }

  async call<Result>(command: string, input: unknown = null): Promise<Result> {
    const { body } = await request(`http://127.0.0.1:${this.child.port}/${command}`, {
      method: 'POST',
      body: JSON.stringify(input),
      dispatcher: patient,
    });
    const answer = (await body.json()) as { result?: Result; error?: string };
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer.result as Result;
  }

  /** What it holds after a garbage collection. */
  memory(): Promise<Memory> {
    return this.call<Memory>('memory');
  }

  /** Runs a load and writes where the process spent its time meanwhile. */
  async profiled(file: string, load: () => Promise<unknown>): Promise<ProfileSummary> {
    await this.call('profileStart');
    await load();
    return this.call<ProfileSummary>('profileStop', file);
  }

  /**
   * Throws unless this very process listens on the port: a leftover of an earlier run would be measured instead, and
   * nobody would notice.
   */
  mustOwn(port: number): void {
    if (!socketsOf(this.pid).some((inode) => listening(port).includes(inode))) {
      throw new Error(`port ${port} does not belong to ${this.name} (process ${this.pid})`);
    }
  }

  stop(): Promise<void> {
    return this.child.stop();
  }
}

/** Inodes of the TCP sockets that listen on a port. */
function listening(port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === '0A' && local?.endsWith(wanted) === true)
      .flatMap((fields) => fields[9] ?? []),
  );
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? [];
    } catch {
      return []; // just closed
    }
  });
}
