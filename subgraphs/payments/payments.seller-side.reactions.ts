import { reaction } from '#contracts/fact';
import type { Reaction } from '#kernel/events/reaction';
import type { AdGrantService } from './ads/ad-grant.service';
import type { AdvanceService } from './advances/advance.service';
import { labelChargedIn, labelRefundedIn } from './labels/label.service';

/** What sellers pay for elsewhere: labels, advertising, advances. */
export const sellerSideReactions = (to: {
  readonly adGrants: AdGrantService;
  readonly advances: AdvanceService;
}): Reaction[] => [
  reaction('label.charged', ['balance.changed'], labelChargedIn),
  reaction('label.refunded', ['balance.changed'], labelRefundedIn),
  reaction('ad_grant.requested', ['ad_grant.funded', 'ad_grant.refused'], (tx, heard) =>
    to.adGrants.requestedIn(tx, heard),
  ),
  reaction('ad_grant.closed', [], (tx, heard) => to.adGrants.closedIn(tx, heard)),
  reaction('ad_spend.billed', [], (tx, heard) => to.adGrants.billedIn(tx, heard)),
  reaction('ad_spend.credited', [], (tx, heard) => to.adGrants.creditedIn(tx, heard)),
  reaction('advance.accepted', ['advance.disbursed', 'advance.refused'], (tx, heard) =>
    to.advances.acceptedIn(tx, heard),
  ),
  reaction('advance.terms_changed', [], (tx, heard) => to.advances.termsChangedIn(tx, heard)),
  reaction('advance.payoff_requested', ['advance.remitted'], (tx, heard) =>
    to.advances.payoffIn(tx, heard),
  ),
  reaction('advance.closed', [], (tx, heard) => to.advances.closedIn(tx, heard)),
];
