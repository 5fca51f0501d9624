import { HOUR, ManualClock } from '#kernel/clock/clock';
import { LocalDoorbell } from '#kernel/events/doorbell';
import { ORIGIN } from '#kernel/events/event-log';
import { silentLogger } from '#kernel/server/log';
import { openTestDatabase } from '#kernel/testing/database';
import { level, tell, thing } from '#kernel/testing/log-proof';
import { NatsServer, natsProgram, withoutNats } from '#kernel/testing/nats-server';
import { Lifecycle } from './lifecycle';
import { LogParts } from './log-parts';
import { readSettings } from './settings';

jest.setTimeout(60_000);

/** Tells a fact and asks, an hour and a moment later, whether one from before it may still resume. */
async function resumesAfter(hours: number, ...args: string[]): Promise<boolean> {
  const clock = new ManualClock(new Date('2026-03-01T12:00:00Z'));
  const { db, close } = await openTestDatabase('marketplace', clock);
  const life = new Lifecycle(() => undefined);
  const given = ['--live-retention-hours', hours.toString(), ...args];
  const command = readSettings(given, {});
  if (command.kind === 'help') throw new Error('asked for help');
  const [commits, log] = [new LocalDoorbell(), silentLogger()];
  try {
    const parts = await LogParts.open({ life, settings: command.settings, commits, log });
    await parts.relay('marketplace', () => Promise.resolve(db));
    const reader = await parts.reader('marketplace', db);
    await tell(db, thing('a'));
    await level(db, reader);
    expect(await reader.keeps(ORIGIN)).toBe(true);
    clock.advance(HOUR + 1);
    return await reader.keeps(ORIGIN);
  } finally {
    await life.stop();
    await close();
  }
}

test('a cursor may be as old as LIVE_RETENTION_HOURS', async () => {
  expect(await resumesAfter(1)).toBe(false);
  expect(await resumesAfter(2)).toBe(true);
});

(natsProgram() === undefined ? test.skip : test)(`with JetStream too${withoutNats}`, async () => {
  const nats = await NatsServer.start();
  const jetstream = ['--event-log', 'jetstream', '--nats-url', nats.url];
  expect(await resumesAfter(1, ...jetstream)).toBe(false);
  expect(await resumesAfter(2, ...jetstream)).toBe(true);
  await nats.stop();
});
