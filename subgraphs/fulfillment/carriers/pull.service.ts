import { createHash } from 'node:crypto';
import { after } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import { CarrierError } from './carrier.port';
import type { CarrierService } from './carrier.service';
import type { MessageService } from './message.service';

/** Asks carriers for news of shipments that they have not spoken of for a while: it mends what webhooks lost. */
export class PullService {
  constructor(
    private readonly db: Database,
    private readonly carriers: CarrierService,
    private readonly messages: MessageService,
    private readonly quietMs: number,
    private readonly log: Logger,
  ) {}

  /** Pulls one shipment that is due. True when there was one. */
  async step(): Promise<boolean> {
    const now = this.db.clock.now();
    const due = await this.db.first<{ id: string; carrierId: string }>(
      `update shipment set "nextPullAt" = $2 where id =
         (select id from shipment where "nextPullAt" <= $1 order by "nextPullAt" limit 1 for no key update skip locked)
       returning id, "carrierId"`,
      [now, after(now, this.quietMs)],
    );
    if (due === undefined) return false;
    const numbers = await this.db.query<{ trackingNumber: string }>(
      `select "trackingNumber" from parcel where "shipmentId" = $1 and "trackingNumber" is not null
       order by id`,
      [due.id],
    );
    for (const { trackingNumber } of numbers) await this.pull(due.carrierId, trackingNumber);
    return true;
  }

  /** The body's hash is the message's identity, so an answer that we know is not even parsed. */
  private async pull(carrierId: string, trackingNumber: string): Promise<void> {
    const reached = this.carriers.ofCarrier(carrierId);
    if (reached === undefined) return;
    try {
      const bytes = await reached.port.pull(trackingNumber);
      const hash = createHash('sha256').update(bytes).digest('hex');
      await this.messages.store(reached, 'PULL', `pull:${trackingNumber}:${hash}`, bytes);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.log.warn({ trackingNumber, error: error.message }, 'a carrier did not answer a pull');
    }
  }
}
