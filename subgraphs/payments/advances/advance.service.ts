import { fact } from '#contracts/fact';
import type { FactData } from '#contracts/facts';
import { type SellerId, topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Logger } from '#kernel/server/log';
import { writeLine } from '../balances/balance-line.service';
import { lockFunds } from '../balances/seller-funds.service';
import { isRestricted } from '../balances/seller.service';
import { PLATFORM } from '../ledger/ledger.rules';
import { openAccounts, post, posting } from '../ledger/ledger.service';
import { uuidFrom } from '../ledger/uuid.rules';
import type { AdvanceRow } from './advance.entity';
import { outstandingOf } from './advance.rules';
import { remitIn } from './remittance.service';

/** Lends money that merchant-services agreed on with a seller. Every fact again: no effect. */
export class AdvanceService {
  constructor(private readonly log: Logger) {}

  /** Makes the principal available; tells `advance.disbursed` or, with a reason, `advance.refused`. */
  async acceptedIn(tx: Tx, terms: FactData<'advance.accepted'>): Promise<void> {
    const { advanceId, sellerId, currency, principalMinor, feeMinor, rateBps, version } = terms;
    const { accounts, debt } = await lockFunds(tx, sellerId, currency);
    if ((await lockAdvance(tx, advanceId)) !== undefined) return;
    const reason = await refusalOf(tx, terms, debt);
    let account: bigint | null = null;
    if (reason === undefined) {
      const owner = uuidFrom(`advance ${advanceId}`);
      const [receivable = 0n, fees = 0n] = await openAccounts(tx, [
        { kind: 'ADVANCE_RECEIVABLE', owner, currency },
        { kind: 'FINANCING_FEE_REVENUE', owner: PLATFORM, currency },
      ]);
      account = receivable;
      const debit = receivable;
      await post(
        tx,
        posting(`advance ${advanceId}:disbursed`, currency, tx.now, [
          { code: 'ADVANCE', debit, credit: accounts.available, amount: principalMinor },
          { code: 'ADVANCE_FEE', debit, credit: fees, amount: feeMinor },
        ]),
      );
    }
    await tx.query(
      `insert into advance (id, "sellerId", currency, state, "principalMinor", "feeMinor", "rateBps",
         "termsVersion", "accountId", version)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)`,
      [
        ...[advanceId, sellerId, currency, reason === undefined ? 'OPEN' : 'REFUSED'],
        ...[principalMinor, feeMinor, rateBps, version, account],
      ],
    );
    const about = { subject: advanceId, version: 1, topics: [topics.sellerBalance(sellerId)] };
    if (reason !== undefined) {
      tx.publish(fact('advance.refused', about, { advanceId, sellerId, reason }));
      return;
    }
    const line = { accountId: accounts.available, sellerId, currency, causeId: advanceId };
    await writeLine(tx, {
      ...line,
      kind: 'ADVANCE',
      cause: 'ADVANCE',
      amountMinor: principalMinor,
    });
    const outstandingMinor = (principalMinor + feeMinor).toString();
    const amountMinor = principalMinor.toString();
    const data = { advanceId, sellerId, releaseId: null, currency, amountMinor, outstandingMinor };
    tx.publish(fact('advance.disbursed', about, data));
  }

  /** Another rate from now on. An older word never overwrites a newer one. */
  async termsChangedIn(
    tx: Tx,
    { advanceId, rateBps, version }: FactData<'advance.terms_changed'>,
  ): Promise<void> {
    await knownAdvance(tx, advanceId);
    await tx.query(
      `update advance set "rateBps" = $2, "termsVersion" = $3
       where id = $1 and "termsVersion" < $3`,
      [advanceId, rateBps, version],
    );
  }

  /** The seller pays back early: all that is outstanding, or as much of it as is available. */
  async payoffIn(tx: Tx, asked: FactData<'advance.payoff_requested'>): Promise<void> {
    const { advanceId, payoffId } = asked;
    const known = await knownAdvance(tx, advanceId);
    const { sellerId, currency } = known;
    const { accounts, available } = await lockFunds(tx, sellerId, currency);
    const advance = await lockAdvance(tx, advanceId);
    if (advance === undefined || advance.accountId === null || advance.state !== 'OPEN') return;
    const left = outstandingOf(advance);
    const amount = left < available ? left : available;
    const paid = await remitIn(tx, advance, {
      id: payoffId,
      trancheId: null,
      releaseId: null,
      amount,
    });
    if (!paid) return;
    const [debit, credit] = [accounts.available, advance.accountId];
    await post(
      tx,
      posting(`payoff ${payoffId}`, currency, tx.now, [
        { code: 'ADVANCE_PAID_OFF', debit, credit, amount },
      ]),
    );
    const line = { accountId: debit, sellerId, currency, causeId: payoffId, amountMinor: -amount };
    await writeLine(tx, { ...line, kind: 'ADVANCE_PAYOFF', cause: 'ADVANCE_PAYOFF' });
  }

  /** Nothing more is expected: what is outstanding is the platform's loss. */
  async closedIn(tx: Tx, { advanceId }: FactData<'advance.closed'>): Promise<void> {
    await knownAdvance(tx, advanceId);
    const advance = await lockAdvance(tx, advanceId);
    if (advance === undefined || advance.accountId === null || advance.state !== 'OPEN') return;
    const { currency, accountId: credit } = advance;
    const amount = outstandingOf(advance);
    await tx.query(
      `update advance set state = 'CLOSED', "writtenOffMinor" = "writtenOffMinor" + $2,
         version = version + 1 where id = $1`,
      [advanceId, amount],
    );
    if (amount === 0n) return;
    this.log.warn({ advanceId, amountMinor: amount.toString() }, 'an advance is written off');
    const [debit = 0n] = await openAccounts(tx, [
      { kind: 'ADVANCE_LOSS', owner: PLATFORM, currency },
    ]);
    await post(
      tx,
      posting(`advance ${advanceId}:written off`, currency, tx.now, [
        { code: 'ADVANCE_WRITTEN_OFF', debit, credit, amount },
      ]),
    );
  }
}

type RefusalReason = 'RESTRICTED' | 'SELLER_OWES' | 'ANOTHER_ADVANCE' | 'AMOUNT_INVALID';

async function refusalOf(
  tx: Tx,
  terms: FactData<'advance.accepted'>,
  debt: bigint,
): Promise<RefusalReason | undefined> {
  const { sellerId, currency, principalMinor, feeMinor } = terms;
  if (principalMinor <= 0n || feeMinor < 0n) return 'AMOUNT_INVALID';
  if (await isRestricted(tx, sellerId, 'FINANCING')) return 'RESTRICTED';
  if (debt > 0n) return 'SELLER_OWES';
  const other = await openAdvance(tx, sellerId, currency);
  return other === undefined ? undefined : 'ANOTHER_ADVANCE';
}

/** A seller's advance that something is still outstanding of, locked. Lock order: the seller's funds first. */
export const openAdvance = (
  tx: Tx,
  sellerId: SellerId,
  currency: string,
): Promise<AdvanceRow | undefined> =>
  tx.first(
    `select * from advance where "sellerId" = $1 and currency = $2 and state = 'OPEN'
       and "principalMinor" + "feeMinor" > "remittedMinor" + "writtenOffMinor"
     order by id limit 1 for no key update`,
    [sellerId, currency],
  );

const lockAdvance = (tx: Tx, id: string): Promise<AdvanceRow | undefined> =>
  tx.first('select * from advance where id = $1 for no key update', [id]);

/** Facts come in any order: what is about an advance that was not accepted yet is thrown back. */
async function knownAdvance(tx: Tx, id: string): Promise<AdvanceRow> {
  const row = await tx.first<AdvanceRow>('select * from advance where id = $1', [id]);
  if (row === undefined) throw new Error(`advance ${id} is not known yet`);
  return row;
}
