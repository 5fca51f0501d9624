import { fact } from '#contracts/fact';
import type { SellerId } from '#contracts/ids';
import { type Viewer, isSteppedUp, requireRole, requireScope } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { type SellerService, actorOf } from '../balances/seller.service';
import { isCountry } from '../deadlines/business-calendar.rules';
import { looksLikeCardNumber } from '../payments/payment.rules';
import { type PayoutAccountId, payoutAccountIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import type { RiskService } from '../risk/risk.service';
import type { PayoutAccountRow } from './payout-account.entity';
import { mustPayOut } from './payout-gate.service';

const DESTINATION = /^[A-Za-z][A-Za-z0-9_-]{2,63}$/;

// A token of the PSP is one that it has verified; only what the bank has returned is not verified by naming it again.
// What was removed and comes back counts as changed: nobody gets around the wait like that.
const REGISTER = `
  insert into "payoutAccount" as a (id, "sellerId", destination, country, verified, "createdAt")
  values ($1, $2, $3, $5, true, $4)
  on conflict ("sellerId") do update set destination = excluded.destination,
    country = case when a.destination = excluded.destination
      then coalesce(excluded.country, a.country) else excluded.country end,
    verified = a.verified or a.destination <> excluded.destination,
    version = a.version + 1, "removedAt" = null,
    "changedAt" = case when a.destination = excluded.destination and a."removedAt" is null
      then a."changedAt" else excluded."createdAt" end
  returning *`;

/** One act on a payout account. */
export interface AccountAct {
  readonly key: string;
  readonly id: PayoutAccountId;
}

/** Where sellers' payouts go. Every change is told: who did not make it should hear of it. */
export class PayoutAccountService {
  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly risk: RiskService,
  ) {}

  /**
   * Registers (or replaces) where a seller's payouts go. Its people, who have entered their password just now: not who
   * found a session open, and no key (STEP_UP_REQUIRED).
   */
  async create(
    viewer: Viewer,
    input: {
      readonly key: string;
      readonly sellerId: SellerId;
      readonly destination: string;
      /** Of its bank. */
      readonly country: string | undefined;
    },
  ): Promise<PayoutAccountId> {
    const { key, sellerId, destination, country } = input;
    await mustPayOut(this.sellers, viewer, sellerId);
    if (looksLikeCardNumber(destination)) throw refuse('CARD_NUMBER_REFUSED');
    if (!DESTINATION.test(destination)) throw refuse('DESTINATION_INVALID');
    if (country !== undefined && !isCountry(country)) {
      throw refuse('COUNTRY_INVALID', { field: ['input', 'country'] });
    }
    const scope = `${actorOf(viewer)}:payoutAccountCreate`;
    // a country that is not said is not in it: keys that are under way keep their meaning
    const named = { sellerId, destination, ...(country !== undefined && { country }) };
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: named }, async () => {
        if (!isSteppedUp(viewer, tx.now)) throw refuse('STEP_UP_REQUIRED');
        await this.risk.payoutAskedIn(tx, sellerId, 0n);
        const row = await tx.first<PayoutAccountRow>(REGISTER, [
          ...[payoutAccountIds.create(), sellerId, destination, tx.now, country ?? null],
        ]);
        await this.risk.onboardIn(tx, sellerId);
        return tellChanged(tx, row);
      }),
    );
  }

  /** An operator has cleared up why the bank returned a payout: payouts may go there again. */
  async verify(viewer: Viewer, { key, id }: AccountAct): Promise<PayoutAccountId> {
    requireRole(viewer, 'OPERATOR');
    const intent = { scope: `${actorOf(viewer)}:payoutAccountVerify`, key, input: { id } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const account = await lockAccount(tx, id);
        if (account.removedAt !== null) throw refuse('TRANSITION_NOT_ALLOWED');
        if (account.verified) return id;
        return tellChanged(
          tx,
          await tx.first(
            `update "payoutAccount" set verified = true, version = version + 1
             where id = $1 returning *`,
            [id],
          ),
        );
      }),
    );
  }

  /** Nothing is paid out there any more. Its people. Payouts under way go on. Again: no effect. */
  async remove(viewer: Viewer, { key, id }: AccountAct): Promise<PayoutAccountId> {
    requireScope(viewer, 'payouts:write');
    const intent = { scope: `${actorOf(viewer)}:payoutAccountRemove`, key, input: { id } };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const { sellerId, removedAt } = await lockAccount(tx, id);
        await mustPayOut(this.sellers, viewer, sellerId, { tx, field: 'payoutAccountId' });
        if (removedAt !== null) return id;
        return tellChanged(
          tx,
          await tx.first(
            `update "payoutAccount" set "removedAt" = $2, version = version + 1
             where id = $1 returning *`,
            [id, tx.now],
          ),
        );
      }),
    );
  }
}

async function lockAccount(tx: Tx, id: PayoutAccountId): Promise<PayoutAccountRow> {
  const row = await tx.first<PayoutAccountRow>(
    'select * from "payoutAccount" where id = $1 for no key update',
    [id],
  );
  if (row === undefined) throw refuse('NOT_FOUND', { field: ['input', 'payoutAccountId'] });
  return row;
}

/** Tells that an account is another one now, or may be paid to or not. */
export function tellChanged(tx: Tx, row: PayoutAccountRow | undefined): PayoutAccountId {
  if (row === undefined) throw new Error('the payout account could not be written');
  const { id, sellerId, verified, version, removedAt } = row;
  const about = { subject: id, version: version + 1, topics: [] };
  const data = { payoutAccountId: id, sellerId, verified, removed: removedAt !== null };
  tx.publish(fact('payout_account.changed', about, data));
  return id;
}
