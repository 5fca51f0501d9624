import type { Database } from '#kernel/db/database';
import { type HandoverCounts, type Performance, performanceOf } from './performance.rules';

type CountedRow = HandoverCounts & { readonly sellerId: string };

/** How sellers ship, from what their carriers scanned. Public: counts and shares only, no trade is shown. */
export class PerformanceService {
  constructor(private readonly db: Database) {}

  /**
   * By seller id, of all sellers in one statement; who never shipped is not in it. Judged is the handover, which is the
   * seller's part: its time is the first physical scan, whatever the carrier does with the parcel afterwards. Only goods
   * on their first way to the buyer count. An order opened its handling days before its shipBy. A shipment has its
   * order's seller; asked of both, so that both are found by it and no other seller's orders are read.
   */
  async ofSellers(sellerIds: readonly string[]): Promise<ReadonlyMap<string, Performance>> {
    const rows = await this.db.query<CountedRow>(
      `select s."sellerId",
         count(*)::integer as shipped,
         count(s."deliveredAt")::integer as delivered,
         count(o."shipBy")::integer as due,
         (count(*) filter (where s."shippedAt" <= o."shipBy"))::integer as "onTime",
         percentile_cont(0.5) within group (order by extract(epoch from
           s."shippedAt" - (o."shipBy" - make_interval(hours => 24 * o."handlingDays")))::float8
         ) as "medianSeconds"
       from shipment s join "fulfillmentOrder" o on o.id = s."fulfillmentOrderId"
       where s."sellerId" = any ($1) and o."sellerId" = any ($1)
         and s."shippedAt" is not null and s.direction = 'OUTBOUND'
       group by s."sellerId"`,
      [sellerIds],
    );
    const found = new Map<string, Performance>();
    for (const { sellerId, ...counts } of rows) {
      const performance = performanceOf(counts);
      if (performance !== null) found.set(sellerId, performance);
    }
    return found;
  }
}
