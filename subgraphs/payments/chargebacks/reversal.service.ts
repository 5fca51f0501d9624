import { fact } from '#contracts/fact';
import type { Tx } from '#kernel/db/database';
import { outstandingIn, restoreIn } from '../advances/remittance.service';
import { debtLegs, giveBackWaiting, lockFunds } from '../balances/seller-funds.service';
import { takeOverIn } from '../holds/hold.service';
import { LIFT, trancheMachine } from '../escrow/tranche.machine';
import {
  type Held,
  aboutBalance,
  aboutEscrow,
  moveTranche,
  partiesOf,
  trancheOf,
} from '../escrow/tranche.service';
import type { Leg } from '../ledger/ledger.rules';
import { post, posting } from '../ledger/ledger.service';
import { addPartLine } from './chargeback-line.service';
import type { ChargebackLegRow } from './chargeback-leg.entity';
import type { ChargebackPartRow } from './chargeback-part.entity';
import { type PutBack, putBack } from './reversal.rules';
import type { Taking } from './taking.service';

/**
 * Puts back what a part took, leg by leg. What was held is held again, and its deadline goes on with what was left, or
 * a hold that lay under the case freezes it; what the seller was made to owe is forgiven, and what was paid of that meanwhile is available.
 */
export async function giveBackIn(
  tx: Tx,
  held: Held,
  taking: Taking,
  part: ChargebackPartRow,
): Promise<Held> {
  await tx.query('update "chargebackPart" set "reversedAt" = $2 where id = $1', [part.id, tx.now]);
  const legs = await tx.query<ChargebackLegRow>(
    'select * from "chargebackLeg" where "partId" = $1 order by id',
    [part.id],
  );
  return part.source === 'HELD'
    ? heldAgain(tx, held, taking, part, legs)
    : ownedAgain(tx, held, taking, part, legs);
}

async function heldAgain(
  tx: Tx,
  held: Held,
  taking: Taking,
  { id: partId, trancheId: id, amountMinor }: ChargebackPartRow,
  legs: readonly ChargebackLegRow[],
): Promise<Held> {
  const back = legs.map((leg) => ({ leg, to: leg.accountId, amount: leg.amountMinor }));
  await post(tx, posting(`${partId}:reversed`, taking.currency, tx.now, back.map(legOf(taking))));
  if ((await takeOverIn(tx, held.escrow, id)) !== undefined) {
    const change = { id, frozen: amountMinor, chargedBack: -amountMinor };
    return moveTranche(tx, held, change, ({ escrow }) =>
      fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: escrow.state }),
    );
  }
  const { heldState } = trancheOf(held, id);
  const state = heldState === null ? undefined : trancheMachine.next('FROZEN', LIFT[heldState]);
  if (state === undefined) throw new Error(`${id} does not stand still`);
  const change = { id, state, heldState: null, chargedBack: -amountMinor };
  return moveTranche(tx, held, change, ({ escrow }) =>
    fact('escrow.unfrozen', aboutEscrow(escrow), {
      ...partiesOf(escrow),
      amountMinor: amountMinor.toString(),
      currency: escrow.currency,
      cause: 'CHARGEBACK',
    }),
  );
}

async function ownedAgain(
  tx: Tx,
  held: Held,
  taking: Taking,
  part: ChargebackPartRow,
  legs: readonly ChargebackLegRow[],
): Promise<Held> {
  const { id: partId, trancheId: id, amountMinor } = part;
  const { sellerId, currency } = held.escrow;
  const funds = await lockFunds(tx, sellerId, currency);
  const { available, receivable } = funds.accounts;
  const remittances = legs.flatMap(({ remittanceId }) => remittanceId ?? []);
  const outstanding = await outstandingIn(tx, remittances);
  const back = putBack(legs, { available, receivable, debt: funds.debt, outstanding });
  const sum = (some: readonly PutBack[]): bigint =>
    some.reduce((all, { amount }) => all + amount, 0n);
  const forgiven = sum(back.filter(({ to }) => to === receivable));
  const free = sum(back.filter(({ to }) => to === available));
  const stillOwed = { ...funds, debt: funds.debt - forgiven };
  const all = [...back.map(legOf(taking)), ...debtLegs(stillOwed, free)];
  await post(tx, posting(`${partId}:reversed`, currency, tx.now, all));
  const restored = back.filter(({ leg, to }) => leg.remittanceId !== null && to !== available);
  for (const { leg, amount } of restored) await restoreIn(tx, leg.remittanceId ?? '', amount);
  await giveBackWaiting(
    tx,
    legs.flatMap(({ sellerHoldId, amountMinor: taken }) =>
      sellerHoldId === null ? [] : [{ id: sellerHoldId, taken }],
    ),
  );
  const own = back.filter(({ leg, to }) => leg.code === 'CHARGEBACK_CLAW_BACK' || to === available);
  const line = { ...part, netMinor: sum(own) };
  await addPartLine(tx, held.escrow, available, line, 'CHARGEBACK_REVERSED');
  return moveTranche(tx, held, { id, clawedBack: -amountMinor }, ({ escrow }) =>
    fact('escrow.progressed', aboutBalance(escrow), { ...partiesOf(escrow), to: escrow.state }),
  );
}

/** The transfer that undoes a stored one, or part of it. */
const legOf =
  ({ caseAccountId: debit }: Taking) =>
  ({ leg: { id: corrects, code }, to: credit, amount }: PutBack): Leg => ({
    ...{ code, debit, credit, amount, corrects },
  });
