import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { AccountId, DisputeId, EscrowId, OrderId, RefundId, SellerId } from '#contracts/ids';
import { type DisputeReason, disputeReasons } from '#contracts/trade-policy';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { updateType } from '#kernel/graphql/live.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import type { InCurrency } from '../payments.rows';
import type { ClaimedLine } from './claim.rules';
import { DISPUTE_FAULTS, type DisputeFault } from './decision.rules';
import type { DisputeAppealRow } from './dispute-appeal.entity';
import type { DisputeDecisionRow } from './dispute-decision.entity';
import type { DisputeProposalRow } from './dispute-proposal.entity';
import type { DisputeRow } from './dispute.entity';
import { type DisputeState, disputeMachine } from './dispute.machine';
import { DISPUTE_KINDS, type DisputeKind, type DisputeSide } from './proposal.rules';

export const DisputeStates = enumOf(statesOf(disputeMachine));
registerEnumType(DisputeStates, {
  name: 'DisputeState',
  description: 'Where a dispute stands, and who has to speak.',
  valuesConfig: {
    WAIT_SELLER: { description: 'The seller has to answer; silence accepts what the buyer asks.' },
    WAIT_BUYER: { description: 'The buyer has to answer; silence closes it.' },
    WAIT_RETURN: { description: 'Agreed; the goods have to come back first.' },
    WAIT_HOLD: { description: 'Agreed; another case has to let go of the money first.' },
    EVIDENCE: { description: 'Both sides add what they have.' },
    UNDER_REVIEW: { description: 'An operator decides. The parties may still agree.' },
    DECIDED: { description: 'Decided; either side may appeal. Nothing is paid out yet.' },
    APPEALED: { description: 'Another operator looks at the decision.' },
    RETURN_ORDERED: { description: 'Decided; nothing is paid out before the goods are back.' },
    RESOLVED: { description: 'The parties agreed.' },
    WITHDRAWN: { description: 'The buyer gave up.' },
    CLOSED: { description: 'Over: decided, or not followed up in time.' },
    SUPERSEDED: { description: 'The buyer’s bank took it over by a chargeback.' },
  },
});

export const DisputeKinds = enumOf(DISPUTE_KINDS);
registerEnumType(DisputeKinds, {
  name: 'DisputeKind',
  description: 'What a buyer wants, or a seller offers.',
  valuesConfig: {
    REFUND_ONLY: { description: 'Money back; the goods stay where they are.' },
    RETURN_AND_REFUND: { description: 'The goods come back, then the money goes back.' },
    EXCHANGE: { description: 'The goods come back and others are sent; money may go back too.' },
  },
});

export const DisputeReasons = enumOf(disputeReasons);
registerEnumType(DisputeReasons, {
  name: 'DisputeReason',
  description: 'Why a buyer complains.',
  valuesConfig: {
    NOT_RECEIVED: { description: 'The goods did not arrive.' },
    NOT_AS_DESCRIBED: { description: 'The goods are not what was offered.' },
    DAMAGED: { description: 'The goods arrived damaged.' },
    COUNTERFEIT: { description: 'The goods are not genuine.' },
    SHORT: { description: 'Something is missing.' },
    LATE: { description: 'The goods came too late.' },
    CHANGED_MIND: { description: 'The buyer no longer wants them.' },
  },
});

const Sides = enumOf(['BUYER', 'SELLER'] as const);
registerEnumType(Sides, {
  name: 'DisputeSide',
  description: 'A party of a dispute.',
  valuesConfig: {
    BUYER: { description: 'Who ordered.' },
    SELLER: { description: 'Whoever acts for the seller.' },
  },
});

export const DisputeFaults = enumOf(DISPUTE_FAULTS);
registerEnumType(DisputeFaults, {
  name: 'DisputeFault',
  description: 'Whose fault an operator found it to be.',
  valuesConfig: {
    BUYER: { description: 'The buyer’s.' },
    SELLER: { description: 'The seller’s.' },
    PLATFORM: { description: 'Ours.' },
    NOBODY: { description: 'Nobody’s, or it cannot be told.' },
  },
});

@ObjectType({ description: 'Goods that a dispute is about.' })
class DisputeLine implements ClaimedLine {
  @Field(() => ID, { description: 'Line of the order.' })
  orderLineId!: string;

  @Field(() => Int, { description: 'How many of it.' })
  quantity!: number;
}

@ObjectType({ description: 'Terms that one side put forward. They never change.' })
export class DisputeProposal implements Pick<
  InCurrency<DisputeProposalRow>,
  'version' | 'side' | 'kind' | 'text' | 'at'
> {
  @Field(() => Int, { description: 'Counts over both sides: name it to accept it.' })
  version!: number;

  @Field(() => Sides, { description: 'Whose terms.' })
  side!: DisputeSide;

  @Field(() => DisputeKinds, { description: 'What would happen.' })
  kind!: DisputeKind;

  @Field(() => String, { description: 'In that side’s words.' })
  text!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  amountMinor!: bigint;
  currency!: string;
}

@ObjectType({ description: 'What an operator decided. It never changes; an appeal adds another.' })
export class DisputeDecision implements Pick<
  InCurrency<DisputeDecisionRow>,
  | 'round'
  | 'fault'
  | 'returnRequired'
  | 'policyVersion'
  | 'clauses'
  | 'evidenceIds'
  | 'reason'
  | 'at'
> {
  @Field(() => Int, { description: '1; then one for an appeal, and one for a contested return.' })
  round!: number;

  @Field(() => DisputeFaults, { description: 'Whose fault it was.' })
  fault!: DisputeFault;

  @Field(() => Boolean, { description: 'Whether the goods have to go back.' })
  returnRequired!: boolean;

  @Field(() => String, { description: 'Version of the trade policy.' })
  policyVersion!: string;

  @Field(() => [String], { description: 'Clauses of the trade policy that it rests on.' })
  clauses!: string[];

  @Field(() => [ID], { description: 'Evidence that it rests on.' })
  evidenceIds!: string[];

  @Field(() => String, { description: 'Why, for both sides to read.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;

  refundMinor!: bigint;
  releaseMinor!: bigint;
  goodwillMinor!: bigint;
  currency!: string;
  decidedBy!: string;
  approvedBy!: string | null;
}

@ObjectType({ description: 'One side does not accept a decision.' })
export class DisputeAppeal implements Pick<DisputeAppealRow, 'side' | 'reason' | 'at'> {
  @Field(() => Sides, { description: 'Which side.' })
  side!: DisputeSide;

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'Something that happened in a dispute.' })
export class DisputeEvent {
  @Field(() => DateTime, { description: 'When it was committed.' })
  at!: Date;

  @Field(() => String, { description: 'Type of the fact, e.g. `dispute.opened`.' })
  event!: string;

  @Field(() => String, { nullable: true, description: 'The new state or the cause.' })
  detail!: string | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description:
    'A disagreement about the money of one tranche. Its buyer, its seller, operators and auditors.',
})
export class Dispute
  extends NodeType
  implements
    Pick<
      DisputeRow,
      | 'id'
      | 'state'
      | 'kind'
      | 'reason'
      | 'text'
      | 'lines'
      | 'proposalVersion'
      | 'buyerDone'
      | 'sellerDone'
      | 'openedAt'
      | 'returnedAt'
      | 'closedAt'
      | 'version'
    >
{
  declare id: DisputeId;

  @Field(() => ID, {
    description: 'The part of the order’s money that it is about; see `escrow.tranches`.',
  })
  trancheId!: string;

  @Field(() => DisputeStates, { description: 'Where it stands.' })
  state!: DisputeState;

  @Field(() => DisputeKinds, { description: 'What the buyer asked for at first.' })
  kind!: DisputeKind;

  @Field(() => DisputeReasons, { description: 'Why.' })
  reason!: DisputeReason;

  @Field(() => String, { description: 'In the buyer’s words.' })
  text!: string;

  @Directive('@listSize(assumedSize: 3)')
  @Field(() => [DisputeLine], { description: 'Goods that it names; empty when all.' })
  lines!: readonly ClaimedLine[];

  @Field(() => Int, { description: 'The latest proposal: name it to put other terms forward.' })
  proposalVersion!: number;

  @Field(() => Boolean, { description: 'The buyer has nothing to add to the evidence.' })
  buyerDone!: boolean;

  @Field(() => Boolean, { description: 'The seller has nothing to add to the evidence.' })
  sellerDone!: boolean;

  @Field(() => DateTime, { description: 'When it was opened.' })
  openedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the goods came back, if they did.' })
  returnedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null before.' })
  closedAt!: Date | null;

  @Field(() => Int, { description: 'Grows with each change.' })
  version!: number;

  orderId!: OrderId;
  escrowId!: EscrowId;
  buyerId!: AccountId;
  sellerId!: SellerId;
  refundId!: RefundId | null;
  refusedVersion!: number;
  stakeMinor!: bigint;
  currency!: string;
}

/** What `disputeUpdated` sends. */
export const DisputeUpdate = updateType('Dispute', 'dispute', () => Dispute);

export const DisputeConnection = connectionType('Dispute', () => Dispute);
