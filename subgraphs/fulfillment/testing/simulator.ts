import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { HookRequest, HookResponse } from '#kernel/server/subgraph';
import { WEBHOOK_SECRET } from './trade';

const ROOT = join(__dirname, '..', '..', '..');
export const API_KEY = 'sk_test_carrier';

/** The carrier's simulator as the process that it is, and a door on this side that its webhooks come to. */
export class CarrierProcess {
  /** Takes webhooks once the subgraph runs. */
  receive: ((request: HookRequest) => Promise<HookResponse>) | undefined;
  url = '';
  private child: ChildProcess | undefined;
  private door: Server | undefined;
  private readonly data = mkdtempSync(join(tmpdir(), 'tradegraph-carrier-'));
  private port = 0;

  static async start(): Promise<CarrierProcess> {
    const carrier = new CarrierProcess();
    carrier.door = await carrier.openDoor();
    await carrier.run();
    return carrier;
  }

  /** Kills the process as a power cut would and starts it again on the same journal and port. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
    await this.run();
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    await new Promise((resolve) => this.door?.close(resolve));
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Ends the process without starting it again. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    // a kept connection is seen to be closed in the next turns: an act on it before would have an unknown outcome
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async run(): Promise<void> {
    const { port: door } = this.door?.address() as AddressInfo;
    const args = [
      '--import',
      'tsx',
      join(ROOT, 'scripts/simulators/carriers/aurora/aurora.main.ts'),
      ...['--port', this.port.toString(), '--data', this.data, '--api-key', API_KEY],
      ...['--webhook-url', `http://127.0.0.1:${door.toString()}/hooks/carriers/aurora`],
      ...['--webhook-secret', WEBHOOK_SECRET, '--no-auto-handover'],
    ];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    this.port = await new Promise<number>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the simulator ended: ${String(code)}`)));
      createInterface({ input: child.stdout }).once('line', (line) =>
        resolve((JSON.parse(line) as { port: number }).port),
      );
    });
    this.url = `http://127.0.0.1:${this.port.toString()}`;
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** The next call that matches is disturbed. */
  fault(match: string, kind: string, more: object = {}): Promise<object> {
    return this.call('POST', '/sim/fault', { plan: [{ match, kind, times: 1, ...more }] });
  }

  /** What the carrier has booked, by our reference. */
  async bookings(): Promise<{ id: string; clientRef: string; status: string }[]> {
    const state = await this.call<{
      shipments: { id: string; clientRef: string; status: string }[];
    }>('GET', '/sim/state');
    return state.shipments;
  }

  private openDoor(): Promise<Server> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const hook = { connection: 'aurora', headers, body: Buffer.concat(chunks) };
        const answer = this.receive?.(hook) ?? Promise.resolve({ status: 503, body: '' });
        answer.then(
          ({ status }) => response.writeHead(status).end(),
          () => response.writeHead(500).end(),
        );
      });
    });
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve(server));
    });
  }
}
