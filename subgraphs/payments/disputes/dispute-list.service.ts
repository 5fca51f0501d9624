import type { Queries } from '#kernel/db/database';
import { type PageRequest, keyset } from '#kernel/graphql/page';
import type { DisputeRow } from './dispute.entity';
import type { DisputeState } from './dispute.machine';

/** Reads lists of disputes. The caller has checked who asks. */
export class DisputeListService {
  constructor(private readonly db: Queries) {}

  /** One buyer's or one seller's, newest first; one more than the page holds. */
  ofParty(
    side: 'buyerId' | 'sellerId',
    id: string,
    state: DisputeState | null,
    page: PageRequest,
  ): Promise<DisputeRow[]> {
    return this.db.query(
      `select * from dispute where "${side}" = $1 and ($2::text is null or state = $2)
       ${keyset(page, 3)}`,
      [id, state, page.from?.[0] ?? null, page.size + 1],
    );
  }

  /** All of them. Two texts: a condition that is not there cannot keep the planner from the index of the states. */
  all(state: DisputeState | null, page: PageRequest): Promise<DisputeRow[]> {
    const of =
      state === null ? { where: 'true', values: [] } : { where: 'state = $1', values: [state] };
    return this.db.query(
      `select * from dispute where ${of.where} ${keyset(page, of.values.length + 1)}`,
      [...of.values, page.from?.[0] ?? null, page.size + 1],
    );
  }
}
