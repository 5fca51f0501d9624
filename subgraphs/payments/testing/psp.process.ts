import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PspDialect } from '../psp/psp.port';

export const PSP_API_KEY = 'sk_sim_test';
export const PSP_SECRET = `whsec_${Buffer.from('a secret for tests only').toString('base64')}`;

/** Where each dialect takes acts; for the `match` of a fault. */
const PATHS = {
  generic: { PAYMENT: '/api/payments', REFUND: '/api/refunds', PAYOUT: '/api/payouts' },
  stripe: { PAYMENT: '/v1/payment_intents', REFUND: '/v1/refunds', PAYOUT: '/v1/payouts' },
} as const;

/** The PSP simulator as its own process, with its own data folder. */
export class PspProcess {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'tradegraph-psp-'));
  private port = 0;

  constructor(
    private readonly webhookUrl: string,
    readonly dialect: PspDialect = 'generic',
  ) {}

  /** What a fault of an act matches, e.g. `POST /api/payments`. */
  match(kind: keyof (typeof PATHS)['generic']): string {
    return `POST ${PATHS[this.dialect][kind]}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, or starts it again on the same port and journal. */
  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      data: this.folder,
      'webhook-url': this.webhookUrl,
      'webhook-secret': PSP_SECRET,
      'webhook-dialect': this.dialect === 'stripe' ? 'stripe' : 'standard',
      'api-key': PSP_API_KEY,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const main = join(__dirname, '../../../scripts/simulators/psp/psp.main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...flags], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.child = child;
    this.port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the PSP simulator ended with ${code}`)));
      child.stdout?.once('data', (line: Buffer) => {
        resolve((JSON.parse(line.toString()) as { port: number }).port);
      });
    });
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Plans faults, e.g. `{ match: 'POST /api/payments', kind: 'drop_after', times: 1 }`. */
  async faults(...plan: Record<string, unknown>[]): Promise<void> {
    await this.post('/sim/fault', { plan });
  }

  async post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** All that the PSP has kept of what it was told. */
  journal(): string {
    return readdirSync(this.folder)
      .map((name) => readFileSync(join(this.folder, name), 'utf8'))
      .join('\n');
  }

  /** What the PSP itself has on its books. */
  async books(): Promise<PspBooks> {
    return (await (await fetch(`${this.url}/sim/books`)).json()) as PspBooks;
  }
}

export interface PspBooks {
  balances: { currency: string; account: string; amountMinor: string }[];
  payments: {
    id: string;
    status: string;
    amountMinor: string;
    capturedMinor: string;
    refundedMinor: string;
  }[];
  refunds: { status: string; amountMinor: string }[];
  payouts: { status: string; amountMinor: string }[];
  disputes: {
    id: string;
    paymentId: string;
    status: string;
    evidence: Record<string, string>;
  }[];
  files: { id: string; name: string; type: string; size: number; sha256: string }[];
}
