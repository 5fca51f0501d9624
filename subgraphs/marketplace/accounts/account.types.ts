import { Directive, Field, InputType, ObjectType } from 'type-graphql';
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

const { CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS } = accountErrors;
export const AccountSignInPayload = payloadType<SignedIn>(
  'AccountSignIn',
  { CREDENTIALS_INVALID, TOO_MANY_ATTEMPTS },
  signedInFields,
);
