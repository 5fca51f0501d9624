import { fact } from '#contracts/fact';
import { type Viewer, hasRole, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { PageRequest } from '#kernel/graphql/page';
import { actorOf } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { isPosted, openAccounts, post, posting } from '../ledger/ledger.service';
import { refuse } from '../payments.errors';
import {
  type ReconciliationRunId,
  reconciliationItemIds,
  reconciliationRunIds,
} from '../payments.ids';
import { PSP_CONNECTION } from '../psp/connection.rules';
import type { PspPort } from '../psp/psp.port';
import type { DisputeReader } from '../psp/webhook.service';
import { readStatement } from './bank-statement.adapter';
import { gather, knownDisputes } from './booked.service';
import { unheardOf } from './dispute-line.rules';
import type { ReconciliationItemRow } from './reconciliation-item.entity';
import type { ReconciliationRunRow } from './reconciliation-run.entity';
import {
  type Item,
  LONGEST_PERIOD_MS,
  accountOfMatched,
  matchedLegs,
  reconcile,
} from './reconciliation.rules';

// What a person has resolved stays so; everything else is what the latest run says.
const WRITE = `
  insert into "reconciliationItem" (id, "runId", side, subject, reference, outcome, currency,
    "expectedMinor", "actualMinor", "feeMinor", "occurredAt", state)
  select id, $1, side, subject, reference, outcome, currency, expected, actual, fee, at,
    case outcome when 'MATCHED' then 'CLOSED' else 'OPEN' end
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::timestamptz[])
    as x (id, side, subject, reference, outcome, currency, expected, actual, fee, at)
  on conflict (side, subject) do update set "runId" = excluded."runId",
    outcome = excluded.outcome, "expectedMinor" = excluded."expectedMinor",
    "actualMinor" = excluded."actualMinor", "feeMinor" = excluded."feeMinor",
    state = excluded.state, version = "reconciliationItem".version + 1
    where "reconciliationItem".state = 'OPEN'`;

/** What an operator has compared. */
export interface RunInput {
  readonly key: string;
  readonly from: Date;
  readonly to: Date;
  readonly bankStatement: string;
}

/** Compares three ways: what the PSP reports, what our books say, and what came to the bank. */
export class ReconciliationService {
  constructor(
    private readonly db: Database,
    private readonly psp: Pick<PspPort, 'listSettlement'>,
    private readonly disputes: DisputeReader,
  ) {}

  /** Operators. Books the fees of matched lines and what arrived at the bank; tells `reconciliation.completed`. */
  async run(viewer: Viewer, input: RunInput): Promise<ReconciliationRunId> {
    requireRole(viewer, 'OPERATOR');
    const { key, from, to, bankStatement } = input;
    const length = to.getTime() - from.getTime();
    if (!(length > 0 && length <= LONGEST_PERIOD_MS)) {
      throw refuse('PERIOD_INVALID', { field: ['input', 'to'] });
    }
    const bank = readStatement(bankStatement);
    if (bank === undefined) {
      throw refuse('STATEMENT_INVALID', { field: ['input', 'bankStatement'] });
    }
    const lines = await this.psp.listSettlement(from, to);
    if (lines === undefined) throw refuse('PSP_UNAVAILABLE', { retryable: true });
    // the webhook of a dispute may have been lost
    const unheard = unheardOf(lines, await knownDisputes(this.db, lines));
    for (const pspDisputeId of unheard) await this.disputes.reread(pspDisputeId);
    const intent = {
      scope: `${actorOf(viewer)}:reconciliationRun`,
      key,
      input: { from, to, bankStatement },
    };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const compared = await gather(tx, { from, to }, lines, bank);
        const items = reconcile(compared, tx.now);
        const id = await this.write(tx, requireAccount(viewer), { from, to }, items);
        await this.book(tx, items);
        return id;
      }),
    );
  }

  /** Operators and auditors read; nobody else learns that there is anything. */
  mayRead = (viewer: Viewer): boolean => hasRole(viewer, 'OPERATOR') || hasRole(viewer, 'AUDITOR');

  find(id: string): Promise<ReconciliationRunRow | undefined> {
    return this.db.first('select * from "reconciliationRun" where id = $1', [id]);
  }

  findItem(id: string): Promise<ReconciliationItemRow | undefined> {
    return this.db.first('select * from "reconciliationItem" where id = $1', [id]);
  }

  /** Newest first; one more than the page holds. */
  runs({ from, backward, size }: PageRequest): Promise<ReconciliationRunRow[]> {
    return this.db.query(
      `select * from "reconciliationRun"
       where $1::text is null or id ${backward ? '>' : '<'} $1
       order by id ${backward ? 'asc' : 'desc'} limit $2`,
      [from?.[0] ?? null, size + 1],
    );
  }

  /** Items in a state, or of any; newest first; one more than the page holds. */
  items(
    state: string | null,
    { from, backward, size }: PageRequest,
  ): Promise<ReconciliationItemRow[]> {
    return this.db.query(
      `select * from "reconciliationItem"
       where ($1::text is null or state = $1)
         and ($2::text is null or id ${backward ? '>' : '<'} $2)
       order by id ${backward ? 'asc' : 'desc'} limit $3`,
      [state, from?.[0] ?? null, size + 1],
    );
  }

  private async write(
    tx: Tx,
    startedBy: string,
    { from, to }: { readonly from: Date; readonly to: Date },
    items: readonly Item[],
  ): Promise<ReconciliationRunId> {
    const id = reconciliationRunIds.create();
    const matched = items.filter(({ outcome }) => outcome === 'MATCHED').length;
    const counts = { lines: items.length, matched, open: items.length - matched };
    await tx.query(
      `insert into "reconciliationRun" (id, "fromAt", "toAt", lines, matched, open, "startedBy",
         "createdAt") values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, from, to, counts.lines, counts.matched, counts.open, startedBy, tx.now],
    );
    await tx.query(WRITE, [
      id,
      items.map(() => reconciliationItemIds.create()),
      items.map(({ side }) => side),
      items.map(({ subject }) => subject),
      items.map(({ reference }) => reference),
      items.map(({ outcome }) => outcome),
      items.map(({ currency }) => currency),
      items.map(({ expectedMinor }) => expectedMinor),
      items.map(({ actualMinor }) => actualMinor),
      items.map(({ feeMinor }) => feeMinor),
      items.map(({ occurredAt }) => occurredAt),
    ]);
    const data = { runId: id, fromAt: from.toISOString(), toAt: to.toISOString(), ...counts };
    tx.publish(fact('reconciliation.completed', { subject: id, version: 1, topics: [] }, data));
    return id;
  }

  /** Fees of matched lines, and what arrived at the bank. Booking it again has no effect. */
  private async book(tx: Tx, items: readonly Item[]): Promise<void> {
    for (const item of items.filter(({ outcome }) => outcome === 'MATCHED')) {
      const { side, subject, currency } = item;
      if ((side === 'PSP' ? item.feeMinor : item.actualMinor) === 0n) continue;
      const [clearing = 0n, other = 0n] = await openAccounts(tx, [
        { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency },
        { kind: accountOfMatched(item), owner: PLATFORM, currency },
      ]);
      const cause = `${subject}:${side === 'PSP' ? 'PSP_FEE' : 'PSP_TO_BANK'}`;
      // a version before this booked what cases gave back among the PSP's own fees: there it stays, once
      if (await isPosted(tx, cause)) continue;
      const legs = matchedLegs(item, { clearing, other });
      await post(tx, posting(cause, currency, tx.now, legs));
    }
  }
}
