/** Kinds of content that evidence may have. */
export const EVIDENCE_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'application/pdf',
  'text/plain',
] as const;
export type EvidenceType = (typeof EVIDENCE_TYPES)[number];

/** Largest piece of evidence: 20 MiB. */
export const MAX_EVIDENCE_BYTES = 20 * 1024 * 1024;

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const JPEG = Buffer.from('ffd8ff', 'hex');
const PDF = Buffer.from('%PDF-');
/** Control characters that no text has, but tab, line feed, form feed and carriage return. */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

const startsWith = (bytes: Buffer, magic: Buffer): boolean =>
  bytes.subarray(0, magic.length).equals(magic);

/**
 * What bytes are by their own beginning (12 of them, if there are so many), whatever anybody calls them; undefined when it
 * is none of ours. Whether a text goes on as one is seen as it comes.
 */
export function sniffType(bytes: Buffer): EvidenceType | undefined {
  if (bytes.length === 0) return undefined;
  if (startsWith(bytes, PNG)) return 'image/png';
  if (startsWith(bytes, JPEG)) return 'image/jpeg';
  if (startsWith(bytes, PDF)) return 'application/pdf';
  const container = bytes.subarray(0, 4).toString('latin1');
  if (container === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP')
    return 'image/webp';
  return printable(newDecoder(), bytes, true) === undefined ? undefined : 'text/plain';
}

/** The text that bytes are; undefined when they are not printable UTF-8. */
export function textOf(bytes: Buffer): string | undefined {
  return printable(newDecoder(), bytes, false);
}

/** Reads UTF-8 piece by piece. */
type Decoder = InstanceType<typeof TextDecoder>;

export const newDecoder = (): Decoder => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that the next bytes are; undefined when they are none. `goesOn`: a character may be cut at their end. */
export function printable(decoder: Decoder, bytes: Buffer, goesOn: boolean): string | undefined {
  try {
    const text = decoder.decode(bytes, { stream: goesOn });
    return UNPRINTABLE.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
