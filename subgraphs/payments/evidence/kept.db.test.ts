import { accountIds, orderGroupIds } from '#contracts/ids';
import { sha256 } from '#kernel/json/canonical';
import { user } from '../testing/acts';
import { EvidenceActs } from '../testing/evidence.acts';
import { type PlacedGroup, World } from '../testing/world';

const CONTRACT = '{"orderId":"ord_1","title":"Füller"}';

jest.setTimeout(60_000);

let world: World;
let acts: EvidenceActs;
beforeAll(async () => {
  world = await World.open();
  acts = new EvidenceActs(world);
}, 60_000);
afterAll(() => world.close(), 60_000);

/** A paid order whose request names the hash of a contract. */
async function paid(contract = CONTRACT): Promise<PlacedGroup> {
  const group = world.group([5_000n]);
  const orders = group.request.orders.map((order) => ({
    ...order,
    contractHash: contract === '' ? '' : sha256(contract),
  }));
  const agreed = { ...group, request: { ...group.request, orders } };
  expect((await world.pay(agreed)).userErrors).toEqual([]);
  await world.settled();
  return agreed;
}

async function placed({ buyerId, orders }: PlacedGroup, contract: string): Promise<void> {
  const [order] = orders;
  await world.hear('order.placed', {
    orderId: order!.orderId,
    sellerId: order!.sellerId,
    buyerId,
    orderGroupId: orderGroupIds.create(),
    number: '1-1',
    currency: 'EUR',
    totalMinor: '5000',
    commissionMinor: '500',
    shippingMinor: '0',
    shipTo: { name: 'A', street: 'B', city: 'C', region: null, postalCode: '1', country: 'DE' },
    contract,
    lines: [],
  });
}

const read = async (viewer: ReturnType<typeof user>, { orders }: PlacedGroup) => {
  const { escrowId } = (
    await world.db.query<{ escrowId: string }>(
      'select id as "escrowId" from escrow where "orderId" = $1',
      [orders[0]!.orderId],
    )
  )[0]!;
  const query = `query ($id: ID!) { escrow(id: $id) { contract { hash text } } }`;
  const { data } = await world.call(viewer, query, { id: escrowId });
  return (data?.['escrow'] as { contract: unknown } | null)?.contract;
};

test('the contract that was funded is kept word for word, for its parties only', async () => {
  const group = await paid();
  const buyer = user(group.buyerId);
  expect(await read(buyer, group)).toBeNull();
  await placed(group, CONTRACT);
  await placed(group, CONTRACT); // heard again
  const expected = { hash: sha256(CONTRACT), text: CONTRACT };
  const seller = accountIds.create();
  await world.openSeller(group.orders[0]!.sellerId, seller, false);
  const operator = user(accountIds.create(), ['OPERATOR']);
  const auditor = user(accountIds.create(), ['AUDITOR']);
  for (const viewer of [buyer, user(seller), operator, auditor]) {
    expect(await read(viewer, group)).toEqual(expected);
  }
  expect(await read(user(accountIds.create()), group)).toBeUndefined();
  expect(await world.violations()).toEqual([]);
});

test('another text than the funded one is not kept, nor one when nothing was agreed', async () => {
  for (const contract of [CONTRACT, '']) {
    const group = await paid(contract);
    await placed(group, `${CONTRACT} `);
    await placed(group, '');
    expect(await read(user(group.buyerId), group)).toBeNull();
  }
});

test('a text that comes before the agreement is thrown back', async () => {
  const group = world.group([5_000n]);
  await expect(placed(group, CONTRACT)).rejects.toThrow('no agreement');
});

test('a request under another contract is refused, and the fact of the group is an alarm', async () => {
  const group = await paid();
  const orders = group.request.orders.map((order) => ({ ...order, contractHash: sha256('x') }));
  const { part: _part, ...terms } = { ...group.request, orders };
  await world.hear('order_group.placed', terms);
  const [escrow] = await world.db.query('select "contractHash" from escrow where "orderId" = $1', [
    group.orders[0]!.orderId,
  ]);
  expect(escrow).toEqual({ contractHash: sha256(CONTRACT) });
});

test('nobody changes a kept contract, and the view sees who did', async () => {
  const group = await paid();
  await placed(group, CONTRACT);
  const { orderId } = group.orders[0]!;
  for (const sql of [
    `update "contractSnapshot" set text = 'x' where "orderId" = $1`,
    'delete from "contractSnapshot" where "orderId" = $1',
  ]) {
    await expect(world.db.query(sql, [orderId])).rejects.toThrow('never changes');
  }
  await expect(
    world.break(`update "contractSnapshot" set text = 'x' where "orderId" = '${orderId}'`),
  ).rejects.toThrow('never changes');
  const off = 'alter table "contractSnapshot" disable trigger kept;';
  await expect(
    world.break(`${off} update "contractSnapshot" set text = 'x' where "orderId" = '${orderId}'`),
  ).rejects.toThrow('contract_is_its_hash');
  await world.break(
    `${off} update "contractSnapshot" set text = 'x', hash = '${sha256('x')}' where "orderId" = '${orderId}'`,
  );
  expect(await world.violations()).toEqual([
    { invariant: 'I50', subject: orderId, detail: 'contract <> the funded hash' },
  ]);
  await world.break(
    `delete from "contractSnapshot" where "orderId" = '${orderId}';
     alter table "contractSnapshot" enable always trigger kept`,
  );
});

test('nobody changes evidence, whoever they are; what a superuser tears is found', async () => {
  const { id, buyer } = await acts.dispute();
  await acts.add(buyer, id, { text: 'first' });
  await acts.add(buyer, id, { text: 'second' });
  for (const sql of [
    `update evidence set side = 'SELLER' where "caseId" = '${id}'`,
    `delete from evidence where "caseId" = '${id}'`,
    'truncate evidence',
    `update "evidenceBlob" set content = 'x'`,
    'delete from "evidenceBlob"',
    `set session_replication_role = replica; delete from evidence where "caseId" = '${id}'`,
  ]) {
    await expect(world.break(sql)).rejects.toThrow('never changes');
  }
  const [last] = (await acts.chainOf(id)).slice(-1);
  const copy = `select 'evd_x', "caseId", number + 2, field, side, "uploadedBy", visibility,
    "contentHash", "contentType", size, "fileName", "addedAt", "entryHash", 'x'
    from evidence where id = '${last!.id}'`;
  await expect(world.break(`insert into evidence ${copy}`)).rejects.toThrow('follows the entry');
  await world.break(
    `alter table evidence disable trigger evidence_chained; insert into evidence ${copy};
     alter table evidence enable trigger evidence_chained`,
  );
  expect(await world.violations()).toEqual([
    {
      ...{ invariant: 'I51', subject: 'evd_x' },
      detail: 'evidence does not follow the entry before it',
    },
  ]);
  await world.break(
    `alter table evidence disable trigger kept; delete from evidence where id = 'evd_x';
     alter table evidence enable always trigger kept`,
  );
  const blob = `hash = '${last!.contentHash}'`;
  await world.break(
    `alter table "evidenceBlob" disable trigger kept, drop constraint blob_is_its_hash;
     update "evidenceBlob" set content = 'secont' where ${blob}`,
  );
  expect(await world.violations()).toEqual([
    { invariant: 'I52', subject: last!.contentHash, detail: 'evidence <> its hash' },
  ]);
  await world.break(`update "evidenceBlob" set content = 'second' where ${blob}`);
});
