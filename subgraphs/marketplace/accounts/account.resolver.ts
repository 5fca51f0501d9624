import { Directive, Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { hasRole } from '#kernel/auth/viewer';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MarketplaceContext } from '../marketplace.context';
import type { SignedIn } from './account.service';
import {
  Account,
  AccountSignInInput,
  AccountSignInPayload,
  AccountSignUpInput,
  AccountSignUpPayload,
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
