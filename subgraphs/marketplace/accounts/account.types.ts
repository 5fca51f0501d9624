import { Directive, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { NodeType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import type { AccountId } from '#contracts/ids';
import type { AccountRow } from './account.entity';
import { accountErrors } from './account.errors';

@Directive('@key(fields: "id")')
@ObjectType({
  implements: NodeType,
  description: 'Someone who can sign in. Others see the name only.',
})
export class Account extends NodeType implements Pick<AccountRow, 'id' | 'displayName'> {
  declare id: AccountId;

  @Field(() => String, { description: 'How others know them.' })
  displayName!: string;

  /** Set only in the answer to a sign-up or sign-in, where the caller is not yet known as the account's holder. */
  ownEmail?: string;
}

@InputType({ description: 'Who signs up.' })
export class AccountSignUpInput {
  @Field(() => String, { description: 'Unique among accounts; upper and lower case are the same.' })
  email!: string;

  @Field(() => String, { description: '10 to 256 bytes.' })
  password!: string;

  @Field(() => String, { description: 'How others will know them; 1 to 80 characters.' })
  displayName!: string;
}

@InputType({ description: 'Who signs in.' })
export class AccountSignInInput {
  @Field(() => String, { description: 'As given at sign-up.' })
  email!: string;

  @Field(() => String, { description: 'As given at sign-up.' })
  password!: string;
}

@InputType({ description: 'Whose sign-ins end.' })
export class AccountSignOutEverywhereInput {
  @Field(() => ID, { description: 'One’s own account; an operator may name any.' })
  accountId!: string;
}

@InputType({ description: 'The old and the new password.' })
export class AccountPasswordChangeInput {
  @Field(() => String, { description: 'The password so far.' })
  currentPassword!: string;

  @Field(() => String, { description: '10 to 256 bytes.' })
  newPassword!: string;
}

@InputType({ description: 'The password of who is signed in.' })
export class AccountStepUpInput {
  @Field(() => String, { description: 'As given at sign-up.' })
  password!: string;
}

@Directive('@inaccessible')
@ObjectType({ description: 'What tokens of an account are worth; for the gateway only.' })
export class AccountAccess {
  @Field(() => Int, { description: 'Tokens that say less are worth nothing.' })
  permVersion!: number;
}

interface SignedIn {
  account: Account;
  accessToken: string;
  expiresAt: Date;
}

const signedInFields = {
  account: { type: () => Account, description: 'Who signed in.' },
  accessToken: {
    type: () => String,
    description: 'Send it as `Authorization: Bearer …`; good until `expiresAt`.',
  },
  expiresAt: { type: () => DateTime, description: 'When the token ends: after 60 minutes.' },
};

const { EMAIL_INVALID, EMAIL_TAKEN, PASSWORD_WEAK, ACCOUNT_NAME_INVALID } = accountErrors;
export const AccountSignUpPayload = payloadType<SignedIn>(
  'AccountSignUp',
  { EMAIL_INVALID, EMAIL_TAKEN, PASSWORD_WEAK, ACCOUNT_NAME_INVALID },
  signedInFields,
);

const { ACCOUNT_NOT_FOUND, CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS } = accountErrors;
export const AccountSignInPayload = payloadType<SignedIn>(
  'AccountSignIn',
  { CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS },
  signedInFields,
);

export const AccountPasswordChangePayload = payloadType<SignedIn>(
  'AccountPasswordChange',
  { PASSWORD_WEAK, CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS },
  signedInFields,
);

export const AccountStepUpPayload = payloadType<SignedIn>(
  'AccountStepUp',
  { CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS },
  signedInFields,
);

export const AccountSignOutEverywherePayload = payloadType<{ account: Account }>(
  'AccountSignOutEverywhere',
  { ACCOUNT_NOT_FOUND },
  { account: { type: () => Account, description: 'The account that nobody is signed in to now.' } },
);
