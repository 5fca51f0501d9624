import type { Tx } from '#kernel/db/database';
import { uuidOf } from '#kernel/ids/id';
import { type Leg, PLATFORM } from '../ledger/ledger.rules';
import { legId, openAccounts, post, postAll, posting } from '../ledger/ledger.service';
import { refuse } from '../payments.errors';

/** A tender that spends a buyer's credit. */
export interface CreditTender {
  readonly id: string;
  readonly ledgerId: string;
  readonly creditAccountId: bigint;
  readonly amountMinor: bigint;
}

const causeOf = ({ id }: Pick<CreditTender, 'id'>): string => `${id}:reserved`;

/** A buyer's credit, whose money is spoken for by the other side of reservations. */
const holdOf = async (tx: Tx, currency: string): Promise<bigint> =>
  (await openAccounts(tx, [{ kind: 'HOLD', owner: PLATFORM, currency }]))[0] ?? 0n;

/** The account of a buyer's credit; opened when there is none. */
export const creditAccount = async (tx: Tx, buyerId: string, currency: string): Promise<bigint> =>
  (await openAccounts(tx, [{ kind: 'BUYER_CREDIT', owner: uuidOf(buyerId), currency }]))[0] ?? 0n;

/** Keeps credit for a payment that is not complete yet; the ledger refuses more than there is (`isOverspent`). */
export async function reserveIn(tx: Tx, tender: CreditTender, currency: string): Promise<void> {
  const credit = await holdOf(tx, currency);
  const { creditAccountId: debit, amountMinor: amount, ledgerId: subject } = tender;
  const leg: Leg = { code: 'CREDIT_RESERVED', kind: 'PENDING', debit, credit, amount, subject };
  await post(tx, posting(causeOf(tender), currency, tx.now, [leg]));
}

/** True for the ledger's answer to spending more than there is: the only limit that a payment can meet before it is sent. */
export const isOverspent = (error: unknown): boolean => {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23514' && constraint === 'ledger_balance_limit';
};

/** What overspending is answered with. */
export const overspent = (n: number) =>
  refuse('AMOUNT_EXCEEDS_AVAILABLE', { field: ['input', 'tenders', String(n), 'amount'] });

function freed({ id, creditAccountId, amountMinor, ledgerId }: CreditTender, hold: bigint): Leg {
  return {
    ...{ code: 'CREDIT_RESERVED', kind: 'VOID', pending: legId(causeOf({ id }), 0) },
    ...{ debit: creditAccountId, credit: hold, amount: amountMinor, subject: ledgerId },
  };
}

/** Reserved credit becomes the payment's money, as a charge's would. */
export async function takeLegs(
  tx: Tx,
  tender: CreditTender,
  funds: bigint,
  currency: string,
): Promise<Leg[]> {
  const { creditAccountId: debit, amountMinor: amount, ledgerId: subject } = tender;
  return [
    freed(tender, await holdOf(tx, currency)),
    { code: 'FUNDING', debit, credit: funds, amount, subject },
  ];
}

/** Payments ended without having been complete: what they kept of credit can be spent again. */
export async function freeIn(tx: Tx, paymentIds: readonly string[]): Promise<void> {
  const tenders = await tx.query<CreditTender & { currency: string }>(
    `select t.id, t."ledgerId", t."creditAccountId", t."amountMinor", p.currency
     from tender t join payment p on p.id = t."paymentId"
     where p.id = any ($1) and t."creditAccountId" is not null
       and t.state in ('FAILED', 'EXPIRED') order by t.id`,
    [paymentIds],
  );
  if (tenders.length === 0) return;
  const groups = [];
  for (const tender of tenders) {
    const { id, currency } = tender;
    const legs = [freed(tender, await holdOf(tx, currency))];
    groups.push(posting(`${id}:freed`, currency, tx.now, legs));
  }
  await postAll(tx, groups);
}
