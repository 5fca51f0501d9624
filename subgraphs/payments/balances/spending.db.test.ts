import type { Viewer } from '#kernel/auth/viewer';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import { redWhen } from '../testing/planted-break';
import {
  MEMBER,
  linesOf,
  moneyOf,
  openedSeller,
  releasedBy,
  soldBy,
  toldOf,
} from '../testing/sellers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(30_000);
const member = user(MEMBER);
const operator = user('acc_00000000000000000000000004', ['OPERATOR']);
const otherMember = user('acc_00000000000000000000000005');
let world: World;
let keys = 0;
const key = (): string => `spend ${(keys += 1).toString()}`;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

const seller = (): Promise<string> => openedSeller(world);
const released = (sellerId: string, total?: bigint): Promise<PlacedGroup> =>
  releasedBy(world, sellerId, total);
const money = (sellerId: string): Promise<bigint[]> => moneyOf(world, sellerId);
const lines = (sellerId: string): Promise<unknown[]> => linesOf(world, sellerId);
const told = (subject: string): Promise<unknown[]> => toldOf(world, subject);

describe('labels', () => {
  const label = (
    type: 'label.charged' | 'label.refunded',
    sellerId: string,
    labelId: string,
    minor: bigint,
    payer: 'SELLER' | 'PLATFORM' = 'SELLER',
  ) =>
    world.hear(type, {
      ...{ labelId, sellerId, payer, currency: 'EUR', amountMinor: minor.toString() },
      shipmentId: 'shp_00000000000000000000000001',
      orderId: 'ord_00000000000000000000000001',
    });

  test('a label is paid once out of what is available, the rest is owed; it comes back in full', async () => {
    const sellerId = await seller();
    await released(sellerId, 1_000n);
    await expect(label('label.refunded', sellerId, 'lbl_1', 500n)).rejects.toThrow(
      'before it was charged',
    );
    await label('label.charged', sellerId, 'lbl_1', 500n);
    await label('label.charged', sellerId, 'lbl_1', 500n);
    expect(await money(sellerId)).toEqual([381n, 0n, 0n, 0n, 0n]);
    await label('label.charged', sellerId, 'lbl_2', 600n);
    expect(await money(sellerId)).toEqual([0n, 0n, 0n, 219n, 0n]);
    await label('label.refunded', sellerId, 'lbl_2', 600n);
    await label('label.refunded', sellerId, 'lbl_2', 600n);
    expect(await money(sellerId)).toEqual([381n, 0n, 0n, 0n, 0n]);
    await label('label.charged', sellerId, 'lbl_3', 700n, 'PLATFORM');
    expect(await lines(sellerId)).toEqual([
      ['RELEASE', 881n],
      ['LABEL', -500n],
      ['LABEL', -600n],
      ['LABEL_REFUND', 600n],
    ]);
  });

  test('a debt that a release has paid meanwhile does not make a refund lost', async () => {
    const sellerId = await seller();
    await label('label.charged', sellerId, 'lbl_4', 400n);
    await released(sellerId, 1_000n);
    expect(await money(sellerId)).toEqual([481n, 0n, 0n, 0n, 0n]);
    await label('label.refunded', sellerId, 'lbl_4', 400n);
    expect(await money(sellerId)).toEqual([881n, 0n, 0n, 0n, 0n]);
  });

  test('the same label 64 times at once, and as many payouts: it is charged once', async () => {
    const sellerId = await seller();
    await released(sellerId, 1_000n);
    await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        n % 2 === 0
          ? label('label.charged', sellerId, 'lbl_5', 500n)
          : world.payOut(member, sellerId, 100n),
      ),
    );
    const [available = 0n, , , owed] = await money(sellerId);
    expect((await lines(sellerId)).filter((line) => String(line).startsWith('LABEL'))).toHaveLength(
      1,
    );
    expect(owed === 0n || available === 0n).toBe(true);
  });
});

describe('ads', () => {
  const act = (
    viewer: Viewer,
    name: string,
    sellerId: string,
    minor: bigint,
    idempotencyKey = key(),
  ): Promise<Answer> => {
    const amount = { minorUnits: minor.toString(), currencyCode: 'EUR' };
    const input = {
      sellerId,
      idempotencyKey,
      ...(name.endsWith('Update') ? { fillTo: amount } : { amount }),
    };
    return world.mutate(
      viewer,
      name,
      input,
      'adsWallet { balance { minorUnits } fillTo { minorUnits } }',
    );
  };
  const grant = (sellerId: string, grantId: string, minor: bigint) =>
    world.hear('ad_grant.requested', {
      grantId,
      sellerId,
      amountMinor: minor.toString(),
      currency: 'EUR',
    });
  const bill = (sellerId: string, grantId: string, spendId: string, minor: bigint) =>
    world.hear('ad_spend.billed', {
      spendId,
      grantId,
      sellerId,
      amountMinor: minor.toString(),
      currency: 'EUR',
    });
  const credit = (sellerId: string, spendId: string, creditId: string, minor: bigint) =>
    world.hear('ad_spend.credited', {
      creditId,
      spendId,
      sellerId,
      amountMinor: minor.toString(),
      currency: 'EUR',
    });

  test('a wallet is filled and emptied by the seller’s people only, and never beyond what there is', async () => {
    const sellerId = await seller();
    await released(sellerId);
    const done = await act(member, 'adsWalletTopUp', sellerId, 2_000n, 'once');
    expect(done['adsWallet']).toEqual({ balance: { minorUnits: '2000' }, fillTo: null });
    expect(await act(member, 'adsWalletTopUp', sellerId, 2_000n, 'once')).toEqual(done);
    expect(codes(await act(member, 'adsWalletTopUp', sellerId, 6_811n))).toEqual([
      'BALANCE_INSUFFICIENT',
    ]);
    expect(codes(await act(member, 'adsWalletWithdraw', sellerId, 2_001n))).toEqual([
      'BALANCE_INSUFFICIENT',
    ]);
    expect(codes(await act(member, 'adsWalletTopUp', sellerId, 0n))).toEqual(['AMOUNT_INVALID']);
    await act(member, 'adsWalletWithdraw', sellerId, 500n);
    expect(await money(sellerId)).toEqual([7_310n, 0n, 0n, 0n, 1_500n]);
    for (const name of ['adsWalletTopUp', 'adsWalletWithdraw', 'adsWalletAutoTopUpUpdate']) {
      for (const stranger of [otherMember, operator, apiKey(['sel_x'], ['payouts:write'])]) {
        expect(codes(await act(stranger, name, sellerId, 1n))).toEqual(['NOT_FOUND']);
      }
      expect(codes(await act(apiKey([sellerId], ['payments:read']), name, sellerId, 1n))).toEqual([
        'FORBIDDEN',
      ]);
      expect(codes(await act(anonymous, name, sellerId, 1n))).toEqual(['UNAUTHENTICATED']);
    }
  });

  test('a grant is all or nothing; what is billed is revenue, what is not comes back', async () => {
    const sellerId = await seller();
    await released(sellerId);
    await act(member, 'adsWalletTopUp', sellerId, 1_000n);
    await grant(sellerId, 'grt_1', 1_001n);
    await grant(sellerId, 'grt_2', 800n);
    await grant(sellerId, 'grt_2', 800n);
    expect(await told('grt_1')).toEqual([['ad_grant.refused', '1001', 'WALLET_INSUFFICIENT']]);
    expect(await told('grt_2')).toEqual([['ad_grant.funded', '800', undefined]]);
    await expect(bill(sellerId, 'grt_9', 'spd_0', 1n)).rejects.toThrow('not known yet');
    await bill(sellerId, 'grt_2', 'spd_1', 300n);
    await bill(sellerId, 'grt_2', 'spd_1', 300n);
    await credit(sellerId, 'spd_1', 'crd_1', 100n);
    await credit(sellerId, 'spd_1', 'crd_1', 100n);
    await credit(sellerId, 'spd_1', 'crd_2', 900n);
    expect((await money(sellerId))[4]).toBe(500n);
    await world.hear('ad_grant.closed', { grantId: 'grt_2', sellerId });
    await world.hear('ad_grant.closed', { grantId: 'grt_2', sellerId });
    expect((await money(sellerId))[4]).toBe(1_000n);
    await bill(sellerId, 'grt_2', 'spd_2', 50n); // too late: the platform's loss
    expect((await money(sellerId))[4]).toBe(1_000n);
    await world.hear('restriction.imposed', { statementId: 'st_ads', sellerId, kind: 'ADS' });
    await grant(sellerId, 'grt_3', 100n);
    expect(await told('grt_3')).toEqual([['ad_grant.refused', '100', 'RESTRICTED']]);
  });

  test('releases fill the wallet up to what the seller said, also 8 at once', async () => {
    const sellerId = await seller();
    expect(codes(await act(member, 'adsWalletAutoTopUpUpdate', sellerId, 1_500n))).toEqual([]);
    const groups: PlacedGroup[] = [];
    for (let n = 0; n < 8; n++) {
      groups.push(await soldBy(world, sellerId, 1_000n));
    }
    await Promise.all(groups.map((one) => world.partyFact('order.receipt_confirmed', one)));
    expect(await money(sellerId)).toEqual([8n * 881n - 1_500n, 0n, 0n, 0n, 1_500n]);
  });

  test('64 grants at once never reserve more than there is', async () => {
    const sellerId = await seller();
    await released(sellerId);
    await act(member, 'adsWalletTopUp', sellerId, 1_000n);
    await Promise.all(
      Array.from({ length: 64 }, (_, n) => grant(sellerId, `many_${String(n)}`, 100n)),
    );
    const [funded] = await world.db.query<{ n: bigint }>(
      `select count(*) as n from "adGrant" where "sellerId" = $1 and state = 'FUNDED'`,
      [sellerId],
    );
    expect(funded?.n).toBe(10n);
  });
});

test.each([
  ['I33', `update "adGrant" set "billedMinor" = "billedMinor" + 1 where state = 'FUNDED'`],
])('%s is red when it is broken: %s', async (invariant, sql) => {
  expect(await redWhen(world.url, sql)).toContain(invariant);
});
