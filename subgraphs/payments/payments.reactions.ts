import { reaction } from '#contracts/fact';
import type { Reaction } from '#kernel/events/reaction';
import type { AdGrantService } from './ads/ad-grant.service';
import type { AdvanceService } from './advances/advance.service';
import type { SellerService } from './balances/seller.service';
import type { ContractService } from './evidence/contract.service';
import type { DisputeReturnService } from './disputes/dispute-return.service';
import type { AgreementService } from './escrow/agreement.service';
import type { EscrowService } from './escrow/escrow.service';
import type { ReleaseService } from './releases/release.service';
import { sellerSideReactions } from './payments.seller-side.reactions';
import { gateIn } from './payouts/payout-gate.service';
import type { OrderSignals } from './risk/order-signal.service';

/** What the reactions work with. */
export interface Reacting {
  readonly agreements: AgreementService;
  readonly contracts: ContractService;
  readonly signals: OrderSignals;
  readonly escrows: EscrowService;
  readonly releases: ReleaseService;
  readonly sellers: SellerService;
  readonly returns: DisputeReturnService;
  readonly adGrants: AdGrantService;
  readonly advances: AdvanceService;
}

/**
 * Everything that happens elsewhere and moves money here. Facts come in any order: what is not known yet is thrown back
 * and tried again later; what has no effect any more has none.
 */
export const paymentsReactions = (to: Reacting): Reaction[] => [
  reaction('order_group.placed', [], async (tx, terms) => {
    await to.agreements.upsertIn(tx, terms);
  }),
  reaction('order.placed', [], async (tx, heard) => {
    await to.contracts.heardIn(tx, heard.orderId, heard.contract);
    await to.signals.placedIn(tx, heard);
  }),
  reaction(
    'order.receipt_confirmed',
    ['escrow.released', 'escrow.frozen', 'risk.decided', 'advance.remitted'],
    (tx, { orderId }) => to.releases.receivedIn(tx, orderId),
  ),
  reaction(
    'order.cancelled',
    ['escrow.progressed', 'refund.succeeded', 'refund.failed', 'advance.remittance_reversed'],
    (tx, { orderId, fault }) =>
      to.escrows.cancelledIn(tx, orderId, { cause: `ORDER_CANCELLED_${fault}`, fault }),
  ),
  reaction(
    'order.expired',
    ['escrow.progressed', 'refund.succeeded', 'refund.failed', 'advance.remittance_reversed'],
    (tx, { orderId }) =>
      to.escrows.cancelledIn(tx, orderId, { cause: 'ORDER_EXPIRED', fault: 'NOBODY' }),
  ),
  ...ofParcels(to),
  reaction('return.received', ['dispute.updated'], (tx, { disputeId }) =>
    to.returns.receivedIn(tx, disputeId),
  ),
  reaction('shipment.milestone_changed', ['dispute.updated'], to.returns.scannedIn),
  reaction('seller.opened', [], (tx, { sellerId, accountId }) =>
    to.sellers.openedIn(tx, sellerId, accountId),
  ),
  reaction('seller_trust.changed', [], (tx, { sellerId, tier, version }) =>
    to.sellers.tierIn(tx, { sellerId, tier, version }),
  ),
  reaction('merchant.verification_changed', [], async (tx, { sellerIds, gates, ...heard }) => {
    for (const sellerId of sellerIds) await gateIn(tx, sellerId, { open: gates.PAYOUT, ...heard });
  }),
  reaction('restriction.imposed', [], (tx, heard) =>
    to.sellers.restrictIn(tx, { ...heard, lifted: false }),
  ),
  reaction('restriction.lifted', [], (tx, heard) =>
    to.sellers.restrictIn(tx, { ...heard, lifted: true }),
  ),
  ...sellerSideReactions(to),
];

/** What a carrier does with the goods moves their money. */
const ofParcels = (to: Reacting): Reaction[] => [
  reaction('shipment.shipped', ['escrow.progressed'], async (tx, { trackings, ...heard }) => {
    const { orderId, allShipped: all, ...parcel } = heard;
    await to.signals.seenIn(tx, { orderId, shipmentId: heard.shipmentId, trackings });
    await to.escrows.progressIn(tx, orderId, { event: 'ship', all, ...parcel });
  }),
  reaction('shipment.lost', ['escrow.shipment_lost', 'escrow.progressed'], (tx, lost) =>
    to.escrows.lostIn(tx, lost.orderId, lost.shipmentId),
  ),
  reaction('shipment.delivered', ['escrow.progressed'], async (tx, heard) => {
    const { orderId, shipmentId, allDelivered: all, elsewhere } = heard;
    await to.signals.seenIn(tx, { orderId, shipmentId, elsewhere });
    await to.escrows.progressIn(tx, orderId, { event: 'deliver', shipmentId, all });
  }),
  reaction('shipment.delivery_retracted', ['escrow.progressed'], async (tx, heard) => {
    const { orderId, shipmentId } = heard;
    await to.signals.retractedIn(tx, shipmentId);
    await to.escrows.progressIn(tx, orderId, { event: 'retract', shipmentId });
  }),
];
