import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { NeedsScope } from '#kernel/graphql/needs-scope';
import type { Payload } from '#kernel/graphql/payload.types';
import type { MarketplaceContext } from '../marketplace.context';
import type { ListingResult } from './listing.service';
import {
  type ListingResultType,
  ListingsUpsertInput,
  ListingsUpsertPayload,
} from './listing.types';

@Resolver()
export class ListingResolver {
  @NeedsScope('catalogue:write')
  @Mutation(() => ListingsUpsertPayload, {
    nullable: true,
    description:
      'Makes or changes products by handle, with the seller’s offers on their variants. Needs catalogue:write.',
  })
  listingsUpsert(
    @Arg('input', () => ListingsUpsertInput, { description: 'For whom and what.' })
    { sellerId, listings, idempotencyKey }: ListingsUpsertInput,
    @Ctx() { listings: service, viewer }: MarketplaceContext,
  ): Promise<Payload<{ results: ListingResultType[] }>> {
    return ListingsUpsertPayload.settle(async () => {
      const results = await service.upsert(viewer, sellerId, listings, idempotencyKey);
      return { results: results.map(toResult) };
    });
  }
}

const toResult = ({ handle, product, refusal }: ListingResult): ListingResultType => ({
  handle,
  product,
  userErrors:
    refusal === null
      ? []
      : [
          {
            code: refusal.code,
            message: refusal.message,
            field: refusal.field === undefined ? null : [...refusal.field],
            retryable: refusal.retryable,
          },
        ],
});
