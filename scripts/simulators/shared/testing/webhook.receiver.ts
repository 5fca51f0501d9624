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
  /** The most requests that were open at the same time. */
  mostAtOnce = 0;
  failing = false;
  private openNow = 0;
  private readonly server: Server;

  constructor() {
    const webhook = new Webhook(this.secret);
    this.server = createServer((request, response) => {
      this.openNow += 1;
      this.mostAtOnce = Math.max(this.mostAtOnce, this.openNow);
      response.on('close', () => {
        this.openNow -= 1;
      });
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const answer = (status: number): void => {
          // As slow as a real receiver: requests sent at the same time are open at the same time.
          setTimeout(() => response.writeHead(status).end(), 3);
        };
        if (this.failing) {
          this.refused += 1;
          answer(500);
          return;
        }
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        try {
          const body = webhook.verify(Buffer.concat(chunks).toString('utf8'), headers);
          const event = body as Omit<Received, 'id'>;
          this.received.push({ ...event, id: headers['webhook-id'] ?? '' });
          answer(204);
        } catch {
          this.forged += 1;
          answer(401);
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
