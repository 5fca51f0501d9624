import { randomBytes } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pspOf } from '../psp/psp-dialects.adapter';
import type { PspDialect, PspAct, PspObject, PspPort, PspReply, PspRequest } from '../psp/psp.port';
import { PSP_API_KEY, PSP_SECRET, PspProcess } from './psp.process';

/** A webhook as it came. */
interface Delivered {
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** One adapter against a PSP process of its own. */
export class PspBench {
  readonly delivered: Delivered[] = [];
  private constructor(
    readonly port: PspPort,
    readonly psp: PspProcess,
    private readonly receiver: Server,
  ) {}

  static async open(dialect: PspDialect): Promise<PspBench> {
    const take = { push: (_one: Delivered): void => undefined };
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        take.push({ headers, body: Buffer.concat(chunks) });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const psp = new PspProcess(`http://127.0.0.1:${port}/hooks`, dialect);
    await psp.start();
    const options = { url: psp.url, apiKey: PSP_API_KEY, webhookSecret: PSP_SECRET };
    const bench = new PspBench(pspOf(options, dialect), psp, receiver);
    take.push = (one) => bench.delivered.push(one);
    return bench;
  }

  async close(): Promise<void> {
    await this.psp.stop();
    this.receiver.closeAllConnections();
    this.receiver.close();
  }

  /** Sends an act under a new operation id. */
  async send(act: PspAct): Promise<{ id: string; reply: PspReply }> {
    const id = operationId();
    return { id, reply: await this.port.send(id, act) };
  }

  /** Sends an act that must make or change something. */
  async make(act: PspAct): Promise<PspObject> {
    const { reply } = await this.send(act);
    if (reply.kind !== 'OBJECT') throw new Error(`${act.kind}: ${JSON.stringify(reply)}`);
    return reply.object;
  }

  /** An object as it is now. */
  async now({ object, id }: PspObject): Promise<PspObject> {
    const reply = await this.port.get(object, id);
    if (reply.kind !== 'OBJECT') throw new Error(`${id}: ${JSON.stringify(reply)}`);
    return reply.object;
  }

  /** What became of an act, looked for by our id alone. */
  find(id: string, request: PspRequest): Promise<PspReply> {
    return this.port.find({ id, request, pspId: null, createdAt: new Date() });
  }

  /** A captured charge, so that there is a balance. */
  charge(minor: string, token = 'tok_ok', currency = 'EUR'): Promise<PspObject> {
    return this.make({ kind: 'PAYMENT', amountMinor: minor, currency, token });
  }
}

/** An operation id that no act has had. */
export const operationId = (): string => `pop_${randomBytes(12).toString('hex')}`;

export const payment = (amountMinor: string, token = 'tok_ok', currency = 'EUR') =>
  ({ kind: 'PAYMENT', amountMinor, currency, token }) as const;
export const refund = (pspPaymentId: string, amountMinor: string, currency = 'EUR') =>
  ({ kind: 'REFUND', amountMinor, currency, pspPaymentId }) as const;
export const payout = (amountMinor: string, destination = 'dest_ok', currency = 'EUR') =>
  ({ kind: 'PAYOUT', amountMinor, currency, destination }) as const;
