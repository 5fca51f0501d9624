import fc from 'fast-check';
import { Refusal } from '../errors/refusal';
import type { PageArgs } from './connection.types';
import { connectionOf, pageRequest } from './page';

/** A list of numbers paged as a table would be: keyset, one row more than asked. */
function page(rows: readonly number[], args: PageArgs) {
  const request = pageRequest(args);
  const ordered = request.backward ? [...rows].reverse() : rows;
  const from = request.from === undefined ? -1 : ordered.indexOf(Number(request.from[0]));
  const fetched = ordered.slice(from + 1, from + 2 + request.size);
  return connectionOf(fetched, request, (row) => [row.toString()]);
}

const lists = fc.integer({ min: 0, max: 60 }).map((n) => Array.from({ length: n }, (_, i) => i));
const sizes = fc.integer({ min: 1, max: 25 });

test('pages forwards hold every row once, in order', () => {
  fc.assert(
    fc.property(lists, sizes, (rows, first) => {
      const seen: number[] = [];
      let after: string | null = null;
      for (let more = true; more;) {
        const { nodes, pageInfo } = page(rows, { first, after });
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        seen.push(...nodes);
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      expect(seen).toEqual(rows);
    }),
  );
});

test('pages backwards hold every row once, each page in list order', () => {
  fc.assert(
    fc.property(lists, sizes, (rows, last) => {
      let seen: number[] = [];
      let before: string | null = null;
      for (let more = true; more;) {
        const { nodes, edges, pageInfo } = page(rows, { last, before });
        expect(edges.map(({ node }) => node)).toEqual(nodes);
        seen = [...nodes, ...seen];
        before = pageInfo.startCursor;
        more = pageInfo.hasPreviousPage;
      }
      expect(seen).toEqual(rows);
    }),
  );
});

test('an empty page has no cursors', () => {
  expect(page([], {}).pageInfo).toEqual({
    hasNextPage: false,
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});

const cursor = page([1], {}).pageInfo.endCursor;

test.each<[string, PageArgs]>([
  ['both directions', { first: 1, last: 1 }],
  ['last with after', { last: 1, after: cursor }],
  ['first with before', { first: 1, before: cursor }],
  ['nothing', { first: 0 }],
  ['less than nothing', { last: -1 }],
  ['too much', { first: 101 }],
  ['a cursor that is not base64', { after: '!' }],
  ['a cursor that is not a key', { after: Buffer.from('{"a":1}').toString('base64url') }],
  ['a key of the wrong kind', { after: Buffer.from('[1]').toString('base64url') }],
])('%s is refused', (_what, args) => {
  expect(() => pageRequest(args)).toThrow(Refusal);
  expect(() => pageRequest(args)).toThrow(
    expect.objectContaining({ code: 'BAD_PAGE_ARGUMENTS' }) as Error,
  );
});

test('any text as a cursor is refused or read, never a fault', () => {
  fc.assert(
    fc.property(fc.string(), (after) => {
      try {
        pageRequest({ after });
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    }),
  );
});
