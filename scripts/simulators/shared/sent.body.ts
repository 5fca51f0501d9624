import { createHash } from 'node:crypto';
import { Fields } from './fields';
import { formValues } from './form.body';
import { Refusal } from './refusal';

/** A file in a request. */
export interface SentFile {
  name: string;
  type: string;
  bytes: Buffer;
}

/** What a request carries: named values, and files if it is made of them. */
export interface SentBody {
  fields: Fields;
  files: readonly SentFile[];
  /** The same for the same content, whatever stood between the parts of it. */
  content: string;
}

const MAX_BODY_BYTES = 1_000_000;
const MAX_FILES_BYTES = 8_000_000;
const BOUNDARY = /^multipart\/form-data;.*\bboundary="?([^";]{1,70})"?/;
/** A body that is a file itself. */
const PLAIN_FILE = /^(image\/[a-z]+|application\/(pdf|octet-stream))$/;

/** The most that a body of a content type may have. */
export const mostBytes = (type: string): number =>
  BOUNDARY.test(type) || PLAIN_FILE.test(type) ? MAX_FILES_BYTES : MAX_BODY_BYTES;

/** Reads a body by its content type; JSON is the default. */
export function readSent(raw: Buffer, type: string, name: string): SentBody {
  const boundary = BOUNDARY.exec(type)?.[1];
  if (boundary !== undefined) return partsOf(raw, boundary);
  if (PLAIN_FILE.test(type)) {
    const content = `${name} ${type} ${hashOf(raw)}`;
    return { fields: Fields.of({}), files: [{ name, type, bytes: raw }], content };
  }
  const content = raw.toString('utf8');
  return { fields: textFields(content, type), files: [], content };
}

function textFields(text: string, type: string): Fields {
  if (text.trim() === '') return Fields.of({});
  if (type.startsWith('application/x-www-form-urlencoded')) return Fields.of(formValues(text));
  try {
    return Fields.of(JSON.parse(text));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'BODY_INVALID', 'the body is not JSON');
  }
}

function partsOf(raw: Buffer, boundary: string): SentBody {
  const values: Record<string, string> = {};
  const files: SentFile[] = [];
  const content: string[] = [];
  for (const part of cut(raw, Buffer.from(`--${boundary}`))) {
    const end = part.indexOf('\r\n\r\n');
    if (end < 0) throw new Refusal(400, 'BODY_INVALID', 'a part has no headers');
    const head = part.subarray(0, end).toString('utf8');
    const bytes = part.subarray(end + 4, part.length - 2);
    const field = /\bname="([^"]*)"/.exec(head)?.[1] ?? '';
    const name = /\bfilename="([^"]*)"/.exec(head)?.[1];
    const type = /^content-type: *(.+)$/im.exec(head)?.[1]?.trim() ?? '';
    if (name === undefined) values[field] = bytes.toString('utf8');
    else files.push({ name, type, bytes });
    content.push(`${field} ${name ?? ''} ${type} ${hashOf(bytes)}`);
  }
  return { fields: Fields.of(values), files, content: content.join('\n') };
}

/** What stands between the boundaries, each with its last line break. */
function cut(raw: Buffer, boundary: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = raw.indexOf(boundary);
  for (;;) {
    const to = from < 0 ? -1 : raw.indexOf(boundary, from + boundary.length);
    if (to < 0) return parts;
    parts.push(raw.subarray(from + boundary.length, to));
    from = to;
  }
}

/** What names a file's bytes. */
export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
