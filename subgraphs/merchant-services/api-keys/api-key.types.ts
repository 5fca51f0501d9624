import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { MerchantId } from '#contracts/ids';
import { NodeType, connectionType } from '#kernel/graphql/connection.types';
import { payloadType } from '#kernel/graphql/payload.types';
import { DateTime } from '#kernel/graphql/scalars';
import { enumOf, statesOf } from '#kernel/machine/machine';
import { errorsOf } from '../merchant-services.errors';
import type { ApiKeyId, ApiKeyRow } from './api-key.entity';
import { type ApiKeyState, apiKeyMachine } from './api-key.machine';

const ApiKeyStateEnum = enumOf(statesOf(apiKeyMachine));
registerEnumType(ApiKeyStateEnum, {
  name: 'ApiKeyState',
  description: 'Whether a key still opens anything.',
  valuesConfig: {
    ACTIVE: { description: 'In use.' },
    ROTATING: { description: 'Has a successor; works until the overlap of 24 hours ends.' },
    REVOKED: { description: 'Ended; opens nothing.' },
    EXPIRED: { description: 'Past its expiry; opens nothing.' },
  },
});

@ObjectType({ implements: NodeType, description: 'An API key of a merchant; members only.' })
export class ApiKey
  extends NodeType
  implements Pick<ApiKeyRow, 'id' | 'name' | 'last4' | 'scopes' | 'state' | 'createdAt'>
{
  override id!: ApiKeyId;

  @Field(() => String, { description: 'What its owner calls it.' })
  name!: string;

  @Field(() => String, { description: 'The last four characters of the secret.' })
  last4!: string;

  @Field(() => [String], { description: 'What it may do, e.g. `orders:read`.' })
  scopes!: string[];

  @Field(() => ApiKeyStateEnum, { description: 'Whether it works.' })
  state!: ApiKeyState;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null for never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Last use, to the minute; null when unused.',
  })
  lastUsedAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'What it may spend at once, as cost of operations; null for what every caller may.',
  })
  costBudget!: number | null;
}

export const ApiKeyConnection = connectionType('ApiKey', () => ApiKey);

@Directive('@inaccessible')
@ObjectType({ description: 'Whom an API key stands for; for the gateway only.' })
export class ApiKeyCaller {
  @Field(() => ID, { description: 'The key.' })
  keyId!: string;

  @Field(() => ID, { description: 'The account that made it.' })
  accountId!: string;

  @Field(() => [ID], { description: 'Sellers it acts for.' })
  tenantIds!: string[];

  @Field(() => [String], { description: 'Its scopes.' })
  scopes!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it ends.' })
  expiresAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'Its cost budget; null for the standard one.' })
  costBudget!: number | null;
}

@InputType({ description: 'A new API key.' })
export class ApiKeyCreateInput {
  @Field(() => ID, { description: 'The merchant whose key it is.' })
  merchantId!: MerchantId;

  @Field(() => String, { description: 'A name for people, 1–80 characters.' })
  name!: string;

  @Field(() => [String], { description: 'What it may do, e.g. `orders:read`.' })
  scopes!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it ends; at most 400 days away.' })
  expiresAt!: Date | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'What it may spend at once, as cost of operations. At most what every caller may, which is the default; only ' +
      'operators give more.',
  })
  costBudget!: number | null;

  @Field(() => String, { description: 'Same key, same input: the same API key.' })
  idempotencyKey!: string;
}

@InputType({ description: 'A key to replace by a successor.' })
export class ApiKeyRotateInput {
  @Field(() => ID, { description: 'The key to rotate.' })
  keyId!: ApiKeyId;

  @Field(() => String, { description: 'Same key, same input: the same successor.' })
  idempotencyKey!: string;
}

@InputType({ description: 'What a key may spend from now on.' })
export class ApiKeyCostBudgetSetInput {
  @Field(() => ID, { description: 'The key.' })
  keyId!: ApiKeyId;

  @Field(() => Int, {
    nullable: true,
    description:
      'What it may spend at once, as cost of operations; null for what every caller may.',
  })
  costBudget!: number | null;
}

@InputType({ description: 'A key to end.' })
export class ApiKeyRevokeInput {
  @Field(() => ID, { description: 'The key to revoke.' })
  keyId!: ApiKeyId;
}

const apiKey = { type: () => ApiKey, description: 'The key.' };
const secret = {
  type: () => String,
  description: 'The secret, shown this once; null when the request is a repetition.',
};
const idempotency = [
  'IDEMPOTENCY_CONCURRENT_REQUEST',
  'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
] as const;

export interface MadeKeyFields {
  apiKey: ApiKey;
  secret: string | null;
}

export const ApiKeyCreatePayload = payloadType<MadeKeyFields>(
  'ApiKeyCreate',
  errorsOf(
    'MERCHANT_NOT_FOUND',
    'SCOPE_UNKNOWN',
    'API_KEY_NAME_INVALID',
    'EXPIRY_INVALID',
    'COST_BUDGET_INVALID',
    ...idempotency,
  ),
  { apiKey, secret },
);
export const ApiKeyRotatePayload = payloadType<MadeKeyFields>(
  'ApiKeyRotate',
  errorsOf('API_KEY_NOT_FOUND', 'TRANSITION_NOT_ALLOWED', ...idempotency),
  { apiKey, secret },
);
export const ApiKeyCostBudgetSetPayload = payloadType<{ apiKey: ApiKey }>(
  'ApiKeyCostBudgetSet',
  errorsOf('API_KEY_NOT_FOUND', 'COST_BUDGET_INVALID'),
  { apiKey },
);
export const ApiKeyRevokePayload = payloadType<{ apiKey: ApiKey }>(
  'ApiKeyRevoke',
  errorsOf('API_KEY_NOT_FOUND', 'TRANSITION_NOT_ALLOWED'),
  { apiKey },
);
