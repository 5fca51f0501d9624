import type { FactData } from '#contracts/facts';
import type { Tx } from '#kernel/db/database';
import { addLine } from '../balances/balance-line.service';
import { debtLegs, lockFunds } from '../balances/seller-funds.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, posting } from '../ledger/ledger.service';
import type { SellerLabelRow } from './seller-label.entity';

type Charged = FactData<'label.charged'>;

/** A label that a seller pays for: out of what is available, and what is missing is owed. The same label again: no effect. */
export async function labelChargedIn(tx: Tx, label: Charged): Promise<void> {
  if (label.payer !== 'SELLER' || label.amountMinor <= 0n) return;
  const { labelId, sellerId, currency, amountMinor, orderId } = label;
  const fresh = await tx.first(
    `insert into "sellerLabel" ("labelId", "sellerId", currency, "amountMinor", refunded)
     values ($1, $2, $3, $4, false) on conflict do nothing returning 1 as one`,
    [labelId, sellerId, currency, amountMinor],
  );
  if (fresh === undefined) return;
  const { accounts, available } = await lockFunds(tx, sellerId, currency);
  const carriers = await carriersOf(tx, currency);
  const free = available < amountMinor ? available : amountMinor;
  await post(
    tx,
    posting(chargeOf(labelId), currency, tx.now, [
      { code: 'LABEL_CHARGED', debit: accounts.available, credit: carriers, amount: free },
      {
        code: 'LABEL_CHARGED',
        debit: accounts.receivable,
        credit: carriers,
        amount: amountMinor - free,
      },
    ]),
  );
  const line = { accountId: accounts.available, sellerId, currency, orderId, causeId: labelId };
  await addLine(tx, { ...line, kind: 'LABEL', cause: 'LABEL', amountMinor: -amountMinor });
}

/**
 * What a label cost comes back in full: what is still owed is paid with it first, as with any money that becomes
 * available. Heard before the charge it is thrown back until that comes.
 */
export async function labelRefundedIn(tx: Tx, { labelId, payer, orderId }: Charged): Promise<void> {
  if (payer !== 'SELLER') return;
  const row = await tx.first<SellerLabelRow>(
    'select * from "sellerLabel" where "labelId" = $1 for no key update',
    [labelId],
  );
  if (row === undefined) throw new Error(`label ${labelId} was refunded before it was charged`);
  if (row.refunded) return;
  const { sellerId, currency, amountMinor } = row;
  await tx.query('update "sellerLabel" set refunded = true where "labelId" = $1', [labelId]);
  const funds = await lockFunds(tx, sellerId, currency);
  const { available: accountId } = funds.accounts;
  const debit = await carriersOf(tx, currency);
  const corrects = await firstLeg(tx, labelId);
  await post(
    tx,
    posting(`label ${labelId}:refunded`, currency, tx.now, [
      { code: 'LABEL_REFUNDED', debit, credit: accountId, amount: amountMinor, corrects },
      ...debtLegs(funds, amountMinor),
    ]),
  );
  const line = { accountId, sellerId, currency, orderId, causeId: labelId };
  await addLine(tx, { ...line, kind: 'LABEL_REFUND', cause: 'LABEL_REFUND', amountMinor });
}

const chargeOf = (labelId: string): string => `label ${labelId}:charged`;

/** Legs without an amount are not posted: the charge began with the one or the other. */
async function firstLeg(tx: Tx, labelId: string): Promise<string> {
  const [first, second] = [legId(chargeOf(labelId), 0), legId(chargeOf(labelId), 1)];
  const found = await tx.first('select 1 as one from ledger_transfer where id = $1', [first]);
  return found === undefined ? second : first;
}

async function carriersOf(tx: Tx, currency: string): Promise<bigint> {
  const [carriers = 0n] = await openAccounts(tx, [
    { kind: 'CARRIER_PAYABLE', owner: PLATFORM, currency },
  ]);
  return carriers;
}
