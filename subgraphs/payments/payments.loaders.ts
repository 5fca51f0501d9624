import type { Viewer } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import { sellerMoneyLoaders } from './balances/seller-money.loaders';
import type { SellerService } from './balances/seller.service';
import { chargebackLoaders } from './chargebacks/chargeback.loaders';
import { disputeLoaders } from './disputes/dispute.loaders';
import { escrowLoaders } from './escrow/escrow.loaders';
import { evidenceLoaders } from './evidence/evidence.loaders';
import { paymentLoaders } from './payments/payment.loaders';
import { Party } from './payments.party';
import { Rows } from './payments.rows';
import { payoutLoaders } from './payouts/payout.loaders';

/**
 * What one request reads, batched. What is looked up by its own id passes a party check here: what the viewer may not
 * see is null, so a forged reference learns nothing.
 */
export function loadersOf(db: Queries, viewer: Viewer, sellers: SellerService) {
  const rows = new Rows(db);
  const party = new Party(viewer, sellers);
  return Object.assign(party, {
    ...escrowLoaders(rows, party),
    ...disputeLoaders(rows, party),
    ...evidenceLoaders(rows),
    ...chargebackLoaders(rows, party),
    ...paymentLoaders(rows, party),
    ...payoutLoaders(rows, party),
    ...sellerMoneyLoaders(rows),
  });
}
export type Loaders = ReturnType<typeof loadersOf>;
