import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { FactStore } from './fact.store';
import { Fields } from './fields';
import { eventually } from './testing/eventually';
import { WebhookReceiver } from './testing/webhook.receiver';

type NoFact = never;
const NOTHING = { apply: (): void => undefined };

let dir: string;
let receiver: WebhookReceiver;
let url: string;
let store: FactStore<NoFact> | undefined;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'webhooks-'));
  receiver = new WebhookReceiver();
  url = await receiver.listen();
});
afterEach(async () => {
  await store?.close();
  await receiver.close();
  rmSync(dir, { recursive: true });
});

function start(secret = receiver.secret): FactStore<NoFact> {
  const fail = (error: unknown): never => {
    throw error;
  };
  store = new FactStore({ dataDir: dir, seed: 1, webhook: { url, secret } }, NOTHING, fail);
  store.open();
  store.webhooks.start();
  return store;
}

function numbers(): unknown[] {
  return receiver.received.map(({ data }) => data['n']);
}

test('the signature is the one of the Standard Webhooks example', () => {
  const signer = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  const at = new Date(1_614_265_330_000);
  expect(signer.sign('msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}')).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('webhooks of one stream arrive signed and in order', async () => {
  const { webhooks } = start();
  for (let n = 0; n < 30; n += 1) store?.commit(webhooks.queue('t', 'one', { n }));
  await eventually(() => receiver.received.length >= 30 || undefined);
  expect(numbers()).toEqual(Array.from({ length: 30 }, (_, n) => n));
  expect(receiver.mostAtOnce).toBe(1);
  expect(receiver.received[0]).toMatchObject({
    type: 't',
    id: expect.stringMatching(/^msg_/) as string,
  });
});

test('a wrong secret is not accepted: the message stays and is tried again', async () => {
  const wrong = `whsec_${Buffer.from('another secret altogether').toString('base64')}`;
  const { webhooks } = start(wrong);
  store?.commit(webhooks.queue('t', 'one', { n: 1 }));
  await eventually(() => receiver.forged >= 2 || undefined);
  expect(receiver.received).toEqual([]);
  expect(webhooks.state()).toMatchObject({ pending: 1, delivered: 0 });
});

test('what failed is delivered after a restart, with the same id and only once', async () => {
  receiver.failing = true;
  const first = start();
  first.commit(first.webhooks.queue('t', 'one', { n: 1 }));
  await eventually(() => receiver.refused >= 2 || undefined);
  expect(first.webhooks.state().pending).toBe(1);
  await first.close();
  receiver.failing = false;
  const second = start();
  await eventually(() => receiver.received.length > 0 || undefined);
  expect(numbers()).toEqual([1]);
  await eventually(() => second.webhooks.state().pending === 0 || undefined);
  await second.close();
  const third = start();
  expect(third.webhooks.state()).toEqual({ pending: 0, delivered: 1, abandoned: 0 });
});

test('faults double and reorder', async () => {
  const { faults, webhooks } = start();
  faults.load(Fields.of({ plan: [{ kind: 'duplicate', times: 1 }] }));
  store?.commit(webhooks.queue('t', 'one', { n: 1 }));
  await eventually(() => receiver.received.length === 2 || undefined);
  faults.load(Fields.of({ plan: [{ kind: 'reorder', times: 1 }] }));
  store?.commit(webhooks.queue('t', 'one', { n: 2 }));
  store?.commit(webhooks.queue('t', 'one', { n: 3 }));
  await eventually(() => receiver.received.length === 4 || undefined);
  expect(numbers()).toEqual([1, 1, 3, 2]);
});
