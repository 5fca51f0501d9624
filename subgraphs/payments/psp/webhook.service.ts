import { after } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import type { HookRequest, HookResponse } from '#kernel/server/subgraph';
import { LEASE_MS, eventWait } from './janitor.rules';
import type { OperationService } from './operation.service';
import type { PspEventRow } from './psp-event.entity';
import type { PspPort } from './psp.port';

const MAX_BODY = 1024 * 1024;

const CLAIM = `
  update "pspEvent" e set attempts = e.attempts + 1, "nextAt" = $2
  from (select connection, id from "pspEvent" where "nextAt" <= $1
    order by "nextAt" limit 1 for no key update skip locked) due
  where e.connection = due.connection and e.id = due.id returning e.*`;

/** Reads what became of a payer's dispute. False when that could not be learnt. */
export interface DisputeReader {
  reread(pspDisputeId: string): Promise<boolean>;
}

/** Takes webhooks of the PSP: kept first, answered then, and read up on later. */
export class WebhookService {
  /** Set by whoever works through them. */
  onReceived: () => void = () => undefined;

  constructor(
    private readonly db: Database,
    private readonly psp: PspPort,
    private readonly operations: OperationService,
    private readonly disputes: DisputeReader,
  ) {}

  /** 401 when the signature or the clock is off; 204 once the event is committed, also when it was known. */
  async receive({ connection, headers, body }: HookRequest): Promise<HookResponse> {
    if (body.length > MAX_BODY) return { status: 413, body: '' };
    const now = this.db.clock.now();
    const notice = this.psp.parseWebhook(body, headers, now);
    if (notice === undefined) return { status: 401, body: '' };
    await this.db.query(
      `insert into "pspEvent" (connection, id, type, reference, "pspId", about, "receivedAt",
         "nextAt")
       values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing`,
      [connection, notice.id, notice.type, notice.reference, notice.pspId, notice.about, now],
    );
    this.onReceived();
    return { status: 204, body: '' };
  }

  /** Reads what one event is about from the PSP: what the event itself says of states and amounts is not believed. */
  async workOne(): Promise<boolean> {
    const now = this.db.clock.now();
    const event = await this.db.first<PspEventRow>(CLAIM, [now, after(now, LEASE_MS)]);
    if (event === undefined) return false;
    const done =
      event.about === 'DISPUTE'
        ? await this.disputes.reread(event.pspId)
        : await this.operations.reread(event.reference, event.pspId);
    await this.db.query(
      `update "pspEvent" set "handledAt" = $3, "nextAt" = $4 where connection = $1 and id = $2`,
      [
        event.connection,
        event.id,
        done ? now : null,
        done ? null : after(now, eventWait(event.attempts)),
      ],
    );
    return true;
  }
}
