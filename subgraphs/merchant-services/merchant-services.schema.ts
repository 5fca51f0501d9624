import type { GraphQLSchema } from 'graphql';
import { federate } from '#kernel/graphql/federate';
import { ProfitResolver } from './analytics/profit.resolver';
import { ApiKeyResolver } from './api-keys/api-key.resolver';
import type { MerchantServicesContext } from './merchant-services.context';
import { MerchantResolver, SellerMerchantResolver } from './onboarding/merchant.resolver';

export const merchantServicesSchema = (): Promise<GraphQLSchema> =>
  federate<MerchantServicesContext>(
    [MerchantResolver, SellerMerchantResolver, ApiKeyResolver, ProfitResolver],
    {
      Seller: ({ id }) => ({ id }),
      Merchant: async ({ id }, { merchants }) => (await merchants.get(id)) ?? null,
    },
  );
