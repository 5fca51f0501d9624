import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A simulator running as a real process. */
export interface SpawnedSimulator {
  port: number;
  /** `kill -9`, and waits until the process is gone. */
  killHard(): Promise<void>;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `mainFile` with tsx and waits for its ready line. */
export async function spawnSimulator(
  mainFile: string,
  args: readonly string[],
): Promise<SpawnedSimulator> {
  const child = spawn(process.execPath, ['--import', 'tsx', mainFile, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await readyPort(child);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  };
  return {
    port,
    killHard: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}

async function readyPort(child: ChildProcess): Promise<number> {
  if (child.stdout === null) throw new Error('the simulator has no stdout');
  for await (const line of createInterface(child.stdout)) {
    const ready = JSON.parse(line) as { ready: boolean; port: number };
    if (ready.ready) return ready.port;
  }
  throw new Error('the simulator ended before it was ready');
}
