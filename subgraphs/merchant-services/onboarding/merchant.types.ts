import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { MerchantId, SellerId } from '#contracts/ids';
import { NodeType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { errorsOf } from '../merchant-services.errors';
import type { MerchantRow } from './merchant.entity';
import {
  type VerificationState,
  verificationMachine,
  verificationMeaning,
} from './merchant.machine';
import type { RequirementCode } from './requirement.rules';

const VerificationStateEnum = enumOf(statesOf(verificationMachine));
registerEnumType(VerificationStateEnum, {
  name: 'VerificationState',
  description: 'How far a merchant’s verification has come.',
  valuesConfig: Object.fromEntries(
    Object.entries(verificationMeaning).map(([state, description]) => [state, { description }]),
  ),
});

export const EntityType = { INDIVIDUAL: 'INDIVIDUAL', COMPANY: 'COMPANY' } as const;
registerEnumType(EntityType, {
  name: 'EntityType',
  description: 'Who stands behind a merchant.',
  valuesConfig: {
    INDIVIDUAL: { description: 'A natural person.' },
    COMPANY: { description: 'A registered company.' },
  },
});

export const GateName = { SELL: 'SELL', PAYOUT: 'PAYOUT' } as const;
registerEnumType(GateName, {
  name: 'GateName',
  description: 'Something that only a verified merchant may do.',
  valuesConfig: {
    SELL: { description: 'Have offers bought.' },
    PAYOUT: { description: 'Have money paid out.' },
  },
});

export const ReviewDecisionEnum = { APPROVE: 'APPROVE', ASK: 'ASK', REJECT: 'REJECT' } as const;
registerEnumType(ReviewDecisionEnum, {
  name: 'MerchantReviewDecision',
  description: 'What a reviewer decides.',
  valuesConfig: {
    APPROVE: { description: 'Verified at level 2.' },
    ASK: { description: 'More is needed from the merchant.' },
    REJECT: { description: 'Refused; can be appealed.' },
  },
});

@ObjectType('MerchantGate', {
  description: 'Whether a verified merchant’s right is open.',
})
export class Gate {
  @Field(() => GateName, { description: 'The right.' })
  gate!: keyof typeof GateName;

  @Field(() => Boolean, { description: 'True when it may be used now.' })
  open!: boolean;
}

@ObjectType('Requirement', { description: 'Something that verification needs.' })
export class RequirementType {
  @Field(() => String, { description: 'Stable code, e.g. `LEGAL_NAME`.' })
  code!: RequirementCode;

  @Field(() => Boolean, { description: 'True when it is met.' })
  met!: boolean;
}

@ObjectType({ description: 'A merchant’s verification. State and level are public.' })
export class Verification {
  @Field(() => VerificationStateEnum, { description: 'How far it has come.' })
  state!: VerificationState;

  @Field(() => Int, { description: '0 not verified, 1 by automatic checks, 2 by a person.' })
  level!: number;

  @Directive('@listSize(assumedSize: 5)')
  @Field(() => [Gate], { description: 'What is open because of it.' })
  gates!: Gate[];

  @Field(() => [RequirementType], {
    nullable: true,
    description: 'What it needs and what is missing; members only.',
  })
  requirements!: RequirementType[] | null;
}

@Directive('@key(fields: "id")')
@ObjectType('Seller', { description: 'A shop in the marketplace.' })
export class SellerOfMerchant {
  @Field(() => ID, { description: 'Opaque, prefixed and stable.' })
  id!: SellerId;
}

@Directive('@key(fields: "id")')
@ObjectType({ implements: NodeType, description: 'The business behind a seller.' })
export class Merchant extends NodeType implements Pick<MerchantRow, 'id' | 'sellerId'> {
  override id!: MerchantId;
  sellerId!: SellerId;
}

@InputType({ description: 'The legal profile of a merchant, for verification.' })
export class MerchantSubmitInput {
  @Field(() => ID, { description: 'The merchant.' })
  merchantId!: MerchantId;

  @Field(() => EntityType, { description: 'Who stands behind it.' })
  entityType!: keyof typeof EntityType;

  @Field(() => String, { description: 'Full legal name, 2–120 characters.' })
  legalName!: string;

  @Field(() => String, { nullable: true, description: 'Register number; needed for a company.' })
  registrationNumber!: string | null;

  @Field(() => String, { description: 'Postal address, 8–300 characters.' })
  address!: string;

  @Field(() => String, { description: 'Contact e-mail.' })
  email!: string;

  @Field(() => String, { description: 'Contact phone, E.164, e.g. `+5511999990000`.' })
  phone!: string;
}

@InputType({ description: 'A reviewer’s decision about a merchant.' })
export class MerchantReviewDecideInput {
  @Field(() => ID, { description: 'The merchant.' })
  merchantId!: MerchantId;

  @Field(() => ReviewDecisionEnum, { description: 'What is decided.' })
  decision!: keyof typeof ReviewDecisionEnum;

  @Field(() => String, { description: 'Why; shown to the merchant.' })
  reason!: string;
}

const merchantField = { type: () => Merchant, description: 'The merchant as it is now.' };

export const MerchantSubmitPayload = payloadType<{ merchant: Merchant }>(
  'MerchantSubmit',
  errorsOf('MERCHANT_NOT_FOUND', 'REQUIREMENT_UNMET', 'TRANSITION_NOT_ALLOWED'),
  { merchant: merchantField },
);

export const MerchantReviewDecidePayload = payloadType<{ merchant: Merchant }>(
  'MerchantReviewDecide',
  errorsOf('MERCHANT_NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  { merchant: merchantField },
);
