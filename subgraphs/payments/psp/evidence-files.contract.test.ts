import { createHash } from 'node:crypto';
import { PspBench, operationId } from '../testing/psp.contract';

jest.setTimeout(60_000);

// What every adapter must keep about files of evidence, against a PSP process that speaks its dialect.
describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let bench: PspBench;
  beforeAll(async () => {
    bench = await PspBench.open(dialect);
  });
  afterAll(() => bench.close());

  const png = (more: string) =>
    Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(more)]);
  const file = (content: Buffer, name = 'bill.png', contentType = 'image/png') => ({
    ...{ content, name, contentType },
  });
  const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  async function disputed(): Promise<string> {
    const { id: paymentId } = await bench.charge('5000');
    const complaint = { paymentId, reason: 'general', outcome: 'won' };
    const { id } = (await bench.psp.post('/sim/disputes', complaint)) as { id: string };
    return id;
  }

  test('a file is kept to the byte, once for its key, and goes with the answer', async () => {
    const pspDisputeId = await disputed();
    const content = png('\r\n--x\r\n\u0000');
    const key = operationId();
    const kept = await bench.port.keepFile(key, file(content));
    expect(await bench.port.keepFile(key, file(content))).toEqual(kept);
    expect((await bench.port.keepFile(key, file(png('other')))).kind).not.toBe('FILE');
    if (kept.kind !== 'FILE') throw new Error(JSON.stringify(kept));
    const { files } = await bench.psp.books();
    expect(files.filter(({ sha256 }) => sha256 === hashOf(content))).toMatchObject([
      { id: kept.id, name: 'bill.png', type: 'image/png', size: content.length },
    ]);
    const fields = { receipt: kept.id, uncategorized_text: 'x'.repeat(20_000) };
    await bench.make({ kind: 'EVIDENCE', pspDisputeId, fields });
    const { disputes } = await bench.psp.books();
    expect(disputes.find(({ id }) => id === pspDisputeId)?.evidence).toEqual(fields);
  });

  test('what it does not take is refused, up to the limits it is not', async () => {
    const { types, maxBytes, maxBytesTogether } = bench.port.capabilities.evidenceFiles;
    const webp = file(Buffer.from('RIFF'), 'a.webp', 'image/webp');
    expect(types).not.toContain('image/webp');
    expect((await bench.port.keepFile(operationId(), webp)).kind).toBe('REFUSED');
    const most = file(Buffer.alloc(maxBytes, 1));
    expect((await bench.port.keepFile(operationId(), most)).kind).toBe('FILE');
    const half = file(Buffer.alloc(maxBytesTogether / 2 + 1, 2));
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const reply = await bench.port.keepFile(operationId(), half);
        return reply.kind === 'FILE' ? reply.id : '';
      }),
    );
    const [receipt = '', refund_policy = ''] = ids;
    const pspDisputeId = await disputed();
    const answer = { kind: 'EVIDENCE', pspDisputeId, fields: { receipt, refund_policy } } as const;
    expect((await bench.send(answer)).reply.kind).toBe('REFUSED');
    const unknown = { ...answer, fields: { receipt: 'file_nobody' } };
    expect((await bench.send(unknown)).reply.kind).toBe('REFUSED');
    await bench.make({ ...answer, fields: { receipt } });
  });

  test('a lost reply is lost, and the same key then tells the same file', async () => {
    // Stripe's package tries once more after a reset
    await bench.psp.faults({ match: 'POST *files', kind: 'drop_after', times: 2 });
    const key = operationId();
    const content = png('lost');
    expect((await bench.port.keepFile(key, file(content))).kind).toBe('LOST');
    await bench.psp.faults();
    expect((await bench.port.keepFile(key, file(content))).kind).toBe('FILE');
    const { files } = await bench.psp.books();
    expect(files.filter(({ sha256 }) => sha256 === hashOf(content))).toHaveLength(1);
  });
});
