import { LocalDoorbell } from '#kernel/events/doorbell';
import { silentLogger } from '#kernel/server/log';
import { Lifecycle } from './lifecycle';
import { LogParts } from './log-parts';
import { readSettings } from './settings';

const life = new Lifecycle(() => undefined);
afterAll(() => life.stop());

function open(...args: string[]): Promise<LogParts> {
  const command = readSettings(args, {});
  if (command.kind === 'help') throw new Error('asked for help');
  const commits = new LocalDoorbell();
  return LogParts.open({ life, settings: command.settings, commits, log: silentLogger() });
}

test('by default outboxes are read, and that can always be done', async () => {
  expect((await open()).isReachable).toBe(true);
  expect((await open('--nats-url', 'nats://127.0.0.1:1')).isReachable).toBe(true);
});

test('JetStream needs an address, and says when nobody is there', async () => {
  await expect(open('--event-log', 'jetstream')).rejects.toThrow('needs NATS_URL');
  const nobody = await open('--event-log', 'jetstream', '--nats-url', 'nats://127.0.0.1:1');
  expect(nobody.isReachable).toBe(false);
});
