import { type ChildProcess, fork } from 'node:child_process';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { reasonOf, StartProblem } from './start-problem';

export interface ChildOptions {
  /** Named in messages and before each line that it prints. */
  readonly name: string;
  /** Program below scripts/, without extension. */
  readonly program: string;
  /** Compiled scripts of another version; our own when not given. */
  readonly scripts?: string | undefined;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Gets what it prints, line by line. */
  readonly print: (line: string) => void;
  /** Called when it ends without being asked to. */
  readonly onEnd?: (how: string) => void;
}

/** A program of ours that runs as its own process. */
export interface ChildProgram {
  readonly pid: number;
  /** The port it said it listens on. */
  readonly port: number;
  /** Asks it to end, and makes it end after 30 s. */
  stop(): Promise<void>;
  force(): void;
}

const READY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;

/**
 * Starts a program and waits for its line `{"ready":true,"port":N}`. It runs in its own process
 * group, so a Ctrl-C reaches it only through us and in our order; the IPC channel tells it when we
 * are gone, however that happened.
 */
export async function startChild(options: ChildOptions): Promise<ChildProgram> {
  const { scripts = __dirname, program } = options;
  const file = join(scripts, `${program}${extname(__filename)}`);
  const child = fork(file, options.args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('exit', (code, signal) => {
      resolve(`ended with ${String(code ?? signal)}`);
    });
  });
  const port = await ready(child, ended, options);
  let asked = false;
  void ended.then((how) => {
    if (!asked) options.onEnd?.(how);
  });
  return {
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      asked = true;
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(late);
    },
    force: () => child.kill('SIGKILL'),
  };
}

export interface KeptOptions extends Omit<ChildOptions, 'args' | 'onEnd'> {
  /** Arguments; after the first start they get the port it had. */
  readonly args: (port: number | undefined) => readonly string[];
}

/** The same, started again on its port whenever it ends without being asked to. */
export async function keepChild(options: KeptOptions): Promise<ChildProgram> {
  const { name, print } = options;
  let over = false;
  let current = await begin(undefined);
  let reviving = Promise.resolve();

  function begin(port: number | undefined): Promise<ChildProgram> {
    return startChild({
      ...options,
      args: options.args(port),
      onEnd: (how) => {
        if (!over) reviving = revive(how);
      },
    });
  }
  async function revive(how: string): Promise<void> {
    print(`${name} ${how}: starting it again`);
    while (!over) {
      try {
        current = await begin(current.port);
        return;
      } catch (thrown) {
        print(reasonOf(thrown));
        await new Promise((resume) => setTimeout(resume, 500));
      }
    }
  }
  return {
    port: current.port,
    get pid() {
      return current.pid;
    },
    stop: async () => {
      over = true;
      await reviving;
      await current.stop();
    },
    force: () => {
      current.force();
    },
  };
}

async function ready(
  child: ChildProcess,
  ended: Promise<string>,
  { name, print }: ChildOptions,
): Promise<number> {
  const errors: string[] = [];
  const said = new Promise<number>((resolve) => {
    forEachLine(child.stdout, (line) => {
      const port = readyPort(line);
      if (port === undefined) print(line);
      else resolve(port);
    });
    forEachLine(child.stderr, (line) => {
      errors.push(line);
      if (errors.length > 20) errors.shift();
      print(line);
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_LIMIT_MS, 'is not ready after 60 s');
  });
  const outcome = await Promise.race([said, ended, late]);
  clearTimeout(timer);
  if (typeof outcome === 'number') return outcome;
  child.kill('SIGKILL');
  throw new StartProblem(`${name} did not start: ${errors.at(-1) ?? outcome}`);
}

function forEachLine(stream: NodeJS.ReadableStream | null, heard: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Infinity }).on('line', heard);
}

function readyPort(line: string): number | undefined {
  if (!line.startsWith('{"ready":true')) return undefined;
  const { port } = JSON.parse(line) as { port?: unknown };
  return typeof port === 'number' ? port : undefined;
}

/** Says, to the process that started us with an IPC channel, that we serve. */
export function sayReady(port: number): void {
  if (process.connected) process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
}
