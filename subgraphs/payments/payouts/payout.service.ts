import { type PayoutId, type SellerId, payoutIds } from '#contracts/ids';
import { type Viewer, hasRole, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { uuidOf } from '#kernel/ids/id';
import type { Money } from '#kernel/money/money';
import { type SellerService, actorOf } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { type PayoutAccountId, balanceTransactionIds, payoutAccountIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import { PSP_CONNECTION } from '../psp/book.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PayoutAccountRow } from './payout-account.entity';

const INSERT = `
  with p as (
    insert into payout (id, "sellerId", "payoutAccountId", currency, "amountMinor", state,
      "accountId", "transitAccountId", "clearingAccountId", "pendingId", "createdAt")
    values ($1, $2, $3, $4, $5, 'CREATED', $6, $7, $8, $9, $10))
  insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
    cause, "causeId", "occurredAt")
  values ($11, $6, $2, $4, 'PAYOUT', -$5::bigint, 'PAYOUT', $1, $10)`;

const DESTINATION = /^[A-Za-z][A-Za-z0-9_-]{2,63}$/;

/** Pays sellers out of their available balance. */
export class PayoutService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly outgoing: Outgoing,
  ) {}

  /** Registers (or replaces) where a seller's payouts go: a token of the PSP, which has verified it. */
  async createAccount(
    viewer: Viewer,
    input: { readonly key: string; readonly sellerId: SellerId; readonly destination: string },
  ): Promise<PayoutAccountId> {
    const { key, sellerId, destination } = input;
    await this.mustActFor(viewer, sellerId);
    if (looksLikeCardNumber(destination)) throw refuse('CARD_NUMBER_REFUSED');
    if (!DESTINATION.test(destination)) throw refuse('DESTINATION_INVALID');
    const scope = `${actorOf(viewer)}:payoutAccountCreate`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { sellerId, destination } }, async () => {
        const row = await tx.first<{ id: PayoutAccountId }>(
          `insert into "payoutAccount" (id, "sellerId", destination, verified, "createdAt")
           values ($1, $2, $3, true, $4)
           on conflict ("sellerId") do update set destination = excluded.destination,
             verified = true, version = "payoutAccount".version + 1 returning id`,
          [payoutAccountIds.create(), sellerId, destination, tx.now],
        );
        if (row === undefined) throw new Error('the payout account could not be written');
        return row.id;
      }),
    );
  }

  /** Reserves the amount in the seller's balance and asks the PSP to pay it. */
  async create(
    viewer: Viewer,
    input: { readonly key: string; readonly sellerId: SellerId; readonly amount: Money },
  ): Promise<PayoutId> {
    const { key, sellerId, amount } = input;
    await this.mustActFor(viewer, sellerId);
    if (amount.minor <= 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
    const scope = `${actorOf(viewer)}:payoutCreate`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { sellerId, amount } }, () =>
        this.reserveIn(tx, sellerId, amount),
      ),
    );
  }

  /** Whether a seller is verified far enough to be paid out. An older word never overwrites a newer one. */
  async gateIn(tx: Tx, sellerId: SellerId, open: boolean, version: number): Promise<void> {
    await tx.query(
      `insert into "payoutGate" ("sellerId", open, version) values ($1, $2, $3)
       on conflict ("sellerId") do update set open = excluded.open, version = excluded.version
         where "payoutGate".version < excluded.version`,
      [sellerId, open, version],
    );
  }

  private async mustActFor(viewer: Viewer, sellerId: SellerId): Promise<void> {
    requireScope(viewer, 'payouts:write');
    const may =
      !hasRole(viewer, 'OPERATOR') &&
      (await this.sellers.mayActFor(viewer, sellerId, 'payouts:write'));
    if (!may) throw refuse('NOT_FOUND', { field: ['input', 'sellerId'] });
  }

  private async reserveIn(tx: Tx, sellerId: SellerId, { minor, currency }: Money) {
    const gate = await tx.first<{ open: boolean }>(
      'select open from "payoutGate" where "sellerId" = $1',
      [sellerId],
    );
    if (gate?.open !== true) throw refuse('PAYOUT_ON_HOLD');
    const account = await tx.first<PayoutAccountRow>(
      'select * from "payoutAccount" where "sellerId" = $1 for share',
      [sellerId],
    );
    if (account?.verified !== true) throw refuse('PAYOUT_ACCOUNT_UNVERIFIED');
    const id = payoutIds.create();
    const [available = 0n, transit = 0n, clearing = 0n] = await openAccounts(tx, [
      { kind: 'SELLER_AVAILABLE', owner: uuidOf(sellerId), currency },
      { kind: 'PAYOUT_IN_TRANSIT', owner: PLATFORM, currency },
      { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
    ]);
    const reserved = posting(id, currency, tx.now, [
      { code: 'PAYOUT', kind: 'PENDING', debit: available, credit: transit, amount: minor },
    ]);
    await postLimited(tx, reserved);
    const pendingId = reserved.legs[0]?.id;
    const what = [id, sellerId, account.id, currency, minor];
    const accounts = [available, transit, clearing, pendingId, tx.now];
    await tx.query(INSERT, [...what, ...accounts, balanceTransactionIds.create()]);
    await this.outgoing.writeIn(tx, [
      {
        subject: id,
        state: 'READY',
        nextAt: tx.now,
        request: {
          kind: 'PAYOUT',
          amountMinor: minor.toString(),
          currency,
          destination: account.destination,
        },
      },
    ]);
    return id;
  }
}

async function postLimited(tx: Tx, what: Parameters<typeof post>[1]): Promise<void> {
  try {
    await post(tx, what);
  } catch (error) {
    if ((error as { code?: string }).code === '23514') throw refuse('BALANCE_INSUFFICIENT');
    throw error;
  }
}
