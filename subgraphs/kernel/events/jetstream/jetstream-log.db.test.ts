import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Database } from '../../db/database';
import { run } from '../../testing/database';
import { StreamLog, type StreamLogOptions } from '../../testing/event-logs';
import { level, outboxRows, proveLog, tell, thing } from '../../testing/log-proof';
import { NatsServer, natsProgram, withoutNats } from '../../testing/nats-server';
import { type Shelves, openShelves } from '../../testing/shelf';
import { until } from '../../testing/until';
import { ORIGIN } from '../event-log';
import { type Fact, type Position, comparePositions } from '../fact';
import type { Step } from './fact-message';
import { type FactStream, stepOf, streamName } from './fact-stream';

jest.setTimeout(120_000);
const suite = natsProgram() === undefined ? describe.skip : describe;

suite(`a log on JetStream${withoutNats}`, () => {
  let shelves: Shelves;
  let db: Database;
  let nats: NatsServer;
  const open: StreamLog[] = [];
  beforeEach(async () => {
    [shelves, nats] = await Promise.all([openShelves(), NatsServer.start()]);
    db = await shelves.open('shelf', undefined, 28);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await Promise.all([shelves.close(), nats.stop()]);
  });

  async function openLog(options: Partial<StreamLogOptions> = {}): Promise<StreamLog> {
    const opened = await StreamLog.open({ db, nats, ...options });
    open.push(opened);
    return opened;
  }
  const readable = (one: StreamLog, count: number, after: Position): Promise<Fact[]> =>
    until(
      async () => {
        const facts = await one.log.read(after, 100);
        return facts.length >= count && facts;
      },
      `${count.toString()} facts to be readable`,
      20_000,
    );

  test('is read from the stream: the outbox is not asked', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const start = await one.log.head();
    const before = one.outbox.reads;
    await tell(db, thing('a', ['order:1']), thing('b'));
    expect(await readable(one, 2, start)).toHaveLength(2);
    expect(await one.log.read(start, 10, ['order:1'])).toHaveLength(1);
    expect(await one.log.keeps(start)).toBe(true);
    expect(one.outbox.reads).toBe(before);
  });

  test('rings when facts have come', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    let rings = 0;
    one.arrivals.listen('shelf', () => (rings += 1));
    await tell(db, thing('a'));
    await until(() => rings === 1, 'a ring');
  });

  test('loses, repeats and reorders nothing while relays end, begin and write at the same time', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const disturb = async (): Promise<void> => {
      for (let n = 0; n < 4; n++) {
        const rival = one.relay(`rival ${n.toString()}`); // of another lock: both write
        await pause(60);
        if (n % 2 === 0) await rival.stop();
      }
    };
    await proveLog({ db, log: one.log, disturb });
    await expectStreamToBeWhole(one.stream());
  });

  test('loses nothing when a relay’s connection is cut while it publishes', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const disturb = async (): Promise<void> => {
      for (let n = 0; n < 5; n++) {
        const stream = one.stream();
        one.relay(`cut ${n.toString()}`, stream);
        await pause(50);
        await stream.link.close();
      }
    };
    await proveLog({ db, log: one.log, disturb });
    await expectStreamToBeWhole(one.stream());
  });

  test('loses nothing when NATS is killed and comes back', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const disturb = async (): Promise<void> => {
      for (let n = 0; n < 2; n++) {
        await pause(80);
        await nats.kill();
        await pause(100);
        await nats.restart();
      }
    };
    await proveLog({ db, log: one.log, disturb });
    await expectToComeByStream(one);
    await expectStreamToBeWhole(one.stream());
  });

  test('loses nothing when the stream is lost with all it held', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const disturb = async (): Promise<void> => {
      await pause(100);
      const stream = one.stream();
      const { connection } = await connected(stream);
      await (await jetstreamManager(connection)).streams.delete(stream.name);
    };
    await proveLog({ db, log: one.log, disturb });
    await expectToComeByStream(one);
  });

  test('follows a stream that was made anew, though its numbers are lower', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    for (let n = 0; n < 20; n++) await tell(db, thing('a'), thing('b'));
    await level(db, one.log);
    const { stream, connection } = await connected(one.stream());
    await (await jetstreamManager(connection)).streams.delete(stream.name);
    await tell(db, thing('c'));
    await expectToComeByStream(one);
  });

  test('refuses a late writer whose messages nobody knows any more', async () => {
    const one = await openLog();
    const relay = one.relay();
    await one.following();
    await tell(db, thing('a'), thing('b'));
    await level(db, one.log);
    await relay.stop();
    const { stream } = await connected(one.stream());
    const { seq, position } = await stream.end();
    const late = { epoch: 1, xid: '1', seq: '1' };
    await expect(stream.publish({ after: late, position: late }, seq)).rejects.toThrow();
    expect(await stream.end()).toEqual({ seq, position });
  });

  test('is not stopped by a message that somebody else wrote into the stream', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const start = await level(db, one.log);
    const { stream, connection } = await connected(one.stream());
    await jetstream(connection).publish(`${stream.name}.nonsense`, '{}');
    await tell(db, thing('a'));
    await readable(one, 1, start);
    await expectToComeByStream(one);
  });

  test('shows what lies before a small ring, or was told before there was a stream', async () => {
    await tell(db, thing('very old'));
    const one = await openLog({ ring: { facts: 20, bytes: 1_000_000 }, maxBytes: 40_000 });
    one.relay();
    await one.following();
    await proveLog({ db, log: one.log });
    const [first] = await one.log.read(ORIGIN, 1);
    expect(first?.subject).toBe('very old');
    const { messages } = (await (await connected(one.stream())).stream.ensure()).state;
    expect(messages).toBeLessThan((await outboxRows(db)).length / 2);
  });

  test('goes on from the outbox while NATS is away, and from the stream again after it', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const start = await level(db, one.log);
    await nats.kill();
    await tell(db, thing('a'));
    const [a] = await readable(one, 1, start);
    expect(a?.subject).toBe('a');
    await nats.restart();
    const began = performance.now();
    await expectToComeByStream(one);
    expect(performance.now() - began).toBeLessThan(8_000);
    const both = await readable(one, 2, start);
    expect(both.map(({ subject }) => subject)).toEqual(['a', 'from the stream']);
  });

  test('works before NATS has ever been there', async () => {
    await nats.kill();
    const one = await openLog();
    one.relay();
    const start = await one.log.head();
    await tell(db, thing('a'));
    expect(await readable(one, 1, start)).toHaveLength(1);
    await nats.restart();
    await one.following();
    expect(await readable(one, 1, start)).toHaveLength(1);
  });

  test('shows a waiting reader what came while no relay ran and the stream was emptied', async () => {
    const one = await openLog();
    const relay = one.relay();
    await one.following();
    await tell(db, thing('a'));
    const start = await level(db, one.log);
    await one.following();
    await relay.stop();
    await tell(db, thing('b'));
    const { connection, stream } = await connected(one.stream());
    await (await jetstreamManager(connection)).streams.purge(stream.name);
    expect(await one.log.read(start, 10)).toEqual([]);
    one.relay();
    const [b] = await readable(one, 1, start);
    expect(b?.subject).toBe('b');
  });

  test('is at its head in the new epoch once a relay runs after a restore', async () => {
    const one = await openLog();
    const relay = one.relay();
    await one.following();
    await tell(db, thing('a'));
    await level(db, one.log);
    await relay.stop();
    await run(shelves.url, 'update shelf."outboxEpoch" set epoch = 2');
    one.relay();
    await until(async () => (await one.log.head()).epoch === 2, 'the new epoch');
    const start = await one.log.head();
    await tell(db, thing('b'));
    expect(await readable(one, 1, start)).toHaveLength(1);
  });

  test('shows a fact that no message can hold', async () => {
    const one = await openLog();
    one.relay();
    await one.following();
    const start = await level(db, one.log);
    const data = { text: 'x'.repeat(1_200_000) };
    await tell(db, thing('a'), { ...thing('huge'), data }, thing('b'));
    const facts = await readable(one, 3, start);
    expect(facts.map(({ subject }) => subject)).toEqual(['a', 'huge', 'b']);
    expect(facts[1]?.data).toEqual(data);
  });

  test('is another database’s never: their streams have different names', async () => {
    const other = await openShelves();
    const names = await Promise.all(
      [db, await shelves.open('drawer'), await other.open('shelf')].map((each) =>
        streamName(each.schema, each),
      ),
    );
    await other.close();
    expect(new Set(names).size).toBe(3);
  });

  /** A fact told now reaches readers who do not look into the outbox. */
  async function expectToComeByStream(one: StreamLog): Promise<void> {
    await one.following();
    const start = await level(db, one.log);
    const before = one.outbox.reads;
    await tell(db, thing('from the stream'));
    await readable(one, 1, start);
    expect(one.outbox.reads).toBe(before);
  }

  async function connected(stream: FactStream) {
    await until(() => stream.link.isUp, 'a connection');
    return { stream, connection: stream.link.connection };
  }

  /** Every fact that was ever in the outbox is there once, each step beginning where the one before ended. */
  async function expectStreamToBeWhole(from: FactStream): Promise<void> {
    const { stream } = await connected(from);
    const rows = await outboxRows(db);
    const messages = await stream.consume(1);
    const seen: string[] = [];
    let at: Position | undefined;
    for await (const message of messages) {
      const { after, position, fact } = stepOf(message) as Step;
      expect(comparePositions(at ?? after, after)).toBe(0);
      at = position;
      if (fact !== undefined) seen.push(fact.id);
      if (fact?.id === rows.at(-1)?.id) break;
    }
    await messages.close();
    expect(seen).toEqual(rows.map(({ id }) => id));
  }
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
