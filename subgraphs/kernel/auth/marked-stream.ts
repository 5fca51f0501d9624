import { createHmac, timingSafeEqual } from 'node:crypto';

/** Bytes of the mark behind a stream. */
const MARK_BYTES = 32;

/** A stream ended without the right mark: it was cut off, or somebody changed it. */
export class StreamBroken extends Error {}

/**
 * Bytes that are sent as they come cannot be part of the signature before them: behind them comes a mark over that
 * signature and all of them.
 */
export async function* marked(
  secret: string,
  signature: string,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const mark = markOf(secret, signature);
  for await (const piece of body) {
    mark.update(piece);
    yield piece;
  }
  yield mark.digest();
}

/** The bytes without their mark. Throws StreamBroken at their end when it is not right: nothing may be done before. */
export async function* unmarked(
  secret: string,
  signature: string,
  body: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const mark = markOf(secret, signature);
  let last = Buffer.alloc(0);
  for await (const piece of body) {
    const known = last.length === 0 ? piece : Buffer.concat([last, piece]);
    const end = Math.max(0, known.length - MARK_BYTES);
    // a copy: what is yielded is the reader's
    last = Buffer.from(known.subarray(end));
    if (end === 0) continue;
    mark.update(known.subarray(0, end));
    yield known.subarray(0, end);
  }
  const expected = mark.digest();
  if (last.length !== MARK_BYTES || !timingSafeEqual(last, expected)) throw new StreamBroken();
}

const markOf = (secret: string, signature: string) =>
  createHmac('sha256', secret).update(`stream\n${signature}\n`);
