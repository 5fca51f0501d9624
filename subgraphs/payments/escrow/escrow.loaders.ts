import type { DeadlineRow } from '../deadlines/deadline.types';
import type { HoldRow } from '../holds/hold.entity';
import type { Party } from '../payments.party';
import type { InCurrency, Rows } from '../payments.rows';
import { hasRole } from '#kernel/auth/viewer';
import type { EscrowRow } from './escrow.entity';
import type { TrancheRow } from './tranche.entity';

/** A line of an escrow's timeline. */
export interface EscrowEventRow {
  readonly escrowId: string;
  readonly at: Date;
  readonly event: string;
  readonly detail: string | null;
}

/** Orders' money, what freezes it and what will happen to it by itself. */
export const escrowLoaders = (rows: Rows, party: Party) => ({
  escrow: rows.one<EscrowRow>(
    'select * from escrow where id = any ($1)',
    (row) => row.id,
    (row) => party.sees(row),
  ),
  escrowByOrder: rows.one<EscrowRow>(
    'select * from escrow where "orderId" = any ($1)',
    (row) => row.orderId,
    (row) => party.sees(row),
  ),
  tranches: rows.many<InCurrency<TrancheRow>>(
    `select t.*, e.currency from tranche t join escrow e on e.id = t."escrowId"
     where t."escrowId" = any ($1) order by t.id`,
    (row) => row.escrowId,
  ),
  holds: rows.many<InCurrency<HoldRow> & { readonly sellerId: string }>(
    `select h.*, e.currency, e."sellerId" from hold h join escrow e on e.id = h."escrowId"
     where h."trancheId" = any ($1) order by h.id`,
    (row) => row.trancheId,
  ),
  hold: rows.one<InCurrency<HoldRow>>(
    `select h.*, e.currency from hold h join escrow e on e.id = h."escrowId"
     where h.id = any ($1)`,
    (row) => row.id,
    () => hasRole(party.viewer, 'OPERATOR'),
  ),
  deadlines: rows.many<DeadlineRow>(
    `select subject, kind, "fireAt", "pausedRemainingMs" from timer where subject = any ($1)
     order by "fireAt", "pausedRemainingMs", kind`,
    (row) => row.subject,
  ),
  timeline: rows.many<EscrowEventRow>(
    `select subject as "escrowId", time as at, type as event,
       coalesce(data->>'to', data->>'cause') as detail
     from outbox where subject = any ($1) order by "subjectVersion"`,
    (row) => row.escrowId,
  ),
});
