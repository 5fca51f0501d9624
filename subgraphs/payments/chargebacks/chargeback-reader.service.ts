import { systemViewer } from '#kernel/auth/viewer';
import { HOUR, after } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import type { PspPort } from '../psp/psp.port';
import type { DisputeReader } from '../psp/webhook.service';
import type { ChargebackService } from './chargeback.service';

const CLAIM = `
  update chargeback c set "nextAt" = $2
  from (select id from chargeback where "nextAt" <= $1
    order by "nextAt" limit 1 for no key update skip locked) due
  where c.id = due.id returning c."pspDisputeId"`;

/** When a case that could not be read is tried again. */
const AGAIN_MS = HOUR;

/** How often a dispute is looked at whose payment nobody knows: for about a day. */
const MOST_LOOKS = 28;

/** Reads disputes at the PSP: when it says so, and once a day while they are open. */
export class ChargebackReader implements DisputeReader {
  constructor(
    private readonly db: Database,
    private readonly psp: PspPort,
    private readonly chargebacks: ChargebackService,
    private readonly log: Logger,
  ) {}

  /** False when it could not be learnt what became of it, or its payment is not known yet. */
  async reread(pspDisputeId: string): Promise<boolean> {
    const reply = await this.psp.get('dispute', pspDisputeId);
    if (reply.kind === 'ABSENT') {
      this.log.warn({ pspDisputeId: pspDisputeId.slice(0, 60) }, 'the PSP knows no such dispute');
      return true;
    }
    if (reply.kind !== 'OBJECT') return false;
    const heard = await this.db.transaction(systemViewer(pspDisputeId), (tx) =>
      this.chargebacks.hearIn(tx, reply.object),
    );
    return heard || this.givesUp(pspDisputeId);
  }

  /** A payment that is still not known is none of ours, or one that we lost: a person has to look. */
  private async givesUp(pspDisputeId: string): Promise<boolean> {
    const event = await this.db.first<{ attempts: number | null }>(
      `select max(attempts) as attempts from "pspEvent"
       where "pspId" = $1 and about = 'DISPUTE' and "handledAt" is null`,
      [pspDisputeId],
    );
    if ((event?.attempts ?? 0) < MOST_LOOKS) return false;
    this.log.error({ alarm: 'CHARGEBACK_OF_NOBODY', pspDisputeId }, 'its payment is not known');
    return true;
  }

  /** Looks at one open case whose turn has come. True when there was one. */
  async workOne(): Promise<boolean> {
    const now = this.db.clock.now();
    const due = await this.db.first<{ pspDisputeId: string }>(CLAIM, [now, after(now, AGAIN_MS)]);
    if (due === undefined) return false;
    await this.reread(due.pspDisputeId);
    return true;
  }
}
