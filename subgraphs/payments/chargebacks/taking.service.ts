import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { reverseIn } from '../advances/remittance.service';
import { lockFunds, takeParts } from '../balances/seller-funds.service';
import type { HoldRow } from '../holds/hold.entity';
import { liftIn } from '../holds/hold.service';
import { liftReleasedIn } from '../holds/released-hold.service';
import type { Shares } from '../releases/release.rules';
import { splitClaim } from '../escrow/split.service';
import { type LiftedHold, liftForNowIn, placeAgainIn } from '../holds/stacked-hold.service';
import type { HeldState } from '../escrow/tranche.machine';
import {
  type Held,
  aboutBalance,
  aboutEscrow,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';
import { type AccountKindName, type Leg, PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, posting } from '../ledger/ledger.service';
import { type ChargebackPartId, type SellerHoldId, chargebackPartIds } from '../payments.ids';
import { type RefundPart, bear } from '../refunds/refund.rules';
import { sharesOfReleased } from '../refunds/refund-source.service';
import type { TrancheRow } from '../escrow/tranche.entity';
import { addPartLine } from './chargeback-line.service';
import type { ChargebackRow } from './chargeback.entity';
import { freestFirst } from './taking.rules';

/** The case that money is taken for. */
export type Taking = Pick<ChargebackRow, 'id' | 'caseAccountId' | 'currency'>;

const PART = `
  insert into "chargebackPart" (id, "chargebackId", "escrowId", "trancheId", source, "amountMinor",
    "commissionMinor", "taxMinor") values ($1, $2, $3, $4, $5, $6, $7, $8)`;
const LEGS = `
  insert into "chargebackLeg" (id, "partId", code, "accountId", "amountMinor", "sellerHoldId",
    "remittanceId")
  select x.id, $1, x.code, x.account, x.amount, x.waiting, x.remittance
  from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::text[])
    as x (id, code, account, amount, waiting, remittance)`;

/**
 * Takes an amount of a locked escrow for a chargeback: out of what is held first, then back from the seller. What is
 * held and taken becomes a tranche of its own that stands still until the case is over. Money that other cases froze is
 * taken too, last; they keep the rest, and what the bank gives back is theirs again. Every leg is stored.
 */
export async function takeIn(
  tx: Tx,
  held: Held,
  taking: Taking,
  amountMinor: bigint,
): Promise<Held> {
  const { now: thawed, others } = await thaw(tx, held);
  const holds = others.map(({ hold }) => hold);
  const parts = bear(amountMinor, thawed.tranches, (some) => freestFirst(some, holds));
  if (parts === undefined) throw new Error(`${taking.id} takes more than the order has`);
  let now = thawed;
  const takenOf = new Map<string, string>();
  for (const part of parts) {
    if (part.from === 'RELEASED') now = await takeReleased(tx, now, taking, part);
    else {
      const taken = await takeHeld(tx, now, taking, part);
      takenOf.set(part.tranche.id, taken.id);
      now = taken.now;
    }
  }
  return freezeAgain(tx, now, others, takenOf);
}

/** Lifts other cases' holds of money that is held; those under a bank's case stay where they are. */
async function thaw(
  tx: Tx,
  held: Held,
): Promise<{ readonly now: Held; readonly others: readonly LiftedHold[] }> {
  const holds = await tx.query<HoldRow>(
    `select * from hold h where "escrowId" = $1 and "liftedAt" is null and source = 'TRANCHE'
       and exists (select 1 from hold r where r."trancheId" = h."trancheId" and r.source = 'TRANCHE'
         and r."liftedAt" is null and r."pendingId" is not null)
     order by "pendingId" is null, id`,
    [held.escrow.id],
  );
  let now = held;
  const others: LiftedHold[] = [];
  for (const hold of holds) {
    const { lifted, ...thawed } = await liftForNowIn(tx, now, hold);
    now = thawed.now;
    others.push(lifted);
  }
  return { now, others };
}

/** Ends all holds of a case on a locked escrow. */
export async function liftCaseIn(tx: Tx, held: Held, caseId: string): Promise<Held> {
  const holds = await tx.query<HoldRow>(
    `select * from hold where "escrowId" = $1 and "caseId" = $2 and "liftedAt" is null order by id`,
    [held.escrow.id, caseId],
  );
  let now = held;
  for (const hold of holds) if (hold.source === 'TRANCHE') now = await liftIn(tx, now, hold.id);
  const released = holds.filter(({ source }) => source === 'RELEASED').map(({ id }) => id);
  return liftReleasedIn(tx, now, released);
}

/**
 * What was not taken is frozen again, and what was as soon as the bank gives it back. A dispute is about the rest only,
 * if there is any.
 */
async function freezeAgain(
  tx: Tx,
  held: Held,
  others: readonly LiftedHold[],
  takenOf: ReadonlyMap<string, string>,
): Promise<Held> {
  let now = held;
  for (const lifted of others) {
    const { trancheId, cause } = lifted.hold;
    const taken = takenOf.get(trancheId);
    if (taken !== trancheId) now = await placeAgainIn(tx, now, trancheId, lifted);
    if (taken === undefined || (cause === 'DISPUTE' && taken !== trancheId)) continue;
    now = await placeAgainIn(tx, now, taken, lifted);
  }
  return now;
}

async function takeHeld(
  tx: Tx,
  held: Held,
  taking: Taking,
  { tranche: { id: fromId }, amountMinor }: RefundPart<TrancheRow>,
): Promise<{ readonly now: Held; readonly id: string }> {
  const from = trancheOf(held, fromId);
  const { now, made } =
    from.availableMinor === amountMinor
      ? { now: held, made: from }
      : await splitClaim(tx, held, from, amountMinor);
  const { id, accountId: account, state } = made;
  const fees = { commission: 0n, tax: 0n };
  const legs = [{ code: 'CHARGEBACK_HELD' as const, account, amount: amountMinor }];
  await store(tx, now, taking, { trancheId: id, source: 'HELD', amountMinor, fees, legs });
  const change = { state: 'FROZEN', heldState: state as HeldState } as const;
  const what = { id, ...change, chargedBack: amountMinor };
  const taken = await moveTranche(tx, now, what, ({ escrow }) =>
    fact('escrow.frozen', aboutEscrow(escrow), {
      ...partiesOf(escrow),
      amountMinor: amountMinor.toString(),
      currency: escrow.currency,
      cause: 'CHARGEBACK',
    }),
  );
  return { now: taken, id };
}

async function takeReleased(
  tx: Tx,
  held: Held,
  taking: Taking,
  { tranche: { id }, amountMinor }: RefundPart<TrancheRow>,
): Promise<Held> {
  const { escrow } = held;
  const fees = sharesOfReleased(trancheOf(held, id), amountMinor);
  const funds = await lockFunds(tx, escrow.sellerId, escrow.currency);
  const { releasedMinor: released, clawedBackMinor } = trancheOf(held, id);
  const clawedBack = clawedBackMinor + amountMinor;
  const reversed = await reverseIn(tx, { trancheId: id, released, clawedBack, net: fees.net });
  const netMinor = reversed.reduce((left, { amount }) => left - amount, fees.net);
  const taken = await takeParts(tx, funds, escrow, netMinor);
  const revenue = (kind: AccountKindName) => ({ kind, owner: PLATFORM, currency: escrow.currency });
  const [feeAccount = 0n, taxAccount = 0n] = await openAccounts(tx, [
    revenue('FEE_REVENUE'),
    revenue('TAX_PAYABLE'),
  ]);
  const legs: TakenLeg[] = [
    ...taken.map((part) => ({ ...part, code: 'CHARGEBACK_CLAW_BACK' as const })),
    ...reversed.map((part) => ({ ...part, code: 'ADVANCE_REVERSED' as const })),
    { code: 'CHARGEBACK_COMMISSION', account: feeAccount, amount: fees.commission },
    { code: 'CHARGEBACK_TAX', account: taxAccount, amount: fees.tax },
  ];
  const part = { trancheId: id, source: 'RELEASED', amountMinor, fees, legs } as const;
  const partId = await store(tx, held, taking, part);
  const line = {
    id: partId,
    netMinor,
    amountMinor,
    commissionMinor: fees.commission,
    taxMinor: fees.tax,
  };
  await addPartLine(tx, escrow, funds.accounts.available, line, 'CHARGEBACK');
  return moveTranche(tx, held, { id, clawedBack: amountMinor }, (now) =>
    fact('escrow.progressed', aboutBalance(now.escrow), {
      ...partiesOf(escrow),
      to: now.escrow.state,
    }),
  );
}

interface TakenLeg {
  readonly code: `CHARGEBACK_${'HELD' | 'CLAW_BACK' | 'COMMISSION' | 'TAX'}` | 'ADVANCE_REVERSED';
  readonly account: bigint;
  readonly amount: bigint;
  readonly sellerHoldId?: SellerHoldId | null;
  readonly remittanceId?: string;
}

interface TakenPart {
  readonly trancheId: string;
  readonly source: 'HELD' | 'RELEASED';
  readonly amountMinor: bigint;
  readonly fees: Pick<Shares, 'commission' | 'tax'>;
  readonly legs: readonly TakenLeg[];
}

async function store(
  tx: Tx,
  { escrow }: Held,
  { id, caseAccountId, currency }: Taking,
  { trancheId, source, amountMinor, fees, legs: all }: TakenPart,
): Promise<ChargebackPartId> {
  const partId = chargebackPartIds.create();
  const legs = all.filter(({ amount }) => amount > 0n);
  await tx.query(PART, [
    ...[partId, id, escrow.id, trancheId, source],
    ...[amountMinor, fees.commission, fees.tax],
  ]);
  const posted = legs.map(({ code, account, amount }): Leg => ({
    code,
    debit: account,
    credit: caseAccountId,
    amount,
  }));
  await post(tx, posting(partId, currency, tx.now, posted));
  await tx.query(LEGS, [
    partId,
    legs.map((_, n) => legId(partId, n)),
    legs.map(({ code }) => code),
    legs.map(({ account }) => account),
    legs.map(({ amount }) => amount),
    legs.map(({ sellerHoldId }) => sellerHoldId ?? null),
    legs.map(({ remittanceId }) => remittanceId ?? null),
  ]);
  return partId;
}
