import { randomFillSync } from 'node:crypto';

/**
 * Public ids are TypeIDs: a prefix that names the kind, `_`, and a UUIDv7 in Crockford base 32.
 * Opaque, sortable by creation and branded, so that an order id does not compile where an escrow id belongs.
 */
export type Id<Prefix extends string> = string & { readonly __prefix: Prefix };

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** One kind of id: makes new ones and recognises well-formed ones. */
export interface IdKind<Prefix extends string> {
  readonly prefix: Prefix;
  /** A fresh id; two made in one process never collide and sort by time. */
  create(): Id<Prefix>;
  /** The text as this kind of id, or undefined when it is not one. */
  parse(text: string): Id<Prefix> | undefined;
  /** A stable id of this kind from another id's UUID: same input, same id. */
  from(other: string): Id<Prefix>;
}

export function idKind<Prefix extends string>(prefix: Prefix): IdKind<Prefix> {
  const start = `${prefix}_`;
  const isKind = (text: string): text is Id<Prefix> =>
    text.startsWith(start) && SUFFIX.test(text.slice(start.length));
  return {
    prefix,
    create: () => `${start}${encode(uuidV7())}` as Id<Prefix>,
    parse: (text) => (isKind(text) ? text : undefined),
    from: (other) => `${start}${encode(uuidBytes(other))}` as Id<Prefix>,
  };
}

/** The prefix of an id (`ord` of `ord_…`), or undefined when it is not a well-formed id. */
export function prefixOf(text: string): string | undefined {
  const at = text.lastIndexOf('_');
  return at > 0 && SUFFIX.test(text.slice(at + 1)) ? text.slice(0, at) : undefined;
}

/** The UUID inside an id, as the ledger stores it. */
export function uuidOf(id: string): string {
  const hex = uuidBytes(id).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The id of a kind that holds this UUID. */
export const idOfUuid = <Prefix extends string>(kind: IdKind<Prefix>, uuid: string): Id<Prefix> =>
  `${kind.prefix}_${encode(Buffer.from(uuid.replaceAll('-', ''), 'hex'))}` as Id<Prefix>;

let lastMs = 0;
let counter = 0;

/** RFC 9562 UUIDv7, monotonic within the process (the 12 bits after the time are a counter). */
function uuidV7(): Buffer {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = bytes.readUInt16BE(6) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes;
}

/** 128 bits as 26 base-32 characters, most significant first. */
function encode(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let out = '';
  for (let i = 0; i < 26; i++) {
    out = (ALPHABET[Number(value & 31n)] ?? '0') + out;
    value >>= 5n;
  }
  return out;
}

function uuidBytes(id: string): Buffer {
  const suffix = id.slice(id.lastIndexOf('_') + 1);
  if (!SUFFIX.test(suffix)) throw new RangeError(`not an id: ${id.slice(0, 40)}`);
  let value = 0n;
  for (const character of suffix) value = (value << 5n) | BigInt(ALPHABET.indexOf(character));
  return Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
}
