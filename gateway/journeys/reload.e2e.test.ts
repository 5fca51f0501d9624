import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../scripts/client/eventually';
import { type LiveMessage, follow } from '../../scripts/client/live.client';
import { Trade } from '../../scripts/demo/trade';
import { CarrierControl } from '../../scripts/replay/carrier.control';
import { type Journey, beginJourney } from './journey.system';

jest.setTimeout(240_000);

const HIDDEN = /(type Order implements Node\n[^}]*?\n {2}placedAt: [^\n]*)/;

describe('a newer supergraph while clients are connected', () => {
  let folder: string;
  let file: string;
  let journey: Journey;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tradegraph-reload-'));
    file = join(folder, 'supergraph.graphql');
    copyFileSync('schema/supergraph.graphql', file);
    journey = await beginJourney('embedded', { SUPERGRAPH: file });
  });
  afterAll(async () => {
    await journey.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('nobody whose operation still validates is dropped; the others are told why', async () => {
    const [buyer, seller] = await Promise.all([journey.as('buyer'), journey.as('seller')]);
    const trade = new Trade(buyer, seller, new CarrierControl(journey.system.carrierUrl));
    const placed = await trade.place('oak-desk-lamp', 1);
    const watch = (fields: string) => {
      const seen: LiveMessage[] = [];
      const ends: (Error | undefined)[] = [];
      const live = follow({
        url: buyer.url,
        token: buyer.token,
        query: `subscription ($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
          kind cursor eventType occurredAt order { id ${fields} } } }`,
        variables: { id: placed.id },
        onMessage: (message) => seen.push(message),
        onEnd: (problem) => ends.push(problem),
      });
      return { seen, ends, live };
    };
    const staying = watch('status');
    const leaving = watch('placedAt');
    let opened = 0;
    staying.live.client.on('opened', () => (opened += 1));
    await eventually('both snapshots', () =>
      Promise.resolve((staying.seen.length > 0 && leaving.seen.length > 0) || undefined),
    );

    writeFileSync(file, 'type Query {');
    journey.system.reload();
    await buyer.ask('query ($id: ID!) { order(id: $id) { placedAt } }', { id: placed.id });

    const sdl = readFileSync('schema/supergraph.graphql', 'utf8');
    writeFileSync(file, sdl.replace(HIDDEN, '$1 @inaccessible'));
    journey.system.reload();
    await eventually('the newer schema', () =>
      buyer.ask('query ($id: ID!) { order(id: $id) { placedAt } }', { id: placed.id }).then(
        () => undefined,
        (error: unknown) => String(error).includes('placedAt') || undefined,
      ),
    );
    await trade.pay(placed);
    await eventually('the change', () =>
      Promise.resolve(
        staying.seen.some(({ eventType }) => eventType === 'order.confirmed') || undefined,
      ),
    );
    await eventually('the end of the other', () =>
      Promise.resolve(leaving.ends.length > 0 || undefined),
    );
    expect(String(leaving.ends[0])).toContain('SUBSCRIPTION_SCHEMA_RELOAD');
    expect(staying.ends).toEqual([]);
    expect(opened).toBeLessThanOrEqual(1);
    staying.live.stop();
    leaving.live.stop();
  });
});
