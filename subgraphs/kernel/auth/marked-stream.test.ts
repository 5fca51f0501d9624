import fc from 'fast-check';
import { StreamBroken, marked, unmarked } from './marked-stream';

async function* pieces(...all: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const one of all) yield await Promise.resolve(one);
}

async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const one of stream) all.push(one);
  return Buffer.concat(all);
}

/** The same bytes cut anew. */
const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );

test('what is sent comes out, however it is cut on its way', async () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 70 }), async (given, size) => {
      const sent = await whole(marked('secret', 'sig', pieces(Buffer.from(given))));
      const got = await whole(unmarked('secret', 'sig', pieces(...cut(sent, size))));
      expect(got.equals(Buffer.from(given))).toBe(true);
    }),
  );
});

test.each([
  ['a changed byte', (sent: Buffer) => Buffer.concat([Buffer.from('X'), sent.subarray(1)]), 'sig'],
  ['less', (sent: Buffer) => sent.subarray(0, -1), 'sig'],
  ['nothing', () => Buffer.alloc(0), 'sig'],
  ['more', (sent: Buffer) => Buffer.concat([sent, Buffer.from('x')]), 'sig'],
  ['another call', (sent: Buffer) => sent, 'other'],
])('%s is broken', async (_what, change, signature) => {
  const sent = change(await whole(marked('secret', 'sig', pieces(Buffer.from('some bytes')))));
  await expect(whole(unmarked('secret', signature, pieces(sent)))).rejects.toThrow(StreamBroken);
});
