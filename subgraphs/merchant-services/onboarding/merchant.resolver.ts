import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { MerchantServicesContext } from '../merchant-services.context';
import { ActionType, type Payload } from '#kernel/graphql/payload.types';
import type { MerchantRow } from './merchant.entity';
import { verificationMachine } from './merchant.machine';
import {
  Merchant,
  MerchantReviewDecideInput,
  MerchantReviewDecidePayload,
  MerchantSubmitInput,
  MerchantSubmitPayload,
  SellerOfMerchant,
  Verification,
} from './merchant.types';
import { gatesOf, requirementsOf } from './requirement.rules';

@Resolver(() => Merchant)
export class MerchantResolver {
  @Query(() => Merchant, {
    nullable: true,
    description: 'One merchant; its public part for everyone.',
  })
  merchant(
    @Arg('id', () => ID, { description: 'The merchant.' }) id: string,
    @Ctx() { merchants }: MerchantServicesContext,
  ): Promise<Merchant | null> {
    return merchants.get(id).then((row) => row ?? null);
  }

  @Mutation(() => MerchantSubmitPayload, {
    nullable: true,
    description: 'Submits the legal profile; a complete one is verified at once. Members only.',
  })
  merchantSubmit(
    @Arg('input', () => MerchantSubmitInput, { description: 'The profile.' })
    { merchantId, ...profile }: MerchantSubmitInput,
    @Ctx() { merchants, viewer }: MerchantServicesContext,
  ): Promise<Payload<{ merchant: Merchant }>> {
    const legal = { ...profile, registrationNumber: profile.registrationNumber ?? null };
    return MerchantSubmitPayload.settle(async () => ({
      merchant: await merchants.submit(viewer, merchantId, legal),
    }));
  }

  @Mutation(() => MerchantReviewDecidePayload, {
    nullable: true,
    description:
      'Decides a verification that needs a person. Role OPERATOR, and not a member of it.',
  })
  merchantReviewDecide(
    @Arg('input', () => MerchantReviewDecideInput, { description: 'The decision.' })
    { merchantId, decision, reason }: MerchantReviewDecideInput,
    @Ctx() { merchants, viewer }: MerchantServicesContext,
  ): Promise<Payload<{ merchant: Merchant }>> {
    return MerchantReviewDecidePayload.settle(async () => ({
      merchant: await merchants.review(viewer, merchantId, decision, reason),
    }));
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => Verification, { description: 'How far verification has come.' })
  async verification(
    @Root() merchant: MerchantRow,
    @Ctx() { merchants, viewer }: MerchantServicesContext,
  ): Promise<Verification> {
    const gates = gatesOf(merchant.state, merchant);
    const own = await merchants.mayManage(viewer, merchant, 'catalogue:read');
    return {
      state: merchant.state,
      level: merchant.level,
      gates: [
        { gate: 'SELL', open: gates.SELL },
        { gate: 'PAYOUT', open: gates.PAYOUT },
      ],
      requirements: own ? requirementsOf(merchant) : null,
    };
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => String, { nullable: true, description: 'Legal name; members only.' })
  async legalName(
    @Root() merchant: MerchantRow,
    @Ctx() { merchants, viewer }: MerchantServicesContext,
  ): Promise<string | null> {
    return (await merchants.mayManage(viewer, merchant, 'catalogue:read'))
      ? merchant.legalName
      : null;
  }

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [SellerOfMerchant], { description: 'The shops it runs.' })
  sellers(@Root() { sellerId }: MerchantRow): SellerOfMerchant[] {
    return [{ id: sellerId }];
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => [ActionType], {
    description: 'What the viewer can do now; empty for strangers.',
  })
  async actions(
    @Root() merchant: MerchantRow,
    @Ctx() { merchants, viewer }: MerchantServicesContext,
  ): Promise<ActionType[]> {
    if (!(await merchants.mayManage(viewer, merchant, 'catalogue:write'))) return [];
    const allowed = verificationMachine.next(merchant.state, 'submit') !== undefined;
    const reason = allowed ? null : 'TRANSITION_NOT_ALLOWED';
    return [{ action: 'merchantSubmit', allowed, reason, deadline: null }];
  }
}

@Resolver(() => SellerOfMerchant)
export class SellerMerchantResolver {
  @FieldResolver(() => Merchant, {
    nullable: true,
    description: 'The business behind the shop; null until it has been opened.',
  })
  merchant(
    @Root() { id }: SellerOfMerchant,
    @Ctx() { merchantBySeller }: MerchantServicesContext,
  ): Promise<Merchant | null> {
    return merchantBySeller.load(id);
  }
}
