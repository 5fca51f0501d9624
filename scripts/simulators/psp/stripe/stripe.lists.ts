import { type Call, type Reply } from '../../shared/http.routes';

/** A page of a list, newest first: `limit`, `starting_after`, and `created[gte]`, `created[lt]` in seconds. */
export function listReply<T extends { id: string; createdAt: string }>(
  { query }: Call,
  objects: Iterable<T>,
  view: (object: T) => object,
): Reply {
  const from = Number(query.get('created[gte]') ?? '0');
  const to = Number(query.get('created[lt]') ?? 'Infinity');
  const limit = Math.min(Number(query.get('limit') ?? '10'), 100);
  const found = [...objects]
    .filter(({ createdAt }) => {
      const at = Math.floor(Date.parse(createdAt) / 1_000);
      return at >= from && at < to;
    })
    .reverse();
  const after = query.get('starting_after');
  const start = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
  const page = found.slice(start, start + limit);
  return {
    status: 200,
    body: {
      object: 'list',
      data: page.map(view),
      has_more: start + limit < found.length,
      url: '',
    },
  };
}
