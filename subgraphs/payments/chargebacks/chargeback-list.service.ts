import type { Queries } from '#kernel/db/database';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import type { ChargebackRow } from './chargeback.entity';
import type { ChargebackState } from './chargeback.machine';

/** Which chargebacks to list. */
export interface ChargebackFilter {
  /** About orders of this seller; null: of all. */
  readonly sellerId: string | null;
  readonly state: ChargebackState | null;
}

/** Reads chargebacks. The caller has checked who asks. */
export class ChargebackListService {
  constructor(private readonly db: Queries) {}

  /** Newest first; one more than the page holds. */
  list({ sellerId, state }: ChargebackFilter, page: PageRequest): Promise<ChargebackRow[]> {
    return this.db.query(
      `select c.* from chargeback c
       where ($1::text is null or exists (select 1 from payment p
           join escrow e on e."orderId" = any (p."orderIds")
           where p.id = c."paymentId" and e."sellerId" = $1))
         and ($2::text is null or c.state = $2) ${keyset(page, 3)}`,
      [sellerId, state, page.from?.[0] ?? null, page.size + 1],
    );
  }
}
