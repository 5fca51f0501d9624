import { reasonOf, StartProblem } from './start-problem';

interface Part {
  readonly name: string;
  readonly stop: () => Promise<void>;
  /** Ends it without waiting, for a person who asks twice. */
  readonly force: () => void;
}

const STOP_LIMIT_MS = 40_000;
/**
 * One Ctrl-C reaches us several times (from the terminal and from npm): only a signal later than
 * this counts as a second one.
 */
const ONE_SIGNAL_MS = 800;

/**
 * The parts of a running program in the order of their start. They are stopped in reverse, also
 * when a later part fails to start, so that nothing half-started is left.
 */
export class Lifecycle {
  private readonly parts: Part[] = [];
  private closed = false;

  constructor(private readonly say: (line: string) => void) {}

  /** Starts one part; when the program is already ending nothing more is started. */
  async start<T>(
    name: string,
    start: () => Promise<T>,
    stop: (part: T) => Promise<void>,
    force: (part: T) => void = () => undefined,
  ): Promise<T> {
    if (this.closed) throw new StartProblem('Stopped while starting.');
    const part = await start();
    this.parts.push({
      name,
      stop: () => stop(part),
      force: () => {
        force(part);
      },
    });
    return part;
  }

  /** From now on nothing more is started; what is just starting finishes. */
  close(): void {
    this.closed = true;
  }

  /** Stops everything, last started first. A part that fails or hangs does not keep the others. */
  async stop(): Promise<void> {
    this.close();
    for (let part = this.parts.pop(); part !== undefined; part = this.parts.pop()) {
      try {
        await limited(part.stop(), part.name, STOP_LIMIT_MS);
      } catch (thrown) {
        this.say(`${part.name} did not stop in order: ${reasonOf(thrown)}`);
        part.force();
      }
    }
  }

  /** Ends every part at once. */
  force(): void {
    for (const part of this.parts.reverse()) part.force();
  }
}

async function limited(work: Promise<void>, name: string, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${name} needs more than ${String(limitMs / 1000)} s`));
    }, limitMs);
  });
  await Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

/**
 * Runs a program until a signal, a fault or the end of the process that started us. `begin` starts
 * the parts. A StartProblem is printed as one line; the exit code is 0 after a signal, else 1.
 */
export function runProgram(begin: (life: Lifecycle) => Promise<void>): void {
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const life = new Lifecycle(say);
  let beginning = Promise.resolve();
  let endingSince: number | undefined;

  const end = async (code: number): Promise<void> => {
    if (endingSince !== undefined) return;
    endingSince = performance.now();
    life.close();
    await limited(beginning, 'the start', STOP_LIMIT_MS).catch(() => undefined);
    await life.stop();
    process.exit(code);
  };
  const force = (): void => {
    life.force();
    process.exit(1);
  };
  const asked = (): void => {
    if (endingSince === undefined) {
      void end(0);
    } else if (performance.now() - endingSince > ONE_SIGNAL_MS) {
      force();
    }
  };
  const broken = (thrown: unknown): void => {
    const known = thrown instanceof StartProblem;
    say(thrown instanceof Error && !known ? (thrown.stack ?? thrown.message) : reasonOf(thrown));
    void end(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, asked);
  // Whoever started us is gone without a goodbye: a restart of it needs our ports at once.
  if (process.connected) process.on('disconnect', force);
  onOrphaned(asked);
  process.on('uncaughtException', broken);
  process.on('unhandledRejection', broken);

  beginning = begin(life);
  beginning.catch((thrown: unknown) => {
    if (endingSince === undefined) broken(thrown);
  });
}

/** A SIGTERM to npm ends npm's shell but does not reach us: then we are someone else's child. */
function onOrphaned(orphaned: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    orphaned();
  }, 500);
  watch.unref();
}
