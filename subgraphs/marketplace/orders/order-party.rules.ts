import type { OrderParty } from './order-actions.rules';

/** What must be known of a caller to tell what they are to an order. */
export interface Caller {
  readonly kind: string;
  readonly accountId?: string | undefined;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly tenantIds: readonly string[];
}

/** An order's two sides, and whether the caller's account is a member of the seller. */
export interface Sides {
  readonly buyerId: string;
  readonly sellerId: string;
  readonly isMember: boolean;
}

/**
 * What the caller is to an order, or undefined: then for them it does not exist. A key acts for the sellers it is bound
 * to, within its scopes, and never as the person who made it; so a seller's key does not see what its maker bought.
 */
export function partyOf(caller: Caller, sides: Sides, scope: string): OrderParty | undefined {
  if (caller.kind === 'API_KEY') {
    return caller.tenantIds.includes(sides.sellerId) && caller.scopes.includes(scope)
      ? 'SELLER'
      : undefined;
  }
  if (caller.kind !== 'USER' || caller.accountId === undefined) return undefined;
  if (caller.accountId === sides.buyerId) return 'BUYER';
  if (sides.isMember) return 'SELLER';
  return caller.roles.includes('OPERATOR') ? 'OPERATOR' : undefined;
}
