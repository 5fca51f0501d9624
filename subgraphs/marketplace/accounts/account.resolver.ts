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
import { hasRole } from '#kernel/auth/viewer';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MarketplaceContext } from '../marketplace.context';
import type { SignedIn } from './account.service';
import {
  Account,
  AccountAccess,
  AccountPasswordChangeInput,
  AccountPasswordChangePayload,
  AccountSignInInput,
  AccountSignInPayload,
  AccountSignOutEverywhereInput,
  AccountSignOutEverywherePayload,
  AccountSignUpInput,
  AccountSignUpPayload,
  AccountStepUpInput,
  AccountStepUpPayload,
} from './account.types';

@Resolver(() => Account)
export class AccountResolver {
  @Mutation(() => AccountSignUpPayload, {
    nullable: true,
    description: 'Makes an account and signs it in.',
  })
  accountSignUp(
    @Arg('input', () => AccountSignUpInput, { description: 'Who signs up.' })
    input: AccountSignUpInput,
    @Ctx() { accounts, viewer }: MarketplaceContext,
  ): Promise<Payload<object>> {
    return AccountSignUpPayload.settle(async () => asHolder(await accounts.signUp(viewer, input)));
  }

  @Mutation(() => AccountSignInPayload, {
    nullable: true,
    description: 'Signs in; after five failures in 15 minutes one has to wait.',
  })
  accountSignIn(
    @Arg('input', () => AccountSignInInput, { description: 'Who signs in.' })
    { email, password }: AccountSignInInput,
    @Ctx() { accounts }: MarketplaceContext,
  ): Promise<Payload<object>> {
    return AccountSignInPayload.settle(async () =>
      asHolder(await accounts.signIn(email, password)),
    );
  }

  @Mutation(() => AccountPasswordChangePayload, {
    nullable: true,
    description:
      'Changes one’s password and ends all tokens from before; the answer has a fresh one. Wrong passwords count as failed ' +
      'sign-ins do. UNAUTHENTICATED without a sign-in; FORBIDDEN for API keys.',
  })
  accountPasswordChange(
    @Arg('input', () => AccountPasswordChangeInput, { description: 'Old and new.' })
    input: AccountPasswordChangeInput,
    @Ctx() { accountAccess, viewer }: MarketplaceContext,
  ): Promise<Payload<object>> {
    return AccountPasswordChangePayload.settle(async () =>
      asHolder(await accountAccess.changePassword(viewer, input)),
    );
  }

  @Mutation(() => AccountStepUpPayload, {
    nullable: true,
    description:
      'Enters one’s password again, for what asks for it (STEP_UP_REQUIRED): the answer has a token that is good for that ' +
      'for 10 minutes. Wrong passwords count as failed sign-ins do. UNAUTHENTICATED without a sign-in; FORBIDDEN for API keys.',
  })
  accountStepUp(
    @Arg('input', () => AccountStepUpInput, { description: 'The password.' })
    { password }: AccountStepUpInput,
    @Ctx() { accountAccess, viewer }: MarketplaceContext,
  ): Promise<Payload<object>> {
    return AccountStepUpPayload.settle(async () =>
      asHolder(await accountAccess.stepUp(viewer, password)),
    );
  }

  @Mutation(() => AccountSignOutEverywherePayload, {
    nullable: true,
    description:
      'Ends all tokens of an account within seconds, the caller’s too; API keys go on. UNAUTHENTICATED without a sign-in; ' +
      'FORBIDDEN for API keys.',
  })
  accountSignOutEverywhere(
    @Arg('input', () => AccountSignOutEverywhereInput, { description: 'Whose.' })
    { accountId }: AccountSignOutEverywhereInput,
    @Ctx() { accountAccess, viewer }: MarketplaceContext,
  ): Promise<Payload<object>> {
    return AccountSignOutEverywherePayload.settle(async () => ({
      account: await accountAccess.signOutEverywhere(viewer, accountId),
    }));
  }

  @Directive('@inaccessible')
  @Query(() => AccountAccess, {
    nullable: true,
    description:
      'What tokens of an account are worth; null for an unknown one. For the gateway only.',
  })
  async accountAccess(
    @Arg('id', () => ID, { description: 'The account.' }) id: string,
    @Ctx() { accountAccess, viewer }: MarketplaceContext,
  ): Promise<AccountAccess | null> {
    const permVersion = await accountAccess.permVersion(viewer, id);
    return permVersion === undefined ? null : { permVersion };
  }

  @Directive('@access(perUser: true)')
  @FieldResolver(() => String, {
    nullable: true,
    description: 'The account’s own holder and operators see it; null for others.',
  })
  async email(
    @Root() { id, ownEmail }: Account,
    @Ctx() { accounts, viewer }: MarketplaceContext,
  ): Promise<string | null> {
    if (ownEmail !== undefined) return ownEmail;
    const isOwn = viewer.kind === 'USER' && viewer.accountId === id;
    if (!isOwn && !hasRole(viewer, 'OPERATOR')) return null;
    return (await accounts.byId(id))?.email ?? null;
  }
}

function asHolder({ account, accessToken, expiresAt }: SignedIn) {
  const { id, displayName, email } = account;
  return { account: { id, displayName, ownEmail: email }, accessToken, expiresAt };
}
