import { fact } from '#contracts/fact';
import { type EscrowId, type OrderId } from '#contracts/ids';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { uuidOf } from '#kernel/ids/id';
import type { Logger } from '#kernel/server/log';
import { actorOf, requireBuyer } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { balanceTransactionIds, releaseIds } from '../payments.ids';
import { refuse } from '../payments.errors';
import { STANDARD_TIER, distribute, sharesOf } from './release.rules';
import { type TrancheEvent, trancheMachine } from './tranche.machine';
import { type Held, aboutEscrow, lockHeld, moveHeld, partiesOf } from './tranche.service';

export type ReleaseCause = 'RECEIPT_CONFIRMED' | 'INSPECTION_ENDED' | 'TRANSIT_ENDED';

const ADD_LINE = `
  insert into "balanceTransaction" (id, "accountId", "sellerId", currency, kind, "amountMinor",
    "grossMinor", "commissionMinor", "taxMinor", "orderId", cause, "causeId", "occurredAt")
  values ($1, $2, $3, $4, 'RELEASE', $5, $6, $7, $8, $9, $10, $11, $12)`;

/**
 * Gives held money to the seller, less commission and tax. Every seller counts as tier STANDARD and the holding time
 * after release is not applied yet: what the buyer's word or a deadline releases is available at once.
 */
export class ReleaseService {
  constructor(
    private readonly db: Database,
    private readonly log: Logger,
  ) {}

  /** The buyer says that the goods arrived well. Again: no effect. */
  async confirm(
    viewer: Viewer,
    input: { readonly key: string; readonly escrowId?: EscrowId; readonly orderId?: OrderId },
  ): Promise<EscrowId> {
    const buyer = requireBuyer(viewer);
    const { key, ...target } = input;
    const intent = { scope: `${actorOf(viewer)}:escrowReleaseConfirm`, key, input: target };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const held = await lockHeld(tx, target);
        if (held?.escrow.buyerId !== buyer) throw refuse('NOT_FOUND');
        if ((target.orderId ?? held.escrow.orderId) !== held.escrow.orderId)
          throw refuse('NOT_FOUND');
        if (held.tranche.state === 'FROZEN') throw refuse('TRANCHE_FROZEN');
        if (held.tranche.state !== 'RELEASED') {
          await this.releaseIn(tx, held, 'confirm', 'RECEIPT_CONFIRMED');
        }
        return held.escrow.id;
      }),
    );
  }

  /** Marketplace says that the buyer has the goods; it may be heard before the shipment's own facts. */
  async receivedIn(tx: Tx, orderId: OrderId): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || held.tranche.state === 'AWAITING_FUNDS') {
      throw new Error(`receipt of ${orderId} was confirmed before its money is known`);
    }
    if (trancheMachine.next(held.tranche.state, 'receive') === undefined) {
      this.log.info({ orderId, state: held.tranche.state }, 'receipt changes nothing');
      return;
    }
    await this.releaseIn(tx, held, 'receive', 'RECEIPT_CONFIRMED');
  }

  /** Releases all that is available of a locked escrow, or refuses with TRANSITION_NOT_ALLOWED. */
  async releaseIn(
    tx: Tx,
    held: Held,
    event: TrancheEvent & ('confirm' | 'receive' | 'transitEnd' | 'inspectionEnd'),
    cause: ReleaseCause,
  ): Promise<void> {
    const { escrow, tranche } = held;
    const state = trancheMachine.next(tranche.state, event);
    if (state === undefined) throw refuse('TRANSITION_NOT_ALLOWED');
    const gross = tranche.availableMinor;
    const from = tranche.refundedMinor + tranche.releasedMinor;
    const shares = sharesOf(escrow, from, from + gross);
    const { seller } = distribute(shares.net, STANDARD_TIER);
    const { sellerId, currency } = escrow;
    const [available = 0n, fees = 0n, taxes = 0n] = await openAccounts(tx, [
      { kind: 'SELLER_AVAILABLE', owner: uuidOf(sellerId), currency },
      { kind: 'FEE_REVENUE', owner: PLATFORM, currency },
      { kind: 'TAX_PAYABLE', owner: PLATFORM, currency },
    ]);
    const debit = tranche.accountId;
    const releaseId = releaseIds.create();
    await post(
      tx,
      posting(releaseId, currency, tx.now, [
        { code: 'RELEASE_COMMISSION', debit, credit: fees, amount: shares.commission },
        { code: 'RELEASE_TAX', debit, credit: taxes, amount: shares.tax },
        { code: 'RELEASE_SELLER', debit, credit: available, amount: seller },
      ]),
    );
    const { commission, tax } = shares;
    if (seller !== 0n) {
      const amounts = [seller, gross, commission, tax];
      const reason = [escrow.orderId, cause, releaseId, tx.now];
      const line = [balanceTransactionIds.create(), available, sellerId, currency];
      await tx.query(ADD_LINE, [...line, ...amounts, ...reason]);
    }
    const change = { state, released: gross, releasedCommission: commission, releasedTax: tax };
    await moveHeld(tx, held, change, (now) =>
      fact('escrow.released', aboutEscrow(now.escrow), {
        ...partiesOf(escrow),
        grossMinor: gross.toString(),
        commissionMinor: commission.toString(),
        taxMinor: tax.toString(),
        netMinor: seller.toString(),
        remainingMinor: (now.tranche.availableMinor + now.tranche.frozenMinor).toString(),
        currency,
        cause,
      }),
    );
  }
}
