import { Refusal } from '../errors/refusal';
import type { Connection, Count, PageArgs } from './connection.types';

/** How long a page is when the client does not say. */
export const DEFAULT_PAGE = 20;
const MAX_SIZE = 100;

/** A page request in the terms of keyset paging. */
export interface PageRequest {
  /** How many rows to show; fetch one more to learn whether others follow. */
  readonly size: number;
  /** True when the rows must be fetched in reverse order. */
  readonly backward: boolean;
  /** Key of the row to start behind (in fetching order), as `keyOf` gave it. */
  readonly from: readonly string[] | undefined;
}

/** Checks the arguments of a connection. Bad ones are refused with BAD_PAGE_ARGUMENTS. */
export function pageRequest(args: PageArgs): PageRequest {
  const { first, last, after, before } = args;
  if (first != null && last != null) throw bad('give first or last, not both');
  const backward = last != null;
  if (backward ? after != null : before != null)
    throw bad('after goes with first, before with last');
  const size = (backward ? last : first) ?? DEFAULT_PAGE;
  if (size < 1 || size > MAX_SIZE) throw bad(`a page holds 1 to ${MAX_SIZE} items`);
  const cursor = backward ? before : after;
  return { size, backward, from: cursor == null ? undefined : decodeCursor(cursor) };
}

/** Makes the connection of a page from rows fetched in the request's order, one more than its size. */
export function connectionOf<T>(
  fetched: readonly T[],
  request: PageRequest,
  keyOf: (row: T) => readonly string[],
  totalCount: Count | null = null,
): Connection<T> {
  const more = fetched.length > request.size;
  const rows = fetched.slice(0, request.size);
  if (request.backward) rows.reverse();
  const edges = rows.map((node) => ({ node, cursor: encodeCursor(keyOf(node)) }));
  const others = request.from !== undefined;
  return {
    edges,
    nodes: rows,
    pageInfo: {
      hasNextPage: request.backward ? others : more,
      hasPreviousPage: request.backward ? more : others,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** SQL of a page of rows newest first by id, which sorts by time: the key and the size are parameters from `first` on. */
export const keyset = ({ backward }: PageRequest, first: number): string =>
  `and ($${first}::text is null or id ${backward ? '>' : '<'} $${first})
   order by id ${backward ? 'asc' : 'desc'} limit $${first + 1}`;

const encodeCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

function decodeCursor(cursor: string): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // fall through: the same answer for every malformed cursor
  }
  throw bad('this cursor is not from this list');
}

const bad = (message: string): Refusal => new Refusal('BAD_PAGE_ARGUMENTS', message);
