import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PspBench } from '../testing/psp.contract';
import { PSP_SECRET } from '../testing/psp.process';
import { HttpPspAdapter } from './http-psp.adapter';

jest.setTimeout(60_000);

test('Stripe reports a capture before it can move it: counted as ours, not as movable', async () => {
  const bench = await PspBench.open('stripe');
  try {
    await bench.charge('1000');
    await bench.psp.post('/sim/pending', { seconds: 86_400 });
    await bench.charge('500');
    const { movable, total } = (await bench.port.balances()) ?? {};
    expect([movable?.get('EUR'), total?.get('EUR')]).toEqual([1_000n, 1_500n]);
    await bench.psp.post('/sim/settlements', {});
    const lines = await bench.port.listSettlement(new Date(0), new Date(Date.now() + 60_000));
    expect(lines?.map(({ grossMinor }) => grossMinor)).toEqual([1_000n, 500n]);
  } finally {
    await bench.close();
  }
});

test('a 404 of somebody in between is lost, not absent', async () => {
  const between = createServer((_, response) => response.writeHead(404).end('<html>'));
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as AddressInfo;
  const options = { url: `http://127.0.0.1:${port}`, apiKey: 'sk', webhookSecret: PSP_SECRET };
  const reply = await new HttpPspAdapter(options).get('payment', 'pay_1');
  between.closeAllConnections();
  between.close();
  expect(reply.kind).toBe('LOST');
});
