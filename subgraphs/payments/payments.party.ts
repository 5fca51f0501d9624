import type { GrantBook } from '#kernel/auth/grant';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { SellerService } from './balances/seller.service';
import type { EvidenceSide } from './evidence/evidence-chain.rules';
import { sideAmong } from './evidence/evidence-case.service';

/** The two who trade. */
interface Parties {
  readonly buyerId: string;
  readonly sellerId: string;
}

/** Who the viewer of one request is to what it reads. */
export class Party {
  private mine: Promise<ReadonlySet<string>> | undefined;

  constructor(
    readonly viewer: Viewer,
    private readonly sellers: SellerService,
  ) {}

  /** True for the buyer (never for a key that the buyer's account made) and for operators. */
  isBuyer(buyerId: string): boolean {
    const { viewer } = this;
    return hasRole(viewer, 'OPERATOR') || (viewer.kind === 'USER' && viewer.accountId === buyerId);
  }

  /** True for the buyer, operators and auditors. */
  reads(buyerId: string): boolean {
    return hasRole(this.viewer, 'AUDITOR') || this.isBuyer(buyerId);
  }

  /** True for both sides of a trade, operators and auditors. */
  async sees({ buyerId, sellerId }: Parties): Promise<boolean> {
    return this.reads(buyerId) || this.actsFor(sellerId);
  }

  /** True for the seller's members and keys that may read payments, and for operators. */
  async actsFor(sellerId: string): Promise<boolean> {
    return hasRole(this.viewer, 'OPERATOR') || this.isSeller(sellerId);
  }

  /** True for the seller's members and keys that may read payments; not for operators. */
  async isSeller(sellerId: string): Promise<boolean> {
    return (await this.sellersOf()).has(sellerId);
  }

  /** On which side of a case the viewer stands; undefined for strangers. */
  async sideOf(theCase: Parties): Promise<EvidenceSide | undefined> {
    return sideAmong(this.viewer, theCase, await this.sellersOf());
  }

  /** Lets the viewer follow an escrow or a dispute that they see, if that was asked for. */
  async grant(
    grants: GrantBook | undefined,
    { id, buyerId, sellerId }: Parties & { readonly id: string },
  ): Promise<void> {
    if (grants === undefined) return;
    const { kind, accountId } = this.viewer;
    const roles = [
      ...(kind === 'USER' && accountId === buyerId ? ['BUYER'] : []),
      ...((await this.actsFor(sellerId)) ? ['SELLER'] : []),
    ];
    grants.give(id, roles.join('+') || 'OPERATOR', await this.sellers.rightsOf(this.viewer));
  }

  /** The same for what only a seller's side and operators see. The caller has checked that the viewer may. */
  async grantToSeller(
    grants: GrantBook | undefined,
    subject: string,
    sellerId: string,
  ): Promise<void> {
    if (grants === undefined) return;
    const mine = hasRole(this.viewer, 'OPERATOR') ? new Set<string>() : await this.sellersOf();
    const role = mine.has(sellerId) ? 'SELLER' : 'OPERATOR';
    grants.give(subject, role, await this.sellers.rightsOf(this.viewer));
  }

  private sellersOf(): Promise<ReadonlySet<string>> {
    return (this.mine ??= this.sellers.sellersOf(this.viewer, 'payments:read'));
  }
}
