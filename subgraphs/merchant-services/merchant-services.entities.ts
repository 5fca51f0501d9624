import { OrderMoneyRow, ProductProfitRow, SoldLineRow } from './analytics/profit.entity';
import { ApiKeyRow } from './api-keys/api-key.entity';
import { MemberRow, MerchantRow } from './onboarding/merchant.entity';

export const merchantServicesEntities = [
  MerchantRow,
  MemberRow,
  ApiKeyRow,
  ProductProfitRow,
  OrderMoneyRow,
  SoldLineRow,
];
