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

/** A condition on each chargeback: a few rows of its payment's group are looked at. */
const OF_SELLER = `
  and exists (select 1 from payment p join escrow e on e."orderGroupId" = p."orderGroupId"
    and e."orderId" = any (p."orderIds")
    where p.id = c."paymentId" and e."sellerId" = $1)`;

/** The text of a list, by what is asked for: a condition that is not there cannot keep the planner from an index. */
export const chargebackList = (
  { sellerId, state }: ChargebackFilter,
  page: PageRequest,
): { readonly text: string; readonly values: unknown[] } => {
  const given = [sellerId, state].filter((value) => value !== null);
  const text = `select c.* from chargeback c where true ${sellerId === null ? '' : OF_SELLER}
    ${state === null ? '' : `and c.state = $${given.length}`} ${keyset(page, given.length + 1)}`;
  return { text, values: [...given, page.from?.[0] ?? null, page.size + 1] };
};

/** Reads chargebacks. The caller has checked who asks. */
export class ChargebackListService {
  constructor(private readonly db: Queries) {}

  /** Newest first; one more than the page holds. */
  list(filter: ChargebackFilter, page: PageRequest): Promise<ChargebackRow[]> {
    const { text, values } = chargebackList(filter, page);
    return this.db.query(text, values);
  }
}
