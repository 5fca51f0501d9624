import type { SellerId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { uuidOf } from '#kernel/ids/id';
import { addLine } from '../balances/balance-line.service';
import { balanceOf, debtLegs, lockFunds } from '../balances/seller-funds.service';
import { type SellerService, actorOf } from '../balances/seller.service';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { uuidFrom } from '../ledger/uuid.rules';
import { refuse } from '../payments.errors';
import { mustPayOut } from '../payouts/payout-gate.service';
import type { AdsWalletRow } from './ads-wallet.entity';

/** Money in or out of a wallet. */
export interface WalletMove {
  readonly key: string;
  readonly sellerId: SellerId;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** A wallet that is locked, with what is in it. */
export interface LockedWallet extends AdsWalletRow {
  readonly balance: bigint;
}

/** Finds (or opens) and locks a wallet. Lock order: the seller's funds first. */
export async function lockWallet(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<LockedWallet> {
  const [account = 0n] = await openAccounts(tx, [
    { kind: 'SELLER_ADS_WALLET', owner: uuidOf(sellerId), currency },
  ]);
  const row = await tx.first<AdsWalletRow>(
    `insert into "adsWallet" ("sellerId", currency, "accountId") values ($1, $2, $3)
     on conflict ("sellerId", currency) do update set "accountId" = excluded."accountId"
     returning *`,
    [sellerId, currency, account],
  );
  if (row === undefined) throw new Error('the wallet could not be opened');
  return { ...row, balance: await balanceOf(tx, account) };
}

/** What sellers set aside for advertising: by hand, or from each release. */
export class AdsWalletService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
  ) {}

  /** From what is available into the wallet. Refuses with BALANCE_INSUFFICIENT. */
  topUp(viewer: Viewer, move: WalletMove): Promise<SellerId> {
    return this.move(viewer, 'adsWalletTopUp', move, (tx) => topUpIn(tx, move));
  }

  /** Back from the wallet; what the seller owes is paid with it first. Refuses with BALANCE_INSUFFICIENT. */
  withdraw(viewer: Viewer, move: WalletMove): Promise<SellerId> {
    return this.move(viewer, 'adsWalletWithdraw', move, (tx) => withdrawIn(tx, move));
  }

  /** Fills the wallet up to an amount from each release; 0: by hand only. */
  fillTo(viewer: Viewer, move: WalletMove): Promise<SellerId> {
    const { sellerId, currency, amountMinor } = move;
    return this.move(viewer, 'adsWalletAutoTopUpUpdate', move, async (tx) => {
      await lockWallet(tx, sellerId, currency);
      await tx.query(
        `update "adsWallet" set "fillToMinor" = nullif($3::bigint, 0)
         where "sellerId" = $1 and currency = $2`,
        [sellerId, currency, amountMinor],
      );
    });
  }

  private async move(
    viewer: Viewer,
    mutation: string,
    { key, ...wanted }: WalletMove,
    run: (tx: Tx) => Promise<void>,
  ): Promise<SellerId> {
    const { sellerId, amountMinor } = wanted;
    await mustPayOut(this.sellers, viewer, sellerId);
    const least = mutation === 'adsWalletAutoTopUpUpdate' ? 0n : 1n;
    if (amountMinor < least) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
    const intent = { scope: `${actorOf(viewer)}:${mutation}`, key, input: wanted };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        await run(tx);
        return sellerId;
      }),
    );
  }
}

async function topUpIn(
  tx: Tx,
  { key, sellerId, currency, amountMinor }: WalletMove,
): Promise<void> {
  const { accounts, available } = await lockFunds(tx, sellerId, currency);
  const wallet = await lockWallet(tx, sellerId, currency);
  if (amountMinor > available) throw refuse('BALANCE_INSUFFICIENT');
  const causeId = causeOf(tx, 'top-up', key);
  const { available: debit } = accounts;
  await post(
    tx,
    posting(causeId, currency, tx.now, [
      { code: 'ADS_TOP_UP', debit, credit: wallet.accountId, amount: amountMinor },
    ]),
  );
  const line = { accountId: debit, sellerId, currency, causeId, amountMinor: -amountMinor };
  await addLine(tx, { ...line, kind: 'ADS_TOP_UP', cause: 'ADS_TOP_UP' });
}

async function withdrawIn(
  tx: Tx,
  { key, sellerId, currency, amountMinor }: WalletMove,
): Promise<void> {
  const funds = await lockFunds(tx, sellerId, currency);
  const wallet = await lockWallet(tx, sellerId, currency);
  if (amountMinor > wallet.balance) throw refuse('BALANCE_INSUFFICIENT');
  const causeId = causeOf(tx, 'withdrawal', key);
  const { available: credit } = funds.accounts;
  await post(
    tx,
    posting(causeId, currency, tx.now, [
      { code: 'ADS_WITHDRAWN', debit: wallet.accountId, credit, amount: amountMinor },
      ...debtLegs(funds, amountMinor),
    ]),
  );
  const line = { accountId: credit, sellerId, currency, causeId, amountMinor };
  await addLine(tx, { ...line, kind: 'ADS_WITHDRAWAL', cause: 'ADS_WITHDRAWAL' });
}

/** Names one act on a wallet: its caller's key is its name. */
const causeOf = (tx: Tx, act: string, key: string): string =>
  uuidFrom(`ads ${act} ${actorOf(tx.viewer)} ${key}`);

/** A wallet that releases fill, locked; undefined when there is none. */
export async function walletToFill(
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<{ readonly accountId: bigint; readonly lacks: bigint } | undefined> {
  const row = await filledByReleases(tx, sellerId, currency);
  if (row?.fillToMinor == null) return undefined;
  const lacks = row.fillToMinor - (await balanceOf(tx, row.accountId));
  return { accountId: row.accountId, lacks: lacks > 0n ? lacks : 0n };
}

const filledByReleases = (
  db: Queries,
  sellerId: SellerId,
  currency: string,
): Promise<AdsWalletRow | undefined> =>
  db.first(
    `select * from "adsWallet" where "sellerId" = $1 and currency = $2 and "fillToMinor" is not null
     for no key update`,
    [sellerId, currency],
  );
