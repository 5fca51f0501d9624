import type DataLoader from 'dataloader';
import type { Viewer } from '#kernel/auth/viewer';
import type { ProfitService } from './analytics/profit.service';
import type { ApiKeyService } from './api-keys/api-key.service';
import type { MerchantRow } from './onboarding/merchant.entity';
import type { MerchantService } from './onboarding/merchant.service';

/** What a request reaches. */
export interface MerchantServicesContext {
  readonly viewer: Viewer;
  readonly merchants: MerchantService;
  readonly apiKeys: ApiKeyService;
  readonly profits: ProfitService;
  /** Merchants of the sellers of one request, in one query. */
  readonly merchantBySeller: DataLoader<string, MerchantRow | null>;
}
