import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoleWish } from '../role-processes';
import type { Role } from '../settings.table';

export type Topology = 'embedded' | 'distributed';

export interface SystemOptions {
  readonly topology: Topology;
  /** Where its database, books and secrets live; a fresh temporary folder when not given. */
  readonly dataDir?: string;
  /** Gets each line that it prints. */
  readonly print?: (line: string) => void;
  /** Settings besides those chosen here. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The first words of what it prints when everything is up. */
const WELCOME = 'Tradegraph is ready';
const READY_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 60_000;
const ROLES = ['MARKETPLACE', 'PAYMENTS', 'FULFILLMENT', 'MERCHANT_SERVICES', 'WORKER'] as const;

/**
 * A whole Tradegraph in processes of its own, as `npm start` or `npm run start:distributed` would start it, on free
 * ports: for replays, benchmarks and journeys, which reach it only through its public door.
 */
export class SystemProcess {
  private child: ChildProcess | undefined;
  /** True from its end until it is ready again. */
  isAway = true;

  private constructor(
    readonly topology: Topology,
    readonly dataDir: string,
    /** What it is started with. */
    readonly env: Readonly<Record<string, string>>,
    private readonly print: (line: string) => void,
  ) {}

  static async start(options: SystemOptions): Promise<SystemProcess> {
    const dataDir = options.dataDir ?? freshFolder();
    const [port, psp, carrier, ...roles] = await freePorts(3 + ROLES.length);
    const env = {
      DATA_DIR: dataDir,
      PORT: String(port),
      PSP_SIMULATOR_PORT: String(psp),
      CARRIER_SIMULATOR_PORT: String(carrier),
      CARRIER_SIMULATOR_RATE: '1', // parcels move when they are told to
      // A few parties drive a whole market here, from one address.
      COST_BUDGET: '100000000',
      COST_RESTORE: '10000000',
      ...Object.fromEntries(
        ROLES.map((role, i) => [`${role}_URL`, `http://127.0.0.1:${String(roles[i])}`]),
      ),
      ...options.env,
    };
    const system = new SystemProcess(
      options.topology,
      dataDir,
      env,
      options.print ?? (() => undefined),
    );
    await system.restart();
    return system;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.env['PORT'] ?? ''}`;
  }

  get url(): string {
    return `${this.origin}/graphql`;
  }

  get pspUrl(): string {
    return `http://127.0.0.1:${this.env['PSP_SIMULATOR_PORT'] ?? ''}`;
  }

  get carrierUrl(): string {
    return `http://127.0.0.1:${this.env['CARRIER_SIMULATOR_PORT'] ?? ''}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts it (again) on the same data and ports, and waits until it is ready. */
  async restart(): Promise<void> {
    const program = this.topology === 'embedded' ? 'start.main.js' : 'start-distributed.js';
    const args = ['--conditions=compiled', join('dist', 'scripts', program)];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // so that it ends when we do, however that happens
    });
    this.child = child;
    let welcomed = false;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.split('\n')) if (line !== '') this.print(line);
        welcomed ||= text.includes(WELCOME);
      });
    }
    await this.ready(child, () => welcomed);
    this.isAway = false;
  }

  /** `kill -9`: no goodbye, as when the machine's memory runs out. */
  async kill(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null) return;
    const gone = ended(child);
    this.isAway = true;
    child.kill('SIGKILL');
    await gone;
  }

  /** `kill -9` of one role's process, while the others go on. Only roles that are processes can. */
  killRole(role: Role): Promise<void> {
    if (role === 'gateway') this.isAway = true;
    return this.wish({ role, be: 'killed' });
  }

  /** Starts a killed role again, on its port. */
  async startRole(role: Role): Promise<void> {
    await this.wish({ role, be: 'started' });
    if (role === 'gateway') this.isAway = false;
  }

  private wish(wish: RoleWish): Promise<void> {
    const { child, topology } = this;
    if (child === undefined || topology !== 'distributed')
      throw new Error('there are no processes of roles');
    return new Promise((resolve, reject) => {
      const heard = (answer: unknown): void => {
        const { role, be } = answer as RoleWish;
        if (role !== wish.role || be !== wish.be) return;
        child.off('message', heard);
        resolve();
      };
      child.on('message', heard);
      child.send(wish, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** SIGUSR2: it looks at its supergraph file at once. */
  reload(): void {
    this.child?.kill('SIGUSR2');
  }

  /** Process id of the embedded PostgreSQL server. */
  get databasePid(): number {
    const file = join(this.dataDir, 'postgres', 'cluster', 'postmaster.pid');
    return Number(readFileSync(file, 'utf8').split('\n')[0]);
  }

  /** `kill -9` of the embedded PostgreSQL; the system starts it again by itself. */
  killDatabase(): void {
    process.kill(this.databasePid, 'SIGKILL');
  }

  /** Ctrl-C: ends in order, with the database. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = ended(child);
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await gone;
    clearTimeout(late);
  }

  /** Seeded and greeting (it says so last), and answering at its public door. */
  private async ready(child: ChildProcess, welcomed: () => boolean): Promise<void> {
    const deadline = performance.now() + READY_LIMIT_MS;
    for (;;) {
      if (child.exitCode !== null)
        throw new Error(`it ended with exit code ${String(child.exitCode)}`);
      const answer = await fetch(`${this.origin}/readyz`).catch(() => undefined);
      if (welcomed() && answer?.ok === true) return;
      if (performance.now() > deadline) throw new Error('it was not ready in time');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** PostgreSQL runs as its own user when we are root, so it must be let into the folder (its files stay closed). */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tradegraph-'));
  chmodSync(folder, 0o755);
  return folder;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => {
            resolve(server);
          });
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
