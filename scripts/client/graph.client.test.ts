import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GraphClient } from './graph.client';

let server: Server;
let refusals: number;
beforeEach(async () => {
  refusals = 0;
  server = createServer((_request, response) => {
    response.end(JSON.stringify(refusals-- > 0 ? LATER : { data: { here: true } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const LATER = { errors: [{ message: 'later', extensions: { code: 'OVERLOADED' } }] };
const client = (patienceMs: number, isAway?: () => boolean): GraphClient => {
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/graphql`;
  return new GraphClient({ url, patienceMs, ...(isAway && { isAway }) });
};

test('a client asks again for as long as its patience lasts', async () => {
  refusals = 2;
  expect(await client(10_000).ask('{ here }')).toEqual({ here: true });
  refusals = 10;
  await expect(client(100).ask('{ here }')).rejects.toThrow('later');
});

test('patience does not run out while it is known that the graph is away', async () => {
  refusals = 6;
  expect(await client(1_000, () => refusals > 0).ask('{ here }')).toEqual({ here: true });
});
