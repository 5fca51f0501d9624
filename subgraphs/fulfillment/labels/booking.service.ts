import { SECOND, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { systemViewer } from '#kernel/auth/viewer';
import type { Logger } from '#kernel/server/log';
import type { CarrierPort } from '../carriers/carrier.port';
import type { CarrierService } from '../carriers/carrier.service';
import type { ShippingLabelRow } from './label.entity';
import { labelMachine } from './label.machine';
import { type Job, type Outcome, bookingRequest, perform } from './label-call.service';
import type { LabelOutcomeService } from './label-outcome.service';

/** A call that did not report back by then is given up; the adapters' own deadline is shorter. */
const LEASE_MS = 15 * SECOND;

/**
 * Makes the calls that labels need: claim and commit, call, commit the outcome. Whoever dies in between leaves a
 * claimed row behind, whose lease ends; the next one does not book again but asks what became of it.
 */
export class BookingService {
  constructor(
    private readonly db: Database,
    private readonly carriers: CarrierService,
    private readonly outcomes: LabelOutcomeService,
    private readonly log: Logger,
  ) {}

  /** Advances one label that is due. True when there was one. */
  async step(): Promise<boolean> {
    const due = await this.db.first<{ id: string }>(
      `select id from "shippingLabel" where "nextAttemptAt" <= $1 order by "nextAttemptAt" limit 1`,
      [this.db.clock.now()],
    );
    if (due === undefined) return false;
    await this.advance(due.id, 'WHEN_DUE');
    return true;
  }

  /** Makes the label's next calls, as far as each leads at once to another. `NOW`: somebody waits for it. */
  async advance(labelId: string, when: 'NOW' | 'WHEN_DUE'): Promise<void> {
    for (let calls = 0; calls < 4; calls++) {
      const claimed = await this.claim(labelId, when);
      if (claimed === undefined) return;
      const outcome = await this.call(claimed.label, claimed.job);
      await this.outcomes.settle(labelId, outcome);
      if (outcome.kind !== 'absent' && outcome.kind !== 'issue') return;
    }
  }

  private claim(
    labelId: string,
    when: 'NOW' | 'WHEN_DUE',
  ): Promise<{ label: ShippingLabelRow; job: Job } | undefined> {
    return this.db.transaction(systemViewer(labelId), async (tx) => {
      const label = await tx.first<ShippingLabelRow>(
        'select * from "shippingLabel" where id = $1 for no key update',
        [labelId],
      );
      if (label === undefined) return undefined;
      const due = label.nextAttemptAt !== null && label.nextAttemptAt <= tx.now;
      const job = due || when === 'NOW' ? nextJob(label, due) : undefined;
      if (job === undefined) return undefined;
      await claimIn(tx, label, job);
      return { label, job };
    });
  }

  private async call(label: ShippingLabelRow, job: Job): Promise<Outcome> {
    const port: CarrierPort = this.carriers.portOf(label.carrierId);
    const currencies = this.carriers.byId(label.carrierId)?.currencies ?? [];
    const request = job === 'BOOK' ? await bookingRequest(this.db, label, currencies) : undefined;
    const outcome = await perform(port, label, job, request);
    const { kind } = outcome;
    if (kind === 'doubt' || kind === 'defer' || kind === 'retry') {
      const { id: labelId, attempts } = label;
      this.log.warn({ labelId, job, attempts, error: outcome.error }, 'carrier call failed');
    }
    return outcome;
  }
}

/** What the label needs now. A booking whose lease ended is in doubt: it is looked for, not made again. */
function nextJob(label: ShippingLabelRow, due: boolean): Job | undefined {
  switch (label.state) {
    case 'RESERVED':
      return 'BOOK';
    case 'REQUESTED':
      return due ? 'FIND' : undefined;
    case 'AMBIGUOUS':
      return 'FIND';
    case 'ISSUED':
      return label.nextAttemptAt === null ? undefined : 'DOCUMENT';
    case 'VOID_REQUESTED':
      return due ? 'VOID' : undefined;
    case 'FAILED':
    case 'VOIDED':
      return undefined;
  }
}

/** Writes that the call is under way, and until when. */
async function claimIn(tx: Tx, label: ShippingLabelRow, job: Job): Promise<void> {
  const event = job === 'BOOK' ? 'request' : label.state === 'REQUESTED' ? 'doubt' : undefined;
  const state = event === undefined ? label.state : labelMachine.next(label.state, event);
  await tx.query(
    `update "shippingLabel" set state = $2, "nextAttemptAt" = $3, "updatedAt" = $4,
       "requestedAt" = case when $5 then coalesce("requestedAt", $4) else "requestedAt" end
     where id = $1`,
    [label.id, state, after(tx.now, LEASE_MS), tx.now, job === 'BOOK'],
  );
}
