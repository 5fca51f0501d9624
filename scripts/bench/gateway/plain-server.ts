import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A GraphQL request as it is posted. */
export interface PostedRequest {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** GraphQL over plain HTTP: no middleware, no checks. */
export function plainServer(answer: (request: PostedRequest) => Promise<object>): Server {
  const server = createServer((request, response) => {
    read(request)
      .then(answer)
      .then((result) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(result));
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function read(request: IncomingMessage): Promise<PostedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as PostedRequest;
}

/** Listens on a free port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
