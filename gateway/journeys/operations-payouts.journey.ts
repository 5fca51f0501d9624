import type { LiveMessage } from '../../scripts/client/live.client';
import { type Story, eur } from './story';

interface Account {
  readonly payoutAccount: { readonly id: string };
}

/** The shop takes its money out; the bank sends it back; some of it goes into advertising. */
export function theShopIsPaid(story: Story): void {
  const { run, refused, live } = story.examples;

  test('PayoutScheduleUpdate, PayoutAccountCreate, PayoutCreate, PayoutLive, PayoutCancel', async () => {
    const { seller, id: sellerId } = story.shop;
    const { payoutSchedule } = await run<{ payoutSchedule: object }>(
      seller,
      'PayoutScheduleUpdate',
      { sellerId, interval: 'MANUAL', ...story.key() },
    );
    expect(payoutSchedule).toMatchObject({ interval: 'MANUAL', allowed: ['WEEKLY', 'MANUAL'] });
    const { payoutAccount } = await run<Account>(seller, 'PayoutAccountCreate', {
      sellerId,
      destination: 'dest_return_mia',
      ...story.key(),
    });
    expect(payoutAccount).toMatchObject({ destinationHint: '…_mia', verified: true });
    const { payout } = await run<{ payout: { id: string } }>(seller, 'PayoutCreate', {
      sellerId,
      amount: eur(200),
      ...story.key(),
    });
    expect(payout).toMatchObject({ amount: { amount: '2.00' }, fee: { amount: '0.00' } });
    const followed = live(seller, 'PayoutLive', payout);
    await followed.until((message) => stateIn(message) === 'RETURNED');
    followed.stop();
    expect(await refused(seller, 'PayoutCancel', { payoutId: payout.id, ...story.key() })).toEqual([
      'TRANSITION_NOT_ALLOWED',
    ]);
  });

  test('PayoutSettings, PayoutAccountVerify, PayoutAccountRemove: after the bank sent it back', async () => {
    const { seller, id: sellerId } = story.shop;
    const operator = await story.operator();
    const seen = await run<Account>(operator, 'PayoutSettings', { sellerId });
    expect(seen).toMatchObject({ payoutAccount: { verified: false, removed: false } });
    const payoutAccountId = seen.payoutAccount.id;
    const again = { sellerId, amount: eur(200), ...story.key() };
    expect(await refused(seller, 'PayoutCreate', again)).toEqual(['PAYOUT_ACCOUNT_UNVERIFIED']);
    const act = (): object => ({ payoutAccountId, ...story.key() });
    const verified = await run<Account>(operator, 'PayoutAccountVerify', act());
    expect(verified.payoutAccount).toEqual({ id: payoutAccountId, verified: true });
    const removed = await run<Account>(seller, 'PayoutAccountRemove', act());
    expect(removed.payoutAccount).toEqual({ id: payoutAccountId, removed: true });
  });

  test('AdsWalletTopUp, AdsWalletWithdraw, AdsWalletAutoTopUpUpdate', async () => {
    const { seller, id: sellerId } = story.shop;
    const wallet = async (name: string, input: object): Promise<unknown> =>
      (await run<{ adsWallet: unknown }>(seller, name, { sellerId, ...input, ...story.key() }))
        .adsWallet;
    expect(await wallet('AdsWalletTopUp', { amount: eur(300) })).toMatchObject({
      balance: { amount: '3.00' },
    });
    expect(await wallet('AdsWalletWithdraw', { amount: eur(100) })).toEqual({
      balance: { amount: '2.00' },
    });
    expect(await wallet('AdsWalletAutoTopUpUpdate', { fillTo: eur(1_000) })).toEqual({
      balance: { amount: '2.00' },
      fillTo: { amount: '10.00' },
    });
  });
}

const stateIn = (message: LiveMessage): unknown =>
  (message as LiveMessage & { payout?: { state: string } }).payout?.state;
