import { once } from 'node:events';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fc from 'fast-check';
import { WebSocket, WebSocketServer } from 'ws';
import type { LiveMessage } from '../outlet';
import { liveFrame } from './live-frame';

let server: Server;
let client: WebSocket;
let connection: Socket;

beforeAll(async () => {
  server = createServer();
  const sockets = new WebSocketServer({ server });
  const connected = once(sockets, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new WebSocket(`ws://127.0.0.1:${port.toString()}`);
  [, { socket: connection }] = await connected;
});
afterAll(() => {
  client.terminate();
  server.close();
});

const messages = fc.record({
  state: fc.string({ unit: 'grapheme' }),
  size: fc.constantFrom(0, 40, 120, 400, 65_000, 66_000, 200_000),
});
const ids = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 });

test('a frame brings any message under any id, whatever its size and whoever was sent one before', async () => {
  await fc.assert(
    fc.asyncProperty(messages, ids, async ({ state, size }, some) => {
      const thing = { state, more: 'x'.repeat(size) };
      const payload = { data: { thing }, extensions: { cursor: 'c' } };
      const message: LiveMessage = { json: JSON.stringify(payload), cursor: 'c' };
      for (const id of [...some, ...some]) {
        const arrived = once(client, 'message') as Promise<[Buffer, boolean]>;
        connection.write(liveFrame(message, id));
        const [data, isBinary] = await arrived;
        expect(isBinary).toBe(false);
        expect(JSON.parse(data.toString())).toEqual({ id, type: 'next', payload });
      }
    }),
    { numRuns: 60 },
  );
});
