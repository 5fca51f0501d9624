import { DatabaseError } from 'pg';
import { z } from 'zod';
import { type SellerId, sellerIds } from '#contracts/ids';
import { type Viewer, requireAccount, requireRole } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { addLine } from '../balances/balance-line.service';
import { lockFunds } from '../balances/seller-funds.service';
import { actorOf } from '../balances/seller.service';
import type { Leg } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import type { ApprovalId } from '../payments.ids';
import { refuse } from '../payments.errors';
import {
  ADJUSTABLE,
  type AdjustableKind,
  type AdjustmentLeg,
  accountOf,
  isAdjustment,
  sellerEffects,
} from './adjustment.rules';
import { type Granted, approvalAct, proposeIn } from './proposal.service';

const account = z.object({
  kind: z.enum(Object.keys(ADJUSTABLE) as [AdjustableKind]),
  ownerId: z.string().nullable(),
});
const adjustment = z.object({
  currency: z.string(),
  correctsId: z.uuid(),
  legs: z.array(z.object({ debit: account, credit: account, amountMinor: z.coerce.bigint() })),
});
export type Adjustment = z.output<typeof adjustment>;

/** New transfers that put an earlier one right: proposed by one operator, posted when a second one agrees. */
export class AdjustmentService {
  /** What runs when it is granted. */
  readonly act = approvalAct(adjustment, (tx, input, by) => this.postIn(tx, input, by));

  constructor(private readonly db: Database) {}

  /** Operators. Refuses with ADJUSTMENT_INVALID and, when one for the same transfer waits, APPROVAL_PENDING. */
  async propose(
    viewer: Viewer,
    { key, reason, ...what }: Adjustment & { readonly key: string; readonly reason: string },
  ): Promise<ApprovalId> {
    requireRole(viewer, 'OPERATOR');
    const proposer = requireAccount(viewer);
    const scope = `${actorOf(viewer)}:ledgerAdjustmentCreate`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { reason, ...what } }, async () => {
        await judge(tx, what);
        const { correctsId: subject } = what;
        return proposeIn(tx, { kind: 'LEDGER_ADJUSTMENT', subject, input: what, reason, proposer });
      }),
    );
  }

  private async postIn(tx: Tx, what: Adjustment, { approvalId }: Granted): Promise<void> {
    await judge(tx, what);
    const { currency, correctsId: corrects, legs } = what;
    const effects = sellerEffects(legs);
    const available = new Map<string, bigint>();
    for (const { sellerId } of effects) {
      const { accounts } = await lockFunds(tx, sellerIdOf(sellerId), currency);
      available.set(sellerId, accounts.available);
    }
    const posted = await ledgerLegs(tx, legs, { currency, corrects });
    await post(tx, posting(approvalId, currency, tx.now, posted)).catch(beyondLimit);
    for (const { sellerId, amountMinor } of effects) {
      await addLine(tx, {
        kind: 'ADJUSTMENT',
        accountId: available.get(sellerId) ?? 0n,
        sellerId: sellerIdOf(sellerId),
        currency,
        amountMinor,
        cause: 'ADJUSTMENT',
        causeId: `${approvalId}:${sellerId}`,
      });
    }
  }
}

/** The legs with the numbers of their accounts, which are opened when nobody has used them yet. */
async function ledgerLegs(
  tx: Tx,
  legs: readonly AdjustmentLeg[],
  { currency, corrects }: { readonly currency: string; readonly corrects: string },
): Promise<Leg[]> {
  const specs = legs.flatMap(({ debit, credit }) =>
    [debit, credit].flatMap((name) => accountOf(name, currency) ?? []),
  );
  const ids = await openAccounts(tx, specs);
  return legs.map(({ amountMinor: amount }, n) => {
    const [debit = 0n, credit = 0n] = ids.slice(2 * n);
    return { code: 'ADJUSTED', debit, credit, amount, corrects };
  });
}

/** Legs and the transfer that they correct, which must be in the same currency. */
async function judge(tx: Tx, { legs, currency, correctsId }: Adjustment): Promise<void> {
  if (!isAdjustment(legs, currency))
    throw refuse('ADJUSTMENT_INVALID', { field: ['input', 'legs'] });
  const corrected = await tx.first(
    'select 1 as one from ledger_transfer where id = $1 and currency = $2',
    [correctsId, currency],
  );
  if (corrected === undefined) throw refuse('NOT_FOUND', { field: ['input', 'correctsId'] });
}

/** An account that would go below its limit is an answer of the database. */
function beyondLimit(error: unknown): never {
  if (error instanceof DatabaseError && error.code === '23514')
    throw refuse('BALANCE_INSUFFICIENT');
  throw error;
}

function sellerIdOf(text: string): SellerId {
  const id = sellerIds.parse(text);
  if (id === undefined) throw refuse('ADJUSTMENT_INVALID', { field: ['input', 'legs'] });
  return id;
}
