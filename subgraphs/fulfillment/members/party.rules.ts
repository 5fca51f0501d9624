/** What a right depends on of the caller. */
export interface Caller {
  readonly kind: string;
  readonly accountId?: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly tenantIds: readonly string[];
}

/** Whose trade it is. */
export interface Trade {
  readonly buyerId: string;
  readonly sellerId: string;
}

export type Party = 'BUYER' | 'SELLER' | 'OPERATOR';

/**
 * As what a caller may see (or change) a trade: buyer, member of the seller, a key bound to the seller with the scope,
 * or operator. Empty: it does not exist for them. A key is never the buyer, whoever made it.
 */
export function partiesOf(
  caller: Caller,
  trade: Trade,
  memberOf: ReadonlySet<string>,
  access: 'read' | 'write',
): ReadonlySet<Party> {
  const parties = new Set<Party>();
  const scoped = caller.scopes.includes('*') || caller.scopes.includes(`fulfillment:${access}`);
  if (!scoped) return parties;
  if (caller.kind === 'USER') {
    if (caller.accountId === trade.buyerId) parties.add('BUYER');
    if (memberOf.has(trade.sellerId)) parties.add('SELLER');
    if (caller.roles.includes('OPERATOR')) parties.add('OPERATOR');
  }
  if (caller.kind === 'API_KEY' && caller.tenantIds.includes(trade.sellerId)) parties.add('SELLER');
  return parties;
}
