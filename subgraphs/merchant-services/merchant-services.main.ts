import DataLoader from 'dataloader';
import type { Viewer } from '#kernel/auth/viewer';
import type { Subgraph, SubgraphHost } from '#kernel/server/subgraph';
import { ProfitService } from './analytics/profit.service';
import { ApiKeyService } from './api-keys/api-key.service';
import type { MerchantServicesContext } from './merchant-services.context';
import { merchantServicesReactions } from './merchant-services.reactions';
import { merchantServicesSchema } from './merchant-services.schema';
import { MerchantService } from './onboarding/merchant.service';

export interface MerchantServicesOptions {
  /** What every caller may spend at once at the gateway: owners of API keys may not give them more. */
  readonly standardBudget: number;
}

/** The composition root: the only file that knows everything in this subgraph. */
export async function startMerchantServices(
  { db }: SubgraphHost,
  { standardBudget }: MerchantServicesOptions,
): Promise<Subgraph> {
  const merchants = new MerchantService(db);
  const apiKeys = new ApiKeyService(db, standardBudget);
  const profits = new ProfitService(db);
  return {
    name: 'merchant-services',
    db,
    schema: await merchantServicesSchema(),
    context: (viewer: Viewer): MerchantServicesContext => ({
      viewer,
      merchants,
      apiKeys,
      profits,
      merchantBySeller: new DataLoader(async (sellerIds: readonly string[]) => {
        const rows = await merchants.bySellers(sellerIds);
        return sellerIds.map((id) => rows.find(({ sellerId }) => sellerId === id) ?? null);
      }),
    }),
    reactions: merchantServicesReactions(merchants, profits),
    timers: {
      recertify: (tx, { subject }) => merchants.recertifyDueIn(tx, subject),
      lapse: (tx, { subject }) => merchants.lapseIn(tx, subject),
      keyOverlapEnd: (tx, { subject }) => apiKeys.endOverlapIn(tx, subject),
    },
    loops: [],
    hooks: {},
  };
}
