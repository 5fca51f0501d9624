import { accountIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { sha256 } from '#kernel/json/canonical';
import { filedTexts } from '../chargebacks/packet.service';
import { apiKey, user } from '../testing/acts';
import { complain, reaches } from '../testing/complaints';
import { EvidenceActs, codes, placeOf } from '../testing/evidence.acts';
import { World } from '../testing/world';
import { problemsOf } from './dispute-export.rules';
import { firstBrokenEntry } from './evidence-chain.rules';
import { MAX_EVIDENCE_BYTES } from './evidence-type.rules';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const operator = user(accountIds.create(), ['OPERATOR']);
const auditor = user(accountIds.create(), ['AUDITOR']);

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

/** What a viewer sees of a dispute's evidence. */
async function seen(viewer: Viewer, id: string): Promise<{ text: string | null }[] | undefined> {
  const query = `query ($id: ID!) { dispute(id: $id) { evidence { id text path } } }`;
  const { data } = await world.call(viewer, query, { id });
  return (data?.['dispute'] as { evidence: { text: string }[] } | null)?.evidence;
}

test('texts and files go into one chain; the same bytes are kept once', async () => {
  const { id, buyer, seller } = await acts.dispute();
  const before = (await acts.chainOf(id)).length;
  const key = 'twice';
  const first = await acts.add(buyer, id, { text: 'The glass is broken.', idempotencyKey: key });
  expect(first).toMatchObject({
    userErrors: [],
    evidence: { number: before + 1, side: 'BUYER', text: 'The glass is broken.' },
  });
  const again = await acts.add(buyer, id, { text: 'The glass is broken.', idempotencyKey: key });
  expect(again['evidence']).toMatchObject({ id: (first['evidence'] as { id: string }).id });
  for (const viewer of [buyer, seller]) {
    const { id: uploadId, path } = placeOf(await acts.upload(viewer, id));
    expect(await acts.serve('PUT', path, PNG)).toMatchObject({ status: 201 });
    const { evidence, userErrors } = await acts.add(viewer, id, {
      uploadId,
      field: 'PHOTO_OF_GOODS',
    });
    expect(userErrors).toEqual([]);
    expect(evidence).toMatchObject({ sha256: sha256(PNG), contentType: 'image/png', size: 16 });
    const fetched = await acts.serve('GET', (evidence as { path: string }).path);
    expect([fetched.status, fetched.body.equals(PNG)]).toEqual([200, true]);
    expect(fetched.headers['content-disposition']).toMatch(/^attachment/);
  }
  const chain = await acts.chainOf(id);
  expect(chain).toHaveLength(before + 3);
  expect(firstBrokenEntry(chain)).toBeUndefined();
  const blobs = await world.db.query('select hash from "evidenceBlob" where hash = $1', [
    sha256(PNG),
  ]);
  expect(blobs).toHaveLength(1);
  const told = await world.db.query<{ cause: string }>(
    `select data->>'cause' as cause from outbox where subject = $1 and type = 'dispute.updated'`,
    [id],
  );
  expect(told.map(({ cause }) => cause)).toEqual(Array(3).fill('EVIDENCE_ADDED'));
});

test('what the platform knows is filed when a dispute begins', async () => {
  const { id, buyer, group } = await acts.dispute();
  const known = (await seen(buyer, id))?.map(({ text }) => text) ?? [];
  expect(known[0]).toMatch(new RegExp(`^Order ${group.orders[0]!.orderId}: 50.00 EUR, paid 20`));
  expect(known[1]).toMatch(/^Tracked parcel shp_\w+ arrived 20/);
  expect((await acts.chainOf(id)).map(({ side, field }) => [side, field])).toEqual([
    ['SYSTEM', 'RECEIPT'],
    ['SYSTEM', 'PROOF_OF_DELIVERY'],
  ]);
});

test('evidence that lies about its type is refused, and so is too much of it', async () => {
  const { id, buyer } = await acts.dispute();
  const lies = placeOf(await acts.upload(buyer, id, { contentType: 'application/pdf' }));
  expect((await acts.serve('PUT', lies.path, PNG)).status).toBe(415);
  expect(codes(await acts.add(buyer, id, { uploadId: lies.id }))).toEqual(['EVIDENCE_REFUSED']);
  const large = placeOf(await acts.upload(buyer, id));
  const bytes = Buffer.concat([PNG, Buffer.alloc(MAX_EVIDENCE_BYTES)]);
  expect((await acts.serve('PUT', large.path, bytes)).status).toBe(413);
  const text = placeOf(
    await acts.upload(buyer, id, { contentType: 'text/plain', fileName: 'a.txt' }),
  );
  const card = Buffer.from('my card is 4242 4242 4242 4242, thanks');
  expect((await acts.serve('PUT', text.path, card)).status).toBe(422);
  expect((await acts.serve('PUT', text.path, Buffer.from('better'))).status).toBe(201);
  expect((await acts.serve('PUT', text.path, Buffer.from('better'))).status).toBe(201);
  expect((await acts.serve('PUT', text.path, Buffer.from('another'))).status).toBe(409);
  for (const [more, code] of [
    [{ contentType: 'image/svg+xml' }, 'EVIDENCE_REFUSED'],
    [{ fileName: '../a.png' }, 'EVIDENCE_REFUSED'],
    [{ fileName: 'a\u0000.png' }, 'EVIDENCE_REFUSED'],
    [{ fileName: '4242424242424242.png' }, 'CARD_NUMBER_REFUSED'],
    [{ caseId: 'dsp_nothing' }, 'NOT_FOUND'],
  ] as const) {
    expect(codes(await acts.upload(buyer, id, more))).toEqual([code]);
  }
  for (const [more, code] of [
    [{}, 'EVIDENCE_REFUSED'],
    [{ text: 'a', uploadId: text.id }, 'EVIDENCE_REFUSED'],
    [{ text: '  ' }, 'EVIDENCE_REFUSED'],
    [{ text: 'a\u0000' }, 'EVIDENCE_REFUSED'],
    [{ text: 'x'.repeat(20_001) }, 'EVIDENCE_REFUSED'],
    [{ text: 'a', field: 'PHOTO_OF_GOODS' }, 'EVIDENCE_REFUSED'],
    [{ uploadId: text.id, field: 'PHOTO_OF_GOODS' }, 'EVIDENCE_REFUSED'],
    [{ uploadId: large.id }, 'EVIDENCE_REFUSED'],
    [{ text: 'card 4242424242424242' }, 'CARD_NUMBER_REFUSED'],
  ] as const) {
    expect(codes(await acts.add(buyer, id, more))).toEqual([code]);
  }
  expect((await acts.chainOf(id)).filter(({ side }) => side === 'BUYER')).toEqual([]);
});

test('links end after five minutes, open one thing one way, and tell nothing else', async () => {
  const { id, buyer } = await acts.dispute();
  const { path } = placeOf(await acts.upload(buyer, id));
  expect((await acts.serve('GET', path)).status).toBe(403);
  expect((await acts.serve('PUT', `${path}x`, PNG)).status).toBe(403);
  world.clock.advance(5 * MINUTE);
  expect((await acts.serve('PUT', path, PNG)).status).toBe(403);
  const forgotten = placeOf(await acts.upload(buyer, id));
  await acts.serve('PUT', forgotten.path, PNG);
  await world.advance(HOUR);
  expect(codes(await acts.add(buyer, id, { uploadId: forgotten.id }))).toEqual([
    'EVIDENCE_REFUSED',
  ]);
  expect(
    await world.db.query('select 1 as one from "evidenceUpload" where id = $1', [forgotten.id]),
  ).toEqual([]);
});

test('strangers, other sellers, keys without the scope and auditors add nothing', async () => {
  const { id, buyer, group } = await acts.dispute();
  const other = await acts.dispute();
  const { sellerId } = group.orders[0]!;
  const refused: readonly (readonly [Viewer, string])[] = [
    [user(accountIds.create()), 'NOT_FOUND'],
    [other.buyer, 'NOT_FOUND'],
    [other.seller, 'NOT_FOUND'],
    [auditor, 'NOT_FOUND'],
    [apiKey([sellerId], ['payments:read']), 'FORBIDDEN'],
    [apiKey([other.group.orders[0]!.sellerId], ['payments:write']), 'NOT_FOUND'],
  ];
  for (const [viewer, code] of refused) {
    expect(codes(await acts.add(viewer, id, { text: 'x' }))).toEqual([code]);
    expect(codes(await acts.upload(viewer, id))).toEqual([code]);
  }
  const mine = placeOf(await acts.upload(buyer, id));
  await acts.serve('PUT', mine.path, PNG);
  // a file of somebody else, or of another case
  for (const viewer of [operator, apiKey([sellerId], ['payments:write'])]) {
    expect(codes(await acts.add(viewer, id, { uploadId: mine.id }))).toEqual(['EVIDENCE_REFUSED']);
    expect(codes(await acts.add(viewer, id, { text: 'mine' }))).toEqual([]);
  }
  expect(codes(await acts.add(other.buyer, other.id, { uploadId: mine.id }))).toEqual([
    'EVIDENCE_REFUSED',
  ]);
});

test('what is for operators is seen by them and by the side that added it', async () => {
  const { id, buyer, seller } = await acts.dispute();
  await acts.add(buyer, id, { text: 'for both' });
  await acts.add(buyer, id, { text: 'passport', visibility: 'OPERATORS' });
  await acts.add(seller, id, { text: 'my supplier', visibility: 'OPERATORS' });
  const texts = async (viewer: Viewer): Promise<(string | null)[] | undefined> => {
    const known = ['for both', 'passport', 'my supplier'];
    const all = (await seen(viewer, id))?.map(({ text }) => text);
    return all?.filter((text) => known.includes(text ?? ''));
  };
  expect(await texts(buyer)).toEqual(['for both', 'passport']);
  expect(await texts(seller)).toEqual(['for both', 'my supplier']);
  for (const viewer of [operator, auditor]) {
    expect(await texts(viewer)).toEqual(['for both', 'passport', 'my supplier']);
  }
  expect(await texts(user(accountIds.create()))).toBeUndefined();
});

test('texts of the seller’s side that the buyer knows are handed on to the bank', async () => {
  const { id, buyer, seller, group } = await acts.dispute();
  await acts.add(buyer, id, { text: 'broken' });
  await acts.add(seller, id, { text: 'my supplier', visibility: 'OPERATORS' });
  await acts.add(seller, id, { text: 'RR 1', field: 'SHIPPING_TRACKING_NUMBER' });
  const [payment] = await world.db.query<{ id: string }>(
    'select id from payment where "buyerId" = $1',
    [group.buyerId],
  );
  expect(await filedTexts(world.db, { id: 'cbk', paymentId: payment?.id ?? '' })).toEqual([
    { field: 'SHIPPING_TRACKING_NUMBER', text: 'RR 1' },
  ]);
});

test('a chargeback takes evidence of its own until it is answered: the seller’s and operators’, not the buyer’s', async () => {
  world.clock.advance(Date.now() - world.clock.now().getTime()); // or webhooks of now are refused
  const group = world.group([5_000n]);
  const member = accountIds.create();
  await world.openSeller(group.orders[0]?.sellerId ?? '', member, false);
  await world.pay(group);
  const { id } = await complain(world, group);
  const seller = user(member);
  expect(codes(await acts.add(seller, id, { text: 'A receipt.', field: 'RECEIPT' }))).toEqual([]);
  await acts.add(operator, id, { text: 'for us', visibility: 'OPERATORS' });
  for (const stranger of [
    user(group.buyerId),
    user(accountIds.create()),
    auditor,
    apiKey([], []),
  ]) {
    const refused = await acts.add(stranger, id, { text: 'no' });
    expect(codes(refused)[0]).toMatch(/^(NOT_FOUND|FORBIDDEN)$/);
  }
  const shown = (viewer: Viewer) => acts.ofChargeback(viewer, id);
  expect(await shown(seller)).toEqual(['A receipt.']);
  expect(await shown(operator)).toEqual(['A receipt.', 'for us']);
  expect(await shown(auditor)).toEqual(['A receipt.', 'for us']);
  expect(await shown(user(group.buyerId))).toBeNull();
  expect(await shown(user(group.buyerId, ['OPERATOR']))).toBeNull();
  expect(await shown(user(member, ['OPERATOR']))).toEqual(['A receipt.']);
  expect(await shown(user(accountIds.create()))).toBeNull();
  // nobody answers: 48 hours before the bank's day the best that is there goes out
  const due = 5 * DAY + HOUR;
  await world.advance(due);
  await world.settled(); // what waits for that day would wait again once the clock is back
  world.clock.advance(-due);
  await reaches(world, id, 'UNDER_REVIEW');
  const [sent] = await world.db.query<{ request: { fields: Record<string, string> } }>(
    'select request from "pspOperation" where subject = $1',
    [id],
  );
  expect(sent?.request.fields['uncategorized_text']).toMatch(/A receipt\.$/);
  expect(JSON.stringify(sent)).not.toContain('for us');
  expect(codes(await acts.add(seller, id, { text: 'more' }))).toEqual(['EVIDENCE_CLOSED']);
});

test('a case that is over takes nothing more', async () => {
  const { id, buyer, seller } = await acts.dispute();
  const { id: uploadId, path } = placeOf(await acts.upload(buyer, id));
  await acts.serve('PUT', path, PNG);
  const withdrawn = await world.mutate(
    buyer,
    'disputeWithdraw',
    { disputeId: id, idempotencyKey: 'w' },
    'dispute { state }',
  );
  expect(withdrawn.userErrors).toEqual([]);
  for (const viewer of [buyer, seller, operator]) {
    expect(codes(await acts.add(viewer, id, { text: 'late' }))).toEqual(['EVIDENCE_CLOSED']);
    expect(codes(await acts.upload(viewer, id))).toEqual(['EVIDENCE_CLOSED']);
  }
  expect(codes(await acts.add(buyer, id, { uploadId }))).toEqual(['EVIDENCE_CLOSED']);
});

test('an export holds for each reader, hides what they may not see, and is nobody else’s', async () => {
  const { id, buyer, seller } = await acts.dispute();
  await acts.add(buyer, id, { text: 'for both' });
  await acts.add(buyer, id, { text: 'passport', visibility: 'OPERATORS' });
  const read = async (viewer: Viewer): Promise<string | null> => {
    const query = 'query ($id: ID!) { disputeExport(id: $id) }';
    return (await world.call(viewer, query, { id })).data?.['disputeExport'] as string | null;
  };
  for (const [viewer, secret] of [
    [buyer, true],
    [seller, false],
    [operator, true],
    [auditor, true],
  ] as const) {
    const file = (await read(viewer)) ?? '';
    expect(problemsOf(file)).toEqual([]);
    expect([file.includes('for both'), file.includes('passport')]).toEqual([true, secret]);
    expect(problemsOf(file.replace('for both', 'for each'))).not.toEqual([]);
  }
  expect(await read(user(accountIds.create()))).toBeNull();
});

test('64 at once make one unbroken chain', async () => {
  const { id, buyer, seller } = await acts.dispute();
  const before = (await acts.chainOf(id)).length;
  const all = await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      acts.add(n % 2 === 0 ? buyer : seller, id, { text: `number ${String(n % 8)}` }),
    ),
  );
  expect(all.flatMap(codes)).toEqual([]);
  const chain = await acts.chainOf(id);
  expect(chain).toHaveLength(before + 64);
  expect(firstBrokenEntry(chain)).toBeUndefined();
}, 60_000);
