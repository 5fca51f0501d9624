import { type Server, createServer } from 'node:http';
import type { Subgraph } from '#kernel/server/subgraph';

/** Plays the gateway: passes the bytes on as they came. */
export async function receiveWebhooks(payments: () => Subgraph | undefined): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const hook = payments()?.hooks['psp'];
      void hook?.({ connection: 'sim', headers, body: Buffer.concat(chunks) }).then(
        ({ status }) => response.writeHead(status).end(),
        () => response.writeHead(500).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
