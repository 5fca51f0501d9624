import { HOUR } from '#kernel/clock/clock';
import { sha256 } from '#kernel/json/canonical';
import { EvidenceActs, codes, placeOf } from '../testing/evidence.acts';
import { World } from '../testing/world';

// Files that come in pieces: none is held whole, and nothing of a refused one stays.
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

jest.setTimeout(60_000);

let world: World;
let acts: EvidenceActs;
beforeAll(async () => {
  world = await World.open();
  acts = new EvidenceActs(world);
}, 60_000);
afterAll(async () => {
  expect(await world.violations()).toEqual([]);
  await world.close();
}, 60_000);

const MIB = 1024 * 1024;
let given = 0;
beforeEach(() => (given = 0));
/** So many pieces of 64 KiB; then, if it is told to, the line breaks. */
async function* coming(pieces: number, breaks = false): AsyncGenerator<Buffer> {
  for (let n = 0; n < pieces; n += 1) {
    const piece = Buffer.alloc(64 * 1024, n);
    if (n === 0) PNG.copy(piece);
    given += piece.length;
    yield await Promise.resolve(piece);
  }
  if (breaks) throw new Error('aborted');
}
const pieces = (): Promise<unknown[]> => world.db.query('select 1 as one from "evidencePart"');

test('a file is kept as it was; nothing of its pieces stays', async () => {
  const { id, buyer } = await acts.dispute();
  const { id: uploadId, path } = placeOf(await acts.upload(buyer, id));
  const answer = await acts.serve('PUT', path, coming(320));
  expect(answer.status).toBe(201);
  const all: Buffer[] = [];
  for await (const piece of coming(320)) all.push(piece);
  const whole = Buffer.concat(all);
  expect(JSON.parse(answer.body.toString())).toEqual({ sha256: sha256(whole), size: 20 * MIB });
  expect(await pieces()).toEqual([]);
  const { evidence } = await acts.add(buyer, id, { uploadId, field: 'PHOTO_OF_GOODS' });
  const fetched = await acts.serve('GET', (evidence as { path: string }).path);
  expect(fetched.body.equals(whole)).toBe(true);
});

test('a file is read no further than to what is refused', async () => {
  const { id, buyer } = await acts.dispute();
  const large = placeOf(await acts.upload(buyer, id));
  expect((await acts.serve('PUT', large.path, coming(800))).status).toBe(413);
  expect(given).toBeLessThanOrEqual(21 * MIB);
  const lies = placeOf(await acts.upload(buyer, id, { contentType: 'application/pdf' }));
  given = 0;
  expect((await acts.serve('PUT', lies.path, coming(320))).status).toBe(415);
  expect(given).toBeLessThanOrEqual(MIB);
  expect(await pieces()).toEqual([]);
  expect(codes(await acts.add(buyer, id, { uploadId: large.id }))).toEqual(['EVIDENCE_REFUSED']);
  expect((await acts.serve('PUT', large.path, PNG)).status).toBe(201);
});

test('a file is forgotten when it breaks off, and may come again', async () => {
  const { id, buyer } = await acts.dispute();
  const { id: uploadId, path } = placeOf(await acts.upload(buyer, id));
  await expect(acts.serve('PUT', path, coming(100, true))).rejects.toThrow('aborted');
  expect(await pieces()).toEqual([]);
  expect(codes(await acts.add(buyer, id, { uploadId }))).toEqual(['EVIDENCE_REFUSED']);
  const two = await Promise.all([coming(9), coming(10)].map((one) => acts.serve('PUT', path, one)));
  expect(two.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(await pieces()).toEqual([]);
});

test('nothing is left behind when the process dies: its pieces go with the upload', async () => {
  const { id, buyer } = await acts.dispute();
  const { id: uploadId } = placeOf(await acts.upload(buyer, id));
  await world.db.query(
    `insert into "evidencePart" ("attemptId", number, "uploadId", bytes) values ('upp_1', 1, $1, $2)`,
    [uploadId, PNG],
  );
  await world.advance(HOUR);
  expect(await pieces()).toEqual([]);
});
