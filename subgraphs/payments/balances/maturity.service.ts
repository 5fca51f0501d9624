import { fact } from '#contracts/fact';
import { topics } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import type { Timer, TimerHandlers } from '#kernel/events/timers';
import { post, posting } from '../ledger/ledger.service';
import { debtLegs, lockFunds } from './seller-funds.service';
import type { SellerHoldRow } from './seller-hold.entity';

/** Makes a seller's money available when its time has come. What a case has frozen follows when the case lets go. */
export class MaturityService {
  /** Handler of T17. */
  timers(): TimerHandlers {
    return { T17: (tx, timer) => this.mature(tx, timer) };
  }

  private async mature(tx: Tx, { subject }: Timer): Promise<void> {
    const known = await tx.first<SellerHoldRow>('select * from "sellerHold" where id = $1', [
      subject,
    ]);
    if (known === undefined) return;
    const { sellerId, currency } = known;
    const funds = await lockFunds(tx, sellerId, currency);
    const row = await tx.first<SellerHoldRow>('select * from "sellerHold" where id = $1', [
      subject,
    ]);
    const amount = row?.remainingMinor ?? 0n;
    if (row === undefined || amount === 0n) return;
    const version = row.version + 1;
    await tx.query('update "sellerHold" set "remainingMinor" = 0, version = $2 where id = $1', [
      subject,
      version,
    ]);
    await post(
      tx,
      posting(`${subject}:matured ${version}`, currency, tx.now, [
        { code: 'MATURED', debit: row.accountId, credit: funds.accounts.available, amount },
        ...debtLegs(funds, amount),
      ]),
    );
    const about = { subject, version, topics: [topics.sellerBalance(sellerId)] };
    tx.publish(
      fact('balance.changed', about, {
        sellerId,
        cause: row.kind === 'HOLD' ? 'HOLD_ENDED' : 'RESERVE_ENDED',
        amountMinor: amount.toString(),
        currency,
      }),
    );
  }
}
