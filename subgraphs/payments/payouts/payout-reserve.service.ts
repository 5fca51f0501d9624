import { fact } from '#contracts/fact';
import { type PayoutId, type SellerId, payoutIds, topics } from '#contracts/ids';
import { DAY, after } from '#kernel/clock/clock';
import type { Tx } from '#kernel/db/database';
import { setTimer } from '#kernel/events/timers';
import { writeLine } from '../balances/balance-line.service';
import { lockFunds } from '../balances/seller-funds.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, posting } from '../ledger/ledger.service';
import { refuse } from '../payments.errors';
import { PSP_CONNECTION } from '../psp/connection.rules';
import type { Outgoing } from '../psp/outgoing.service';
import type { PayoutAccountRow } from './payout-account.entity';
import { standingOf } from './payout-gate.service';
import { claimLines } from './payout-lines.service';
import { type PayoutSpeed, type PayoutWish, amountOf, gateRefusal } from './payout.rules';

/** A payout to make. */
export interface PayoutOrder extends Pick<PayoutWish, 'wanted' | 'speed' | 'movable'> {
  readonly sellerId: SellerId;
  readonly currency: string;
}

/** How long the PSP may be silent about a payout before a person is called (T19). */
const SILENT_MS = 7 * DAY;

const INSERT = `
  insert into payout (id, "sellerId", "payoutAccountId", currency, "amountMinor", "feeMinor", speed,
    state, "accountId", "transitAccountId", "clearingAccountId", "pendingId", "createdAt")
  values ($1, $2, $3, $4, $5, $6, $7, 'CREATED', $8, $9, $10, $11, $12)`;

/**
 * Reserves a payout in the seller's available money, takes its fee, claims its lines and commits what the PSP is asked
 * for. Refuses with PAYOUT_ON_HOLD, PAYOUT_ACCOUNT_UNVERIFIED, BALANCE_INSUFFICIENT, PAYOUT_LIMIT, PAYOUT_TOO_SMALL,
 * INSTANT_NOT_ALLOWED.
 */
export async function reservePayout(
  tx: Tx,
  outgoing: Outgoing,
  order: PayoutOrder,
): Promise<PayoutId> {
  const { sellerId, currency, speed } = order;
  // locked first: the cap counts payouts that were reserved while this one waited
  const { accounts, debt, available } = await lockFunds(tx, sellerId, currency);
  const { account, tier, paidLately, ...gate } = await standingOf(tx, sellerId, currency);
  const closed = gateRefusal({ ...gate, account, debt }, tx.now);
  if (closed !== undefined) throw refused(closed);
  if (account === undefined) throw refuse('PAYOUT_ACCOUNT_UNVERIFIED');
  const sum = amountOf({ ...order, tier, available, paidLately });
  if ('refused' in sum) throw refused(sum.refused);
  const payout = { id: payoutIds.create(), sellerId, currency, speed, ...sum };
  const from = { available: accounts.available, account };
  await moveMoney(tx, payout, from);
  await setTimer(tx, { subject: payout.id, kind: 'T19', version: 0 }, after(tx.now, SILENT_MS));
  await outgoing.writeIn(tx, [
    {
      subject: payout.id,
      state: 'READY',
      nextAt: tx.now,
      request: {
        kind: 'PAYOUT',
        amountMinor: sum.amount.toString(),
        currency,
        destination: account.destination,
        ...(speed === 'INSTANT' && { speed }),
      },
    },
  ]);
  return payout.id;
}

interface NewPayout {
  readonly id: PayoutId;
  readonly sellerId: SellerId;
  readonly currency: string;
  readonly speed: PayoutSpeed;
  readonly amount: bigint;
  readonly fee: bigint;
}

async function moveMoney(
  tx: Tx,
  { id, sellerId, currency, speed, amount, fee }: NewPayout,
  { available, account }: { readonly available: bigint; readonly account: PayoutAccountRow },
): Promise<void> {
  const [transit = 0n, clearing = 0n, fees = 0n] = await openAccounts(tx, [
    { kind: 'PAYOUT_IN_TRANSIT', owner: PLATFORM, currency },
    { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
    { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
  ]);
  await post(
    tx,
    posting(id, currency, tx.now, [
      { code: 'PAYOUT', kind: 'PENDING', debit: available, credit: transit, amount },
      { code: 'PAYOUT_FEE', debit: available, credit: fees, amount: fee },
    ]),
  );
  const what = [id, sellerId, account.id, currency, amount, fee, speed];
  await tx.query(INSERT, [...what, available, transit, clearing, legId(id, 0), tx.now]);
  const line = { accountId: available, sellerId, currency, causeId: id };
  await writeLine(tx, { ...line, kind: 'PAYOUT', cause: 'PAYOUT', amountMinor: -amount });
  if (fee > 0n) {
    const kind = 'INSTANT_PAYOUT';
    const charged = { ...line, kind: 'PAYOUT_FEE', cause: kind, amountMinor: -fee } as const;
    const subject = await writeLine(tx, charged);
    const about = { subject, version: 1, topics: [topics.sellerBalance(sellerId)] };
    const data = { sellerId, orderId: null, kind, amountMinor: fee.toString(), currency } as const;
    tx.publish(fact('fee.charged', about, data));
  }
  await claimLines(tx, { id, sellerId, currency, amountMinor: amount });
}

const refused = ([code, message]: readonly [Parameters<typeof refuse>[0], string?]) =>
  refuse(code, message === undefined ? {} : { message });
