import fc from 'fast-check';
import { CursorCodec } from './cursor';

const SOURCES = ['marketplace', 'payments', 'fulfillment', 'merchant-services'];
const position = fc.record({
  epoch: fc.integer({ min: 0, max: 32_767 }),
  xid: fc.bigInt(0n, 2n ** 64n - 1n).map(String),
  seq: fc.bigInt(0n, 2n ** 63n - 1n).map(String),
});
const vector = fc
  .uniqueArray(fc.constantFrom(...SOURCES))
  .chain((sources) => fc.tuple(...sources.map((source) => fc.tuple(fc.constant(source), position))))
  .map((entries) => new Map(entries));
const topics = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 3 });
const codec = new CursorCodec('secret', SOURCES);

describe('a cursor', () => {
  it('comes back as it was, also at another gateway and with the topics in any order', () => {
    fc.assert(
      fc.property(vector, topics, (at, about) => {
        const text = new CursorCodec('secret', [...SOURCES].reverse()).encode(about, at);
        expect(text).toMatch(/^[\w-]+$/);
        expect(text.length).toBeLessThanOrEqual(160);
        expect(codec.decode([...about].reverse(), text)).toEqual(at);
      }),
    );
  });

  it('is worth nothing with any bit changed, for other topics or under another secret', () => {
    fc.assert(
      fc.property(vector, topics, fc.nat(), (at, about, where) => {
        const text = codec.encode(about, at);
        const bytes = Buffer.from(text, 'base64url');
        const bit = where % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(codec.decode(about, bytes.toString('base64url'))).toBeUndefined();
        expect(codec.decode([...about, 'order:other'], text)).toBeUndefined();
        expect(new CursorCodec('other', SOURCES).decode(about, text)).toBeUndefined();
      }),
    );
  });

  it('takes any text without a fault and does not name its sources', () => {
    fc.assert(fc.property(fc.string(), (text) => codec.decode(['a'], text) === undefined));
    const text = codec.encode(['a'], new Map([['payments', { epoch: 1, xid: '7', seq: '9' }]]));
    expect(Buffer.from(text, 'base64url').toString('latin1')).not.toContain('pay');
  });

  it('leaves out a source that this gateway does not know', () => {
    const at = { epoch: 1, xid: '7', seq: '9' };
    const text = new CursorCodec('secret', ['old', 'payments']).encode(
      ['a'],
      new Map([
        ['old', at],
        ['payments', at],
      ]),
    );
    expect(codec.decode(['a'], text)).toEqual(new Map([['payments', at]]));
  });
});
