import { fact } from '#contracts/fact';
import type { FactData } from '#contracts/facts';
import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import { isRestricted } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { uuidFrom } from '../ledger/uuid.rules';
import type { AdGrantRow } from './ad-grant.entity';
import type { AdSpendRow } from './ad-spend.entity';
import { lockWallet } from './ads-wallet.service';

/** Grants: ads spend them without asking us, so they can never spend what is not there. Every fact again: no effect. */
export class AdGrantService {
  constructor(private readonly log: Logger) {}

  /** Takes a grant out of the wallet, all of it or nothing; tells `ad_grant.funded` or `ad_grant.refused`. */
  async requestedIn(tx: Tx, wanted: FactData<'ad_grant.requested'>): Promise<void> {
    const { grantId, sellerId, currency, amountMinor } = wanted;
    if ((await lockGrant(tx, grantId)) !== undefined) return;
    const wallet = await lockWallet(tx, sellerId, currency);
    const restricted = await isRestricted(tx, sellerId, 'ADS');
    const funded = !restricted && amountMinor > 0n && amountMinor <= wallet.balance;
    let reserved: bigint | null = null;
    if (funded) {
      const owner = uuidFrom(`grant ${grantId}`);
      const [account = 0n] = await openAccounts(tx, [{ kind: 'ADS_RESERVED', owner, currency }]);
      reserved = account;
      await post(
        tx,
        posting(`grant ${grantId}:funded`, currency, tx.now, [
          { code: 'ADS_GRANTED', debit: wallet.accountId, credit: account, amount: amountMinor },
        ]),
      );
    }
    const state = funded ? 'FUNDED' : 'REFUSED';
    await tx.query(
      `insert into "adGrant" (id, "sellerId", currency, state, "amountMinor", "accountId", version)
       values ($1, $2, $3, $4, $5, $6, 1)`,
      [grantId, sellerId, currency, state, funded ? amountMinor : 0n, reserved],
    );
    const about = { subject: grantId, version: 1, topics: [topics.sellerBalance(sellerId)] };
    const data = { grantId, sellerId, amountMinor: amountMinor.toString(), currency };
    const reason = restricted ? 'RESTRICTED' : 'WALLET_INSUFFICIENT';
    tx.publish(
      funded
        ? fact('ad_grant.funded', about, data)
        : fact('ad_grant.refused', about, { ...data, reason }),
    );
  }

  /** What is left of a grant goes back to the wallet. */
  async closedIn(tx: Tx, { grantId }: FactData<'ad_grant.closed'>): Promise<void> {
    const grant = await knownGrant(tx, grantId);
    if (grant.state !== 'FUNDED' || grant.accountId === null) return;
    const { sellerId, currency, accountId: debit } = grant;
    const left = grant.amountMinor - grant.billedMinor;
    const wallet = await lockWallet(tx, sellerId, currency);
    await tx.query(
      `update "adGrant" set state = 'CLOSED', "returnedMinor" = $2, version = version + 1
       where id = $1`,
      [grantId, left],
    );
    await post(
      tx,
      posting(`grant ${grantId}:closed`, currency, tx.now, [
        { code: 'ADS_RETURNED', debit, credit: wallet.accountId, amount: left },
      ]),
    );
  }

  /** Clicks are paid. More than the grant has left is the platform's loss: ads must not spend it. */
  async billedIn(tx: Tx, bill: FactData<'ad_spend.billed'>): Promise<void> {
    const { spendId, grantId, amountMinor } = bill;
    const grant = await knownGrant(tx, grantId);
    const left = grant.amountMinor - grant.billedMinor - grant.returnedMinor;
    const paid = amountMinor < left ? amountMinor : left;
    const fresh = await tx.first(
      `insert into "adSpend" (id, "grantId", "amountMinor") values ($1, $2, $3)
       on conflict do nothing returning 1 as one`,
      [spendId, grantId, paid],
    );
    if (fresh === undefined) return;
    if (paid < amountMinor) {
      this.log.error(
        { alarm: 'ADS_OVERSPENT', grantId, spendId },
        'ads spent more than was granted',
      );
    }
    await tx.query(
      `update "adGrant" set "billedMinor" = "billedMinor" + $2, version = version + 1
       where id = $1`,
      [grantId, paid],
    );
    const debit = grant.accountId;
    if (debit === null) return;
    const credit = await revenueOf(tx, grant.currency);
    await post(
      tx,
      posting(`spend ${spendId}:billed`, grant.currency, tx.now, [
        { code: 'ADS_BILLED', debit, credit, amount: paid },
      ]),
    );
  }

  /** Clicks that were not real are given back to the wallet, never more than was paid for them. */
  async creditedIn(tx: Tx, credit: FactData<'ad_spend.credited'>): Promise<void> {
    const { creditId, spendId } = credit;
    const spend = await tx.first<AdSpendRow>(
      'select * from "adSpend" where id = $1 for no key update',
      [spendId],
    );
    if (spend === undefined) throw new Error(`spend ${spendId} was credited before it was billed`);
    const { sellerId, currency } = await knownGrant(tx, spend.grantId);
    const room = spend.amountMinor - spend.creditedMinor;
    const amount = credit.amountMinor < room ? credit.amountMinor : room;
    const wallet = await lockWallet(tx, sellerId, currency);
    const debit = await revenueOf(tx, currency);
    const known = await tx.first(
      `insert into "adCredit" (id, "spendId", "amountMinor") values ($1, $2, $3)
       on conflict do nothing returning 1 as one`,
      [creditId, spendId, amount],
    );
    if (known === undefined) return;
    await tx.query(`update "adSpend" set "creditedMinor" = "creditedMinor" + $2 where id = $1`, [
      spendId,
      amount,
    ]);
    await post(
      tx,
      posting(`credit ${creditId}`, currency, tx.now, [
        { code: 'ADS_CREDITED', debit, credit: wallet.accountId, amount },
      ]),
    );
  }
}

const lockGrant = (tx: Tx, grantId: string): Promise<AdGrantRow | undefined> =>
  tx.first('select * from "adGrant" where id = $1 for no key update', [grantId]);

/** Facts come in any order: what is about a grant that was not asked for yet is thrown back. */
async function knownGrant(tx: Tx, grantId: string): Promise<AdGrantRow> {
  const grant = await lockGrant(tx, grantId);
  if (grant === undefined) throw new Error(`grant ${grantId} is not known yet`);
  return grant;
}

async function revenueOf(tx: Tx, currency: string): Promise<bigint> {
  const [revenue = 0n] = await openAccounts(tx, [
    { kind: 'ADS_REVENUE', owner: PLATFORM, currency },
  ]);
  return revenue;
}
