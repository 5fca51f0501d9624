import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** A webhook whose signature was right. */
export interface Received {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** A product's end of the webhooks: it checks signatures and can be told to fail. */
export class WebhookReceiver {
  readonly secret = `whsec_${Buffer.from('a secret of the webhook tests').toString('base64')}`;
  readonly received: Received[] = [];
  /** Requests that were answered 500 because of `failing`. */
  refused = 0;
  /** Requests whose signature was wrong. */
  forged = 0;
  failing = false;
  private readonly server: Server;

  constructor() {
    const webhook = new Webhook(this.secret);
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.failing) {
          this.refused += 1;
          response.writeHead(500).end();
          return;
        }
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        try {
          const body = webhook.verify(Buffer.concat(chunks).toString('utf8'), headers);
          const event = body as Omit<Received, 'id'>;
          this.received.push({ ...event, id: headers['webhook-id'] ?? '' });
          response.writeHead(204).end();
        } catch {
          this.forged += 1;
          response.writeHead(401).end();
        }
      });
    });
  }

  /** Starts it and returns its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/hooks`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
