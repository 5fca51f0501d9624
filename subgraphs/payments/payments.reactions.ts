import { reaction } from '#contracts/fact';
import type { Reaction } from '#kernel/events/reaction';
import type { SellerService } from './balances/seller.service';
import type { AgreementService } from './escrow/agreement.service';
import type { EscrowService } from './escrow/escrow.service';
import type { ReleaseService } from './escrow/release.service';
import type { PayoutService } from './payouts/payout.service';

/** What the reactions work with. */
export interface Reacting {
  readonly agreements: AgreementService;
  readonly escrows: EscrowService;
  readonly releases: ReleaseService;
  readonly sellers: SellerService;
  readonly payouts: PayoutService;
}

/**
 * Everything that happens elsewhere and moves money here. Facts come in any order: what is not known yet is thrown back
 * and tried again later; what has no effect any more has none.
 */
export const paymentsReactions = (to: Reacting): Reaction[] => [
  reaction('order_group.placed', [], async (tx, terms) => {
    await to.agreements.upsertIn(tx, terms);
  }),
  reaction('order.receipt_confirmed', ['escrow.released'], (tx, { orderId }) =>
    to.releases.receivedIn(tx, orderId),
  ),
  reaction(
    'order.cancelled',
    ['escrow.progressed', 'refund.succeeded', 'refund.failed'],
    (tx, { orderId, fault }) => to.escrows.cancelledIn(tx, orderId, `ORDER_CANCELLED_${fault}`),
  ),
  reaction(
    'order.expired',
    ['escrow.progressed', 'refund.succeeded', 'refund.failed'],
    (tx, { orderId }) => to.escrows.cancelledIn(tx, orderId, 'ORDER_EXPIRED'),
  ),
  reaction('shipment.shipped', ['escrow.progressed'], async (tx, { orderId, allShipped }) => {
    if (allShipped) await to.escrows.progressIn(tx, orderId, 'ship');
  }),
  reaction('shipment.delivered', ['escrow.progressed'], async (tx, { orderId, allDelivered }) => {
    if (allDelivered) await to.escrows.progressIn(tx, orderId, 'deliver');
  }),
  reaction('shipment.delivery_retracted', ['escrow.progressed'], (tx, { orderId }) =>
    to.escrows.progressIn(tx, orderId, 'retract'),
  ),
  reaction('seller.opened', [], (tx, { sellerId, accountId }) =>
    to.sellers.openedIn(tx, sellerId, accountId),
  ),
  reaction('merchant.verification_changed', [], async (tx, { sellerIds, gates, version }) => {
    for (const sellerId of sellerIds) await to.payouts.gateIn(tx, sellerId, gates.PAYOUT, version);
  }),
];
