import { StreamLog } from '../../testing/event-logs';
import { tell, thing } from '../../testing/log-proof';
import { NatsServer, natsProgram, withoutNats } from '../../testing/nats-server';
import { openShelves } from '../../testing/shelf';
import { until } from '../../testing/until';

jest.setTimeout(120_000);
const suite = natsProgram() === undefined ? describe.skip : describe;

suite(`a log on JetStream whose relays are dead${withoutNats}`, () => {
  test('is read from the outbox while NATS is alive, until a relay comes', async () => {
    const [shelves, nats] = await Promise.all([openShelves(), NatsServer.start()]);
    const db = await shelves.open('shelf');
    const one = await StreamLog.open({ db, nats });
    const relay = one.relay();
    await one.following();
    const start = await one.log.head();
    const readable = (count: number): Promise<unknown> =>
      until(
        async () => (await one.log.read(start, 100)).length === count,
        `${count.toString()} facts to be readable`,
        20_000,
      );
    await relay.stop();
    await tell(db, thing('a'));
    await readable(1);
    one.relay('another');
    await tell(db, thing('b'));
    await readable(2);
    await one.close();
    await Promise.all([shelves.close(), nats.stop()]);
  });
});
