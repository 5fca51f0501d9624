import { Arg, Args, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql';
import { type Connection, PageArgs } from '#kernel/graphql/connection.types';
import { connectionOf, pageRequest } from '#kernel/graphql/page';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MerchantServicesContext } from '../merchant-services.context';
import {
  ApiKey,
  ApiKeyCaller,
  ApiKeyConnection,
  ApiKeyCostBudgetSetInput,
  ApiKeyCostBudgetSetPayload,
  ApiKeyCreateInput,
  ApiKeyCreatePayload,
  ApiKeyRevokeInput,
  ApiKeyRevokePayload,
  ApiKeyRotateInput,
  ApiKeyRotatePayload,
  type MadeKeyFields,
} from './api-key.types';

@Resolver(() => ApiKey)
export class ApiKeyResolver {
  @Query(() => ApiKeyConnection, {
    nullable: true,
    description: 'A merchant’s keys, newest first (forwards only); members only, empty for others.',
  })
  async apiKeys(
    @Arg('merchantId', () => ID, { description: 'The merchant.' }) merchantId: string,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<Connection<ApiKey>> {
    const request = pageRequest({ ...page, last: null, before: null });
    const rows = await apiKeys.list(viewer, merchantId, request.size + 1, request.from?.[0]);
    return connectionOf<ApiKey>(rows, request, ({ id }) => [id]);
  }

  @Directive('@inaccessible')
  @Query(() => ApiKeyCaller, {
    nullable: true,
    description: 'Whom a key stands for, by SHA-256 of its secret. For the gateway only.',
  })
  apiKeyCaller(
    @Arg('hash', () => String, { description: 'SHA-256 of the secret, hex.' }) hash: string,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<ApiKeyCaller | null> {
    return apiKeys.caller(viewer, hash);
  }

  @Mutation(() => ApiKeyCreatePayload, {
    nullable: true,
    description: 'Makes an API key. The secret is shown once. Signed-in members only.',
  })
  apiKeyCreate(
    @Arg('input', () => ApiKeyCreateInput, { description: 'The key to make.' })
    { idempotencyKey, ...input }: ApiKeyCreateInput,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<Payload<MadeKeyFields>> {
    const { expiresAt, costBudget } = input;
    const key = { ...input, expiresAt: expiresAt ?? null, costBudget: costBudget ?? null };
    return ApiKeyCreatePayload.settle(() => apiKeys.create(viewer, idempotencyKey, key));
  }

  @Mutation(() => ApiKeyRotatePayload, {
    nullable: true,
    description: 'Makes a successor; the old key works for 24 more hours. Signed-in members only.',
  })
  apiKeyRotate(
    @Arg('input', () => ApiKeyRotateInput, { description: 'The key to rotate.' })
    { keyId, idempotencyKey }: ApiKeyRotateInput,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<Payload<MadeKeyFields>> {
    return ApiKeyRotatePayload.settle(() => apiKeys.rotate(viewer, idempotencyKey, keyId));
  }

  @Mutation(() => ApiKeyCostBudgetSetPayload, {
    nullable: true,
    description:
      'Sets what a key may spend at once; in use within 30 seconds. Signed-in members up to what every caller may, ' +
      'operators beyond it.',
  })
  apiKeyCostBudgetSet(
    @Arg('input', () => ApiKeyCostBudgetSetInput, { description: 'The key and its budget.' })
    { keyId, costBudget }: ApiKeyCostBudgetSetInput,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<Payload<{ apiKey: ApiKey }>> {
    return ApiKeyCostBudgetSetPayload.settle(async () => ({
      apiKey: await apiKeys.setCostBudget(viewer, keyId, costBudget ?? null),
    }));
  }

  @Mutation(() => ApiKeyRevokePayload, {
    nullable: true,
    description: 'Ends a key everywhere within seconds. Signed-in members only.',
  })
  apiKeyRevoke(
    @Arg('input', () => ApiKeyRevokeInput, { description: 'The key to end.' })
    { keyId }: ApiKeyRevokeInput,
    @Ctx() { apiKeys, viewer }: MerchantServicesContext,
  ): Promise<Payload<{ apiKey: ApiKey }>> {
    return ApiKeyRevokePayload.settle(async () => ({
      apiKey: await apiKeys.revoke(viewer, keyId),
    }));
  }
}
