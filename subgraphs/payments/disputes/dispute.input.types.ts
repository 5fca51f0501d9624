import { Field, ID, InputType, Int } from 'type-graphql';
import type { DisputeReason } from '#contracts/trade-policy';
import { MoneyInput } from '#kernel/graphql/money.types';
import type { ClaimedLine } from './claim.rules';
import type { DisputeFault } from './decision.rules';
import { DisputeFaults, DisputeKinds, DisputeReasons } from './dispute.types';
import type { DisputeKind } from './proposal.rules';

@InputType({ description: 'Goods that a buyer complains about.' })
export class DisputeLineInput implements ClaimedLine {
  @Field(() => ID, { description: 'Line of the order.' })
  orderLineId!: string;

  @Field(() => Int, { description: 'How many of it; at least 1.' })
  quantity!: number;
}

@InputType({ description: 'A buyer complains about an order.' })
export class DisputeOpenInput {
  @Field(() => ID, { description: 'Which order.' })
  orderId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Which part of the order’s money; needed when there are several.',
  })
  trancheId?: string | null;

  @Field(() => [DisputeLineInput], {
    nullable: true,
    description: 'Goods that it is about, at most 50; without them all.',
  })
  lines?: DisputeLineInput[] | null;

  @Field(() => MoneyInput, {
    nullable: true,
    description: 'How much is claimed; without it what the goods cost. It is cut to what is left.',
  })
  amount?: MoneyInput | null;

  @Field(() => DisputeKinds, { description: 'What the buyer wants.' })
  kind!: DisputeKind;

  @Field(() => DisputeReasons, { description: 'Why.' })
  reason!: DisputeReason;

  @Field(() => String, { description: 'In words, for the seller to read; 1 to 500 characters.' })
  text!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Agrees to the other side’s terms, or says that goods came back well.' })
export class DisputeAcceptInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'The proposal that is accepted; not needed for goods that came back.',
  })
  proposalVersion?: number | null;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Puts other terms forward.' })
export class DisputeCounterInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => Int, { description: 'The latest proposal that the caller knows of.' })
  proposalVersion!: number;

  @Field(() => DisputeKinds, { description: 'What would happen.' })
  kind!: DisputeKind;

  @Field(() => MoneyInput, {
    description: 'What would go back; at most what is at stake, 0 only with an exchange.',
  })
  amount!: MoneyInput;

  @Field(() => String, { description: 'In words; 1 to 500 characters.' })
  text!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Says no, with a reason.' })
export class DisputeRefuseInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => String, { description: 'Why; 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Asks for a decision, or says that this side has nothing to add.' })
export class DisputeEscalateInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'The buyer gives up.' })
export class DisputeWithdrawInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Does not accept a decision.' })
export class DisputeAppealInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => String, { description: 'Why; 1 to 500 characters.' })
  reason!: string;

  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'What is decided: refund and release are together what is at stake.' })
export class DisputeVerdictInput {
  @Field(() => ID, { description: 'Which.' })
  disputeId!: string;

  @Field(() => MoneyInput, { description: 'What goes back to the buyer.' })
  refund!: MoneyInput;

  @Field(() => MoneyInput, { description: 'What the seller gets, before fees.' })
  release!: MoneyInput;

  @Field(() => MoneyInput, {
    nullable: true,
    description:
      'Of the platform’s own money for the buyer, as credit; a second person must agree.',
  })
  goodwill?: MoneyInput | null;

  @Field(() => DisputeFaults, { description: 'Whose fault it was.' })
  fault!: DisputeFault;

  @Field(() => Boolean, { description: 'Whether the goods have to go back.' })
  returnRequired!: boolean;

  @Field(() => [String], {
    description: 'Clauses of the trade policy (`Dispute.policy`); at least one, at most 20.',
  })
  clauses!: string[];

  @Field(() => [ID], { description: 'Evidence that it rests on; at most 100.' })
  evidenceIds!: string[];

  @Field(() => String, { description: 'Why, for both sides to read; 1 to 500 characters.' })
  reason!: string;
}

@InputType({ description: 'Decides a dispute.' })
export class DisputeDecideInput extends DisputeVerdictInput {
  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}

@InputType({ description: 'Decides an appeal: the same again upholds the decision.' })
export class DisputeAppealDecideInput extends DisputeVerdictInput {
  @Field(() => String, { description: 'Names this intent; 1 to 200 characters.' })
  idempotencyKey!: string;
}
