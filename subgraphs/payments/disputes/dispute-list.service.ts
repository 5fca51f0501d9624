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

  /** All of them. */
  all(state: DisputeState | null, page: PageRequest): Promise<DisputeRow[]> {
    return this.db.query(
      `select * from dispute where ($1::text is null or state = $1) ${keyset(page, 2)}`,
      [state, page.from?.[0] ?? null, page.size + 1],
    );
  }
}
