import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { until } from './until';

const PROGRAM = 'nats-server';

/** The server's program, when this machine has one. */
export const natsProgram = (): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, PROGRAM))
    .find((path) => existsSync(path));

/** Says in the test's own name why it is not run where there is no server. */
export const withoutNats = natsProgram() === undefined ? ` (skipped: no ${PROGRAM} on PATH)` : '';

/** A NATS server with JetStream of a test's own: a free port and an empty store, kept over restarts. */
export class NatsServer {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly program: string,
    private readonly port: number,
    private readonly store: string,
  ) {}

  static async start(): Promise<NatsServer> {
    const program = natsProgram();
    if (program === undefined) throw new Error(`there is no ${PROGRAM} on PATH`);
    const store = mkdtempSync(join(tmpdir(), 'tradegraph-nats-'));
    const server = new NatsServer(program, await freePort(), store);
    await server.restart();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port.toString()}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts it (again) on the same port and store. */
  async restart(): Promise<void> {
    const { program, port, store } = this;
    const where = ['--addr', '127.0.0.1', '--port', port.toString(), '--store_dir', store];
    const child = spawn(program, ['--jetstream', ...where], { stdio: 'ignore' });
    this.child = child;
    await until(() => listens(port), `${program} on port ${port.toString()}`);
  }

  /** `kill -9`. */
  kill(): Promise<void> {
    return this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.store, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  }
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
