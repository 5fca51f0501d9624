import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatementSigner } from '#kernel/auth/statement';
import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import { Database } from '#kernel/db/database';
import { HttpDoor } from '../../gateway/executor/sources/http-door';
import { within } from '../../gateway/executor/sources/patience';
import { type ChildProgram, keepChild } from '../child-program';
import { databaseUrls } from '../databases';
import { migrateAll } from '../migrate-all';
import { SUBGRAPHS, schemaOf } from '../migrations';
import { type EmbeddedPostgres, keepRunning } from '../postgres/embedded-postgres';
import { isAlive } from '../postgres/process-facts';
import { type Secrets, newSecrets, secretsAsEnv } from '../secrets';
import { readSettings } from '../settings';

const PATIENCE_MS = 15_000;

/** A payments process and how it is called. */
export interface Replica {
  readonly program: ChildProgram;
  readonly door: HttpDoor;
}

/** PostgreSQL, the PSP and several payments processes, each of which comes back when it is killed. */
export class CrashHouse {
  readonly replicas: Replica[] = [];
  readonly databases: Database[] = [];

  private constructor(
    readonly secrets: Secrets,
    readonly postgres: EmbeddedPostgres,
    readonly psp: ChildProgram,
    private readonly hooks: Server,
    private readonly folder: string,
  ) {}

  /** With `beside`, the compiled scripts of another version, every second payments process is of that version. */
  static async open(
    replicas: number,
    say: (line: string) => void,
    beside?: string,
  ): Promise<CrashHouse> {
    const folder = mkdtempSync(join(tmpdir(), 'tradegraph-soak-'));
    chmodSync(folder, 0o755); // PostgreSQL runs as its own user when we are root
    const secrets = newSecrets();
    const postgres = await keepRunning({ dataDir: join(folder, 'postgres'), log: () => undefined });
    await migrateAll(urlsOf(postgres.url), SUBGRAPHS);
    const opened: { house?: CrashHouse } = {};
    const hooks = await passOn(() => opened.house);
    const { port } = hooks.address() as AddressInfo;
    const psp = await keepPsp(folder, secrets, port, say);
    const house = new CrashHouse(secrets, postgres, psp, hooks, folder);
    opened.house = house;
    for (let n = 1; n <= replicas; n++) {
      house.replicas.push(await house.replica(n, say, n % 2 === 0 ? beside : undefined));
    }
    return house;
  }

  get pspUrl(): string {
    return `http://127.0.0.1:${String(this.psp.port)}`;
  }

  /** Another subgraph's database, to tell facts from. */
  async as(
    name: 'marketplace' | 'fulfillment' | 'merchant-services' | 'payments',
  ): Promise<Database> {
    const schema = schemaOf(name);
    const db = await Database.open({
      url: this.postgres.url,
      schema,
      role: `tradegraph_${schema}`,
      clock: systemClock,
      poolSize: 4,
    });
    this.databases.push(db);
    return db;
  }

  /** `kill -9` of the n-th payments process, or of PostgreSQL itself. */
  kill(what: number | 'postgres'): void {
    if (what !== 'postgres') this.replicas[what]?.program.force();
    else if (isAlive(this.postgres.pid)) process.kill(this.postgres.pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    for (const db of this.databases) await db.close();
    await Promise.all(this.replicas.map(({ program }) => program.stop()));
    await Promise.all(this.replicas.map(({ door }) => door.close()));
    this.hooks.closeAllConnections();
    this.hooks.close();
    await this.psp.stop();
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async replica(
    n: number,
    say: (line: string) => void,
    scripts: string | undefined,
  ): Promise<Replica> {
    const program = await keepChild({
      name: `Payments ${String(n)}`,
      program: 'soak/payments.main',
      scripts,
      args: (port) => ['--role', 'payments', '--port', String(port ?? 0)],
      env: {
        ...secretsAsEnv(this.secrets),
        DATABASE_URL: this.postgres.url,
        DATA_DIR: this.folder,
        PSP_URL: this.pspUrl,
        LOG_LEVEL: 'silent',
      },
      print: say,
    });
    const door = new HttpDoor({
      name: 'payments',
      url: `http://127.0.0.1:${String(program.port)}`,
      signer: new StatementSigner(this.secrets.statementKey, systemClock),
      channelSecret: this.secrets.channelSecret,
      clock: systemClock,
    });
    return { program, door };
  }
}

/** Runs a document at one of the payments processes. Throws when there is no answer. */
export async function call(
  { door }: Replica,
  viewer: Viewer,
  query: string,
  variables: Record<string, unknown>,
): Promise<Awaited<ReturnType<HttpDoor['execute']>>> {
  const whose = makeViewer({ ...viewer, correlationId: randomUUID() });
  return within(PATIENCE_MS, (patience) => door.execute({ query, variables }, whose, patience));
}

/** One database for all subgraphs. */
const urlsOf = (url: string): ReturnType<typeof databaseUrls> => {
  const command = readSettings(['--role', 'worker'], {});
  if (command.kind === 'help') throw new Error('settings cannot be read');
  return databaseUrls(command.settings, url);
};

const keepPsp = (
  folder: string,
  secrets: Secrets,
  hookPort: number,
  say: (line: string) => void,
): Promise<ChildProgram> =>
  keepChild({
    name: 'The PSP simulator',
    program: 'simulators/psp/psp.main',
    args: (port) => [
      ...['--port', String(port ?? 0), '--data', join(folder, 'psp')],
      ...['--webhook-url', `http://127.0.0.1:${String(hookPort)}/hooks/psp/main`],
    ],
    env: { SIM_API_KEY: secrets.pspApiKey, SIM_WEBHOOK_SECRET: secrets.pspWebhookSecret },
    print: say,
  });

/** Plays the gateway: hands the PSP's webhooks to any of the payments processes, bytes untouched. */
async function passOn(house: () => CrashHouse | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const all = house()?.replicas ?? [];
      const to = all[Math.floor(Math.random() * all.length)];
      const viewer = makeViewer({ kind: 'SERVICE', correlationId: randomUUID() });
      const hook = { connection: 'main', headers, body: Buffer.concat(chunks) };
      within(5_000, async (patience) => to?.door.hook('psp', hook, viewer, patience)).then(
        (answer) => response.writeHead(answer?.status ?? 503).end(),
        () => response.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
