import { createHash } from 'node:crypto';
import { until } from '#kernel/testing/until';
import { user } from '../testing/acts';
import { type SeenChargeback, complain, reaches } from '../testing/complaints';
import { MEMBER, operator } from '../testing/dispute.acts';
import { EvidenceActs, codes, placeOf } from '../testing/evidence.acts';
import { key } from '../testing/risk.acts';
import { World } from '../testing/world';

jest.setTimeout(90_000);
const seller = user(MEMBER);
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

// The same files in either dialect of the PSP.
describe.each([
  ['generic', 'POST *files', 'POST *evidence'],
  ['stripe', 'POST *files', 'POST *disputes/*'],
] as const)('%s', (dialect, uploads, answers) => {
  let world: World;
  let acts: EvidenceActs;
  beforeAll(async () => {
    world = await World.open(dialect);
    acts = new EvidenceActs(world);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.psp.faults();
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });

  async function disputed(): Promise<SeenChargeback> {
    const group = world.group([10_000n]);
    await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, false);
    await world.pay(group);
    return complain(world, group, { outcome: 'won' });
  }

  async function file(
    id: string,
    field: string,
    bytes: Buffer<ArrayBuffer>,
    fileName: string,
  ): Promise<void> {
    const place = placeOf(await acts.upload(seller, id, { fileName }));
    expect(await acts.serve('PUT', place.path, bytes)).toMatchObject({ status: 201 });
    expect(codes(await acts.add(seller, id, { field, uploadId: place.id }))).toEqual([]);
  }

  /** What the PSP has of a case: by field, the hash of a file or the text. */
  async function answerOf({ pspDisputeId }: SeenChargeback): Promise<Record<string, string>> {
    const { disputes, files } = await world.psp.books();
    const evidence = disputes.find(({ id }) => id === pspDisputeId)?.evidence ?? {};
    return Object.fromEntries(
      Object.entries(evidence).map(([field, said]) => [
        field,
        files.find(({ id }) => id === said)?.sha256 ?? said,
      ]),
    );
  }

  test('files go with the answer, one for each field, once, whatever replies are lost', async () => {
    const seen = await disputed();
    const png = (more: string) => Buffer.concat([PNG, Buffer.from(`${more} ${dialect}`)]);
    const [old, bill, photo] = [png('old'), png('bill'), png('photo')] as const;
    await file(seen.id, 'RECEIPT', old, 'old.png');
    world.clock.advance(1);
    await file(seen.id, 'RECEIPT', bill, 'bill.png');
    await file(seen.id, 'PHOTO_OF_GOODS', photo, 'photo.png');
    // Stripe's package tries once more after a reset
    await world.psp.faults(
      { match: uploads, kind: 'drop_after', times: 3 },
      { match: answers, kind: 'drop_after', times: 2 },
    );
    expect(codes(await world.chargebackAnswer(operator, seen.id, key()))).toEqual([]);
    await until(
      async () => {
        world.clock.advance(200);
        await world.db.query(
          `update "pspOperation" set "nextAt" = $2 where subject = $1 and state = 'UNKNOWN'`,
          [seen.id, world.clock.now()],
        );
        for (const loop of world.payments.loops) loop.wake();
        const done = `select 1 as one from "pspOperation" where subject = $1 and state = 'SUCCEEDED'`;
        return (await world.db.query(done, [seen.id])).length > 0;
      },
      'the answer to be settled',
      30_000,
    );
    const answer = await answerOf(seen);
    expect(answer).toMatchObject({ receipt: hashOf(bill), uncategorized_file: hashOf(photo) });
    const notes = answer['uncategorized_text'] ?? '';
    expect(notes).toContain(`Enclosed: RECEIPT bill.png (SHA-256 ${hashOf(bill)})`);
    expect(notes).toContain(`Not enclosed, to be had from us: RECEIPT old.png`);
    const { files } = await world.psp.books();
    expect(files.map(({ name }) => name).sort()).toEqual(['bill.png', 'photo.png']);
    await reaches(world, seen.id, 'WON');
  });

  test('what the PSP does not take stays behind, and the answer goes', async () => {
    const seen = await disputed();
    await file(seen.id, 'RECEIPT', Buffer.concat([PNG, Buffer.alloc(4_500_001)]), 'big.png');
    expect(codes(await world.chargebackAnswer(operator, seen.id, key()))).toEqual([]);
    await reaches(world, seen.id, 'WON');
    const answer = await answerOf(seen);
    expect(Object.keys(answer)).not.toContain('receipt');
    expect(answer['uncategorized_text']).toContain('to be had from us: RECEIPT big.png');
  });
});
