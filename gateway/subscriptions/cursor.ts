import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Position } from '#kernel/events/fact';

/** Where a subscriber stands in each source that can feed its topics. */
export type Vector = ReadonlyMap<string, Position>;

const VERSION = 1;
const TAG_BYTES = 4;
const MAC_BYTES = 12;

/**
 * Cursors of subscriptions: a place in every source's log, in compact base64url, so that any gateway with the same
 * secret can go on from it. The MAC covers the topics, so one made for another order is worth nothing. Sources are
 * named by keyed tags: how the graph is cut into subgraphs is nobody's business.
 */
export class CursorCodec {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly secret: string,
    sources: readonly string[],
  ) {
    for (const source of sources) this.names.set(this.tag(source).toString('hex'), source);
  }

  encode(topics: readonly string[], vector: Vector): string {
    const parts: Buffer[] = [Buffer.from([VERSION])];
    for (const source of [...vector.keys()].sort()) {
      const { epoch, xid, seq } = vector.get(source) as Position;
      parts.push(this.tag(source), varint(BigInt(epoch)), varint(BigInt(xid)), varint(BigInt(seq)));
    }
    const body = Buffer.concat(parts);
    return Buffer.concat([this.mac(topics, body), body]).toString('base64url');
  }

  /** Undefined when it is forged, damaged or made for other topics. */
  decode(topics: readonly string[], text: string): Vector | undefined {
    if (!/^[\w-]{16,1000}$/.test(text)) return undefined;
    const bytes = Buffer.from(text, 'base64url');
    const body = bytes.subarray(MAC_BYTES);
    const mac = bytes.subarray(0, MAC_BYTES);
    if (body.length === 0 || bytes.toString('base64url') !== text) return undefined;
    if (!timingSafeEqual(mac, this.mac(topics, body))) return undefined;
    return body[0] === VERSION ? this.read(body) : undefined;
  }

  private read(body: Buffer): Vector {
    const vector = new Map<string, Position>();
    let at = 1;
    const next = (): bigint => {
      const { value, end } = readVarint(body, at);
      at = end;
      return value;
    };
    while (at < body.length) {
      const source = this.names.get(body.subarray(at, at + TAG_BYTES).toString('hex'));
      at += TAG_BYTES;
      const [epoch, xid, seq] = [Number(next()), next().toString(), next().toString()];
      if (source !== undefined) vector.set(source, { epoch, xid, seq });
    }
    return vector;
  }

  private tag(source: string): Buffer {
    return createHmac('sha256', this.secret)
      .update(`source ${source}`)
      .digest()
      .subarray(0, TAG_BYTES);
  }

  private mac(topics: readonly string[], body: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(`cursor ${JSON.stringify([...topics].sort())}\n`)
      .update(body)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function readVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  let shift = 0n;
  let end = start;
  for (;;) {
    const byte = bytes[end] ?? 0;
    end += 1;
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end };
    shift += 7n;
  }
}
