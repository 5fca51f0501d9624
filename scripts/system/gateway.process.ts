import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { embeddedUrl } from '../checks/system.invariants';
import type { SystemProcess } from './system.process';

const READY_LIMIT_MS = 120_000;

/** One more gateway in front of the subgraphs of a distributed system, in a process of its own. */
export class GatewayProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(system: SystemProcess): Promise<GatewayProcess> {
    const args = ['--conditions=compiled', join('dist', 'scripts', 'start.main.js')];
    const child = spawn(process.execPath, [...args, '--role', 'gateway', '--port', '0'], {
      env: { ...process.env, ...system.env, DATABASE_URL: embeddedUrl(system.dataDir) },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'], // so that it ends when we do, however that happens
    });
    const port = await readyPort(child);
    return new GatewayProcess(child, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
  }
}

/** The port that it says it listens on, once it can be sent clients. */
async function readyPort(child: ChildProcess): Promise<number> {
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const [, port] = /\{"ready":true,"port":(\d+)\}/.exec(said) ?? [];
    if (port !== undefined) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return Number(port);
    }
    if (child.exitCode !== null) throw new Error(`the gateway ended: ${said}`);
    if (performance.now() > deadline) throw new Error(`the gateway was not ready in time: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
