import { reaction } from '#contracts/fact';
import type { Reaction } from '#kernel/events/reaction';
import type { ProfitService } from './analytics/profit.service';
import type { MerchantService } from './onboarding/merchant.service';

/** Everything that happens elsewhere and matters to a merchant. */
export const merchantServicesReactions = (
  merchants: MerchantService,
  profits: ProfitService,
): Reaction[] => [
  reaction('seller.opened', [], (tx, opened) => merchants.openIn(tx, opened)),
  reaction('order.placed', [], (tx, order) => profits.placedIn(tx, order)),
  reaction('escrow.funded', [], (tx, funded) =>
    profits.addIn(tx, funded, funded.currency, { fundedMinor: funded.amountMinor }),
  ),
  reaction('escrow.released', [], (tx, released) =>
    profits.addIn(tx, released, released.currency, {
      commissionMinor: released.commissionMinor,
      taxMinor: released.taxMinor,
    }),
  ),
  reaction('refund.succeeded', [], (tx, refund) =>
    profits.addIn(tx, refund, refund.currency, { refundedMinor: refund.amountMinor }),
  ),
  reaction('label.charged', [], async (tx, label) => {
    if (label.payer !== 'SELLER') return;
    await profits.addIn(tx, label, label.currency, { labelMinor: label.amountMinor });
  }),
  reaction('label.refunded', [], async (tx, label) => {
    if (label.payer !== 'SELLER') return;
    await profits.addIn(tx, label, label.currency, { labelMinor: -label.amountMinor });
  }),
];
