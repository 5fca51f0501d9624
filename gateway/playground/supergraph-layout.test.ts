import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Box, layOut } from './app/supergraph-layout';
import { type SupergraphMap, mapSupergraph } from './supergraph-map';

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const inside = (a: Box, b: Box): boolean =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;

function check(map: SupergraphMap): void {
  const { width, height, boxes, chips, lines } = layOut(map);
  const page = { x: 0, y: 0, width, height };
  for (const box of boxes) expect(inside(box, page)).toBe(true);
  for (const all of [boxes, chips]) {
    for (const [i, one] of all.entries()) {
      expect(all.slice(i + 1).filter((other) => overlap(one, other))).toEqual([]);
    }
  }
  for (const chip of chips) {
    expect(boxes.some((box) => box.name === chip.subgraph && inside(chip, box))).toBe(true);
  }
  for (const { from, to, path } of lines) {
    expect(to).toMatchObject({ kind: 'OWNS', name: from.name });
    expect(path).not.toMatch(/NaN|Infinity/);
  }
}

test('the committed supergraph fits one screen, nothing lies upon another', () => {
  const map = mapSupergraph(readFileSync('schema/supergraph.graphql', 'utf8'));
  check(map);
  const { width, height, chips } = layOut(map);
  expect(height / width).toBeLessThan(0.75);
  const owned = chips.filter(({ kind }) => kind === 'OWNS').map(({ name }) => name);
  expect(owned.sort()).toEqual(map.entities.map(({ name }) => name));
});

test('any supergraph is laid out without overlaps', () => {
  const name = fc.stringMatching(/^[A-Z][a-zA-Z]{1,24}$/);
  const names = fc.uniqueArray(name, { minLength: 1, maxLength: 40 });
  const subgraphs = ['a', 'b', 'c', 'd', 'e'].map((one) => ({
    name: one,
    queries: 1,
    mutations: 0,
  }));
  const picks = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), names, picks, (count, entities, choice) => {
      const used = subgraphs.slice(0, count);
      const at = (i: number): string => used[(choice[i % choice.length] ?? 0) % count]?.name ?? 'a';
      check({
        subgraphs: used,
        crossings: [],
        live: [],
        entities: entities.map((entity, i) => ({
          name: entity,
          description: '',
          owner: at(i),
          parts: used
            .filter(({ name: one }) => one === at(i) || one === at(i + 1))
            .map(({ name: subgraph }) => ({
              subgraph,
              keys: ['id'],
              role: subgraph === at(i) ? ('OWNS' as const) : ('ADDS' as const),
              fields: [],
            })),
        })),
      });
    }),
    { numRuns: 60 },
  );
});
