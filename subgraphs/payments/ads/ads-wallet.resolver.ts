import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type SellerId, sellerIds } from '#contracts/ids';
import { type MoneyInput, MoneyType } from '#kernel/graphql/money.types';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import { CurrencyCode } from '#kernel/graphql/scalars';
import { Seller } from '../balances/balance.types';
import { type PaymentsContext, keyOf } from '../payments.context';
import { sellerOf } from '../payouts/payout.resolver';
import {
  AdsWallet,
  AdsWalletAutoTopUpUpdateInput,
  AdsWalletAutoTopUpUpdatePayload,
  AdsWalletTopUpInput,
  AdsWalletTopUpPayload,
  AdsWalletWithdrawInput,
  AdsWalletWithdrawPayload,
} from './ads-wallet.types';
import type { WalletMove } from './ads-wallet.service';

@Resolver(() => Seller)
export class AdsWalletResolver {
  @Directive('@access(perUser: true)')
  @FieldResolver(() => AdsWallet, {
    nullable: true,
    description: 'What it has set aside for ads; null for others than its members and operators.',
  })
  async adsWallet(
    @Root() seller: Seller,
    @Arg('currencyCode', () => CurrencyCode, { description: 'ISO 4217.' }) currencyCode: string,
    @Ctx() { load }: PaymentsContext,
  ): Promise<AdsWallet | null> {
    const id = sellerIds.parse(seller.id);
    return id !== undefined && (await load.actsFor(id)) ? shown(load, id, currencyCode) : null;
  }

  @NeedsScope('payouts:write')
  @Mutation(() => AdsWalletTopUpPayload, {
    nullable: true,
    description: 'Sets money aside for ads (the seller’s members; key scope `payouts:write`).',
  })
  adsWalletTopUp(
    @Arg('input', () => AdsWalletTopUpInput, { description: 'Whose and how much.' })
    input: AdsWalletTopUpInput,
    @Ctx() { viewer, adsWallets, load }: PaymentsContext,
  ): Promise<Payload<{ adsWallet: AdsWallet }>> {
    return AdsWalletTopUpPayload.settle(async () => {
      const id = await adsWallets.topUp(viewer, moveOf(input, input.amount));
      return { adsWallet: await shown(load, id, input.amount.currencyCode) };
    });
  }

  @NeedsScope('payouts:write')
  @Mutation(() => AdsWalletWithdrawPayload, {
    nullable: true,
    description:
      'Takes back what was set aside for ads (the seller’s members; key scope `payouts:write`).',
  })
  adsWalletWithdraw(
    @Arg('input', () => AdsWalletWithdrawInput, { description: 'Whose and how much.' })
    input: AdsWalletWithdrawInput,
    @Ctx() { viewer, adsWallets, load }: PaymentsContext,
  ): Promise<Payload<{ adsWallet: AdsWallet }>> {
    return AdsWalletWithdrawPayload.settle(async () => {
      const id = await adsWallets.withdraw(viewer, moveOf(input, input.amount));
      return { adsWallet: await shown(load, id, input.amount.currencyCode) };
    });
  }

  @NeedsScope('payouts:write')
  @Mutation(() => AdsWalletAutoTopUpUpdatePayload, {
    nullable: true,
    description:
      'Says up to what releases fill the ads wallet (its members; key scope `payouts:write`).',
  })
  adsWalletAutoTopUpUpdate(
    @Arg('input', () => AdsWalletAutoTopUpUpdateInput, { description: 'Whose and how much.' })
    input: AdsWalletAutoTopUpUpdateInput,
    @Ctx() { viewer, adsWallets, load }: PaymentsContext,
  ): Promise<Payload<{ adsWallet: AdsWallet }>> {
    return AdsWalletAutoTopUpUpdatePayload.settle(async () => {
      const id = await adsWallets.fillTo(viewer, moveOf(input, input.fillTo));
      return { adsWallet: await shown(load, id, input.fillTo.currencyCode) };
    });
  }
}

const moveOf = (
  { sellerId, idempotencyKey }: { readonly sellerId: string; readonly idempotencyKey: string },
  { minorUnits, currencyCode }: MoneyInput,
): WalletMove => ({
  key: keyOf(idempotencyKey),
  sellerId: sellerOf(sellerId),
  currency: currencyCode,
  amountMinor: minorUnits,
});

async function shown(
  load: PaymentsContext['load'],
  sellerId: SellerId,
  currency: string,
): Promise<AdsWallet> {
  const { balance, fillToMinor } = await load.adsWallet.load({ sellerId, currency });
  return {
    currencyCode: currency,
    balance: MoneyType.of(balance, currency),
    fillTo: fillToMinor === null ? null : MoneyType.of(fillToMinor, currency),
  };
}
