import { type GraphQLSchema, Kind } from 'graphql';
import pino from 'pino';
import { paymentsSchema } from './payments.schema';
import { AccessProbe, coordinates, rootFields } from './testing/access.probe';
import { type AccessScene, accessScene } from './testing/access.scene';
import { MAY_DO, MAY_SEE } from './testing/access.table';
import { cardNumbers, documentOf, planted, textPlaces } from './testing/card.probe';

jest.setTimeout(120_000);
let logged = '';
let scene: AccessScene;
let schema: GraphQLSchema;
let probe: AccessProbe;
beforeAll(async () => {
  schema = await paymentsSchema();
  scene = await accessScene(pino({ level: 'trace' }, { write: (line) => (logged += line) }));
  probe = new AccessProbe(scene.world, schema, scene.known);
}, 120_000);
afterAll(() => scene.world.close());

const ROWS = `select table_name as name, (xpath('/row/c/text()', query_to_xml(
    format('select count(*) as c from payments.%I', table_name), false, true, '')))[1]::text as rows
  from information_schema.tables where table_schema = 'payments' and table_type = 'BASE TABLE'
  order by 1`;

test('who sees which field of what is the buyer’s and the seller’s: every field has its line', async () => {
  const found: Record<string, string> = Object.fromEntries(
    coordinates(schema).map((coordinate) => [coordinate, '']),
  );
  for (const [letter, viewer] of Object.entries(scene.cast)) {
    const seen = new Set<string>();
    for (const name of rootFields(schema, 'Query')) {
      for (const one of await probe.query(viewer, name)) seen.add(one);
    }
    for (const [type, id] of Object.entries(scene.entities)) {
      for (const one of await probe.entity(viewer, type, id)) seen.add(one);
    }
    for (const one of seen) if (one in found) found[one] = `${found[one] ?? ''}${letter}`;
  }
  expect(found).toEqual(MAY_SEE);
});

test('who may make which call about it: every mutation has its line, and a refused call leaves no trace', async () => {
  const { world, cast } = scene;
  // so that nothing but the calls writes
  await world.settled();
  await Promise.all(world.payments.loops.map((loop) => loop.stop()));
  const found: Record<string, string> = {};
  for (const name of rootFields(schema, 'Mutation')) {
    let taken = '';
    for (const [letter, viewer] of Object.entries(cast)) {
      const before = await world.db.query(ROWS);
      const verdict = await probe.mutate(viewer, name);
      expect({ name, letter, verdict }).not.toMatchObject({ verdict: 'FAULT' });
      if (verdict === 'TAKEN') taken += letter;
      else expect([name, letter, await world.db.query(ROWS)]).toEqual([name, letter, before]);
    }
    found[name] = taken;
  }
  expect(found).toEqual(MAY_DO);
});

/** Every row of every table as one text, without spaces and dashes between digits. */
async function kept(): Promise<string> {
  const { db, psp } = scene.world;
  const texts = [logged, psp.journal()];
  for (const { name } of await db.query<{ name: string }>(ROWS)) {
    const rows = await db.query<{ row: string }>(`select t::text as row from "${name}" t`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n').replaceAll(/(?<=\d)[ -](?=\d)/g, '');
}

test('no card number is kept, told or logged, whatever text of whatever call it comes in', async () => {
  const from = '2026-01-01T00:00:00.000Z';
  const to = '2026-01-02T00:00:00.000Z';
  const right = new AccessProbe(scene.world, schema, { ...scene.known, from, to });
  const places = textPlaces(schema);
  const numbers = cardNumbers(20, 3 * places.length);
  const asked = new Map<string, string>();
  const wrong: string[] = [];
  const grouped = (number: string): string => number.replace(/^(.{4})(.{4})(.{4})/, '$1 $2 $3 ');
  for (const place of places) {
    const letter = place.root === 'Query' ? 'O' : (MAY_DO[place.name]?.[0] ?? '');
    const viewer = scene.cast[letter as keyof typeof scene.cast];
    for (const around of [(n: string) => n, (n: string) => `mine-${n}-x`, grouped]) {
      const number = numbers.pop() ?? '';
      const where = [place.name, ...place.path, around(number)].join(' ');
      asked.set(number, where);
      const variables = planted(schema, right, place, around(number));
      const answer = JSON.stringify(
        await scene.world.call(viewer, documentOf(schema, place), variables),
      );
      const acts = place.root === 'Mutation' || place.path.includes('input');
      const code = place.path.includes('bankStatement')
        ? 'STATEMENT_INVALID'
        : 'CARD_NUMBER_REFUSED';
      if (answer.includes(number) || (acts && !answer.includes(code))) wrong.push(where + answer);
    }
  }
  const all = await kept();
  const found = [...asked].filter(([number]) => all.includes(number)).map(([, where]) => where);
  expect({ wrong, found }).toEqual({ wrong: [], found: [] });
  expect(asked.size).toBeGreaterThan(300);
});

test('every subscription is a query that is in the table', () => {
  const fields = Object.values(schema.getSubscriptionType()?.getFields() ?? {});
  const queries = fields.map(({ astNode }) => {
    const live = astNode?.directives?.find(({ name }) => name.value === 'live');
    const query = live?.arguments?.find(({ name }) => name.value === 'query')?.value;
    return query?.kind === Kind.STRING ? query.value : undefined;
  });
  expect(queries.every((query) => query !== undefined)).toBe(true);
  expect(rootFields(schema, 'Query')).toEqual(expect.arrayContaining(queries));
});
