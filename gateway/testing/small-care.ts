import 'reflect-metadata';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
} from 'type-graphql';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { SmallContext } from './small-context';

@ObjectType('Care', { description: 'How it is looked after.' })
class Care {
  @Field(() => String, { description: 'A note.' })
  note!: string;

  @Field(() => String, { nullable: true, description: 'Never answers.' })
  silence?: string;
}

@Directive('@key(fields: "id")')
@ObjectType('Thing', { description: 'Something owned.' })
class CaredThing {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Care, { nullable: true, description: 'Its care.' })
  care!: Care | null;
}

@Resolver()
export class CareResolver {
  @Query(() => String, { nullable: true, description: 'Answers late.' })
  slow(@Arg('ms', () => Int, { description: 'How late.' }) ms: number): Promise<string> {
    return new Promise((resolve) => setTimeout(() => resolve('late'), ms));
  }

  @Query(() => CaredThing, { nullable: true, description: 'So that the type is reached.' })
  caredThing(@Arg('id', () => ID, { description: 'Its id.' }) id: string): CaredThing {
    return { id, care: null };
  }

  @NeedsScope('care:write')
  @Mutation(() => String, { nullable: true, description: 'Counts.' })
  careGive(@Ctx() { seen }: SmallContext): string {
    seen.push('careGive');
    return 'given';
  }

  @Mutation(() => String, { nullable: true, description: 'Answers late and counts.' })
  slowly(
    @Arg('ms', () => Int, { description: 'How late.' }) ms: number,
    @Ctx() { seen }: SmallContext,
  ): Promise<string> {
    seen.push('slowly');
    return new Promise((resolve) => setTimeout(() => resolve('late'), ms));
  }
}

@ObjectType('AccountSignInError', { description: 'Why not.' })
class SignInError {
  @Field(() => String, { description: 'For people.' })
  message!: string;
}

@InputType('AccountSignInInput', { description: 'Credentials.' })
class SignInInput {
  @Field(() => String, { description: 'Address.' })
  email!: string;

  @Field(() => String, { description: 'Password.' })
  password!: string;
}

@ObjectType('AccountSignInPayload', { description: 'A token, or why not.' })
class SignInPayload {
  @Field(() => String, { nullable: true, description: 'Access token.' })
  accessToken!: string | null;

  @Field(() => [SignInError], { description: 'Why not.' })
  userErrors!: SignInError[];
}

@ObjectType('ApiKeyCaller', { description: 'Whose key it is.' })
class ApiKeyCaller {
  @Field(() => String, { description: 'The key.' })
  keyId!: string;

  @Field(() => String, { description: 'Who made it.' })
  accountId!: string;

  @Field(() => [String], { description: 'What it is bound to.' })
  tenantIds!: string[];

  @Field(() => [String], { description: 'What it may.' })
  scopes!: string[];

  @Field(() => String, { nullable: true, description: 'Until when.' })
  expiresAt!: string | null;

  @Field(() => Int, { nullable: true, description: 'What it may spend.' })
  costBudget?: number | null;
}

/** Keys by the SHA-256 of their secret. */
export const smallKeys = new Map<string, ApiKeyCaller>();

@Resolver()
export class KeyResolver {
  @Mutation(() => SignInPayload, { nullable: true, description: 'Signs buyer@… in as acc_buyer.' })
  async accountSignIn(
    @Arg('input', () => SignInInput, { description: 'Credentials.' }) input: SignInInput,
    @Ctx() { tokenFor }: SmallContext,
  ): Promise<SignInPayload> {
    const [name] = input.email.split('@');
    if (input.password !== `pw-${name ?? ''}`) {
      return { accessToken: null, userErrors: [{ message: 'Wrong password.' }] };
    }
    return { accessToken: await tokenFor(`acc_${name ?? ''}`), userErrors: [] };
  }

  @Directive('@inaccessible')
  @Query(() => ApiKeyCaller, { nullable: true, description: 'For the gateway.' })
  apiKeyCaller(
    @Arg('hash', () => String, { description: 'SHA-256 of the secret.' }) hash: string,
    @Ctx() { viewer, seen }: SmallContext,
  ): ApiKeyCaller | null {
    seen.push(`apiKeyCaller ${viewer.kind}`);
    return viewer.kind === 'SERVICE' ? (smallKeys.get(hash) ?? null) : null;
  }
}

@ObjectType('AccountAccess', { description: 'What tokens are worth.' })
class AccountAccess {
  @Field(() => Int, { description: 'Tokens that say less are worth nothing.' })
  permVersion!: number;
}

/** What tokens of accounts have to say, where that is not 1. */
export const smallVersions = new Map<string, number>();

@Resolver()
export class AccessResolver {
  @Directive('@inaccessible')
  @Query(() => AccountAccess, { nullable: true, description: 'For the gateway.' })
  accountAccess(
    @Arg('id', () => ID, { description: 'The account.' }) id: string,
    @Ctx() { viewer, seen }: SmallContext,
  ): AccountAccess | null {
    seen.push(`accountAccess ${viewer.kind}`);
    return viewer.kind === 'SERVICE' ? { permVersion: smallVersions.get(id) ?? 1 } : null;
  }
}
