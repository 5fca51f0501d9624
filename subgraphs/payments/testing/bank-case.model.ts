import type { Part } from './order-part.model';
import type { FrozenMoney, SellerLegs } from './seller-money.model';

/** What a bank says when it takes a payment back, or warns of it. */
export interface CaseTerms {
  readonly id: string;
  readonly pspDisputeId: string;
  readonly amount: bigint;
  readonly liable: 'SELLER' | 'PLATFORM';
  readonly isWon: boolean;
}

/** A case that is open, and what it took, or keeps while it only warns. */
export interface BankCase extends CaseTerms {
  readonly state: 'WARNING' | 'OPENED';
  readonly kept: readonly {
    readonly part: Part;
    readonly held: bigint;
    readonly seller: FrozenMoney;
  }[];
  readonly parts: readonly {
    readonly part: Part;
    readonly amount: bigint;
    readonly legs?: SellerLegs;
  }[];
  /** Taken of what was owed to the buyer. */
  readonly owed: readonly bigint[];
  /** Borne by nobody. */
  readonly uncovered: bigint;
}

/** Whether an order gets back what was taken of it: the platform pays only for what the buyer has. */
export const comesBack = (
  liable: CaseTerms['liable'],
  isWon: boolean,
  { state, wasReleased }: Pick<Part, 'state'> & { readonly wasReleased: unknown },
): boolean =>
  isWon ||
  (liable === 'PLATFORM' &&
    (wasReleased !== undefined || state === 'SHIPPED' || state === 'DELIVERED'));

/** What the platform bears of a case that is lost: what comes back to the order, or what nobody bore. */
export const lossOf = ({ liable, amount, owed, uncovered }: BankCase, gone: bigint): bigint =>
  liable === 'SELLER' ? uncovered : amount - owed.reduce((sum, one) => sum + one, 0n) - gone;
