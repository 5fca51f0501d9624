import { accountIds } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import { user } from '../testing/acts';
import { EvidenceActs, codes } from '../testing/evidence.acts';
import { World } from '../testing/world';

jest.setTimeout(60_000);
const operator = user(accountIds.create(), ['OPERATOR']);
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

test('whose own case it is sees what that side sees, operators and auditors too', async () => {
  const { id, buyer, seller } = await acts.dispute();
  await acts.add(buyer, id, { text: 'passport', visibility: 'OPERATORS' });
  await acts.add(seller, id, { text: 'my supplier', visibility: 'OPERATORS' });
  const query = `query ($id: ID!) {
    dispute(id: $id) { evidence { text } } disputeExport(id: $id) }`;
  const secrets = async (viewer: Viewer): Promise<string[]> => {
    const { data } = await world.call(viewer, query, { id });
    const { disputeExport, ...shown } = data as Record<string, unknown>;
    return ['passport', 'my supplier'].filter((text) => {
      const seen = [JSON.stringify(shown), String(disputeExport)].map((one) => one.includes(text));
      expect(new Set(seen).size).toBe(1);
      return seen[0];
    });
  };
  expect(await secrets(operator)).toEqual(['passport', 'my supplier']);
  for (const role of ['OPERATOR', 'AUDITOR']) {
    expect(await secrets(user(buyer.accountId ?? '', [role]))).toEqual(['passport']);
    expect(await secrets(user(seller.accountId ?? '', [role]))).toEqual(['my supplier']);
  }
});

test('a side has room for 80 entries, and cannot take the other’s', async () => {
  const { id, buyer, seller } = await acts.dispute();
  const filled = await Promise.all(
    Array.from({ length: 80 }, (_, n) => acts.add(buyer, id, { text: `page ${String(n)}` })),
  );
  expect(filled.flatMap(codes)).toEqual([]);
  const more = await acts.add(buyer, id, { text: 'page 80' });
  expect(more.userErrors).toMatchObject([
    {
      code: 'EVIDENCE_REFUSED',
      message: 'No more than 80 entries of one side are taken in a case.',
      field: ['input', 'caseId'],
    },
  ]);
  for (const viewer of [seller, operator]) {
    expect(codes(await acts.add(viewer, id, { text: 'my side' }))).toEqual([]);
  }
}, 60_000);
