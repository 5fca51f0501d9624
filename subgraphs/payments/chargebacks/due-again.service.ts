import type { Tx } from '#kernel/db/database';
import { post, posting } from '../ledger/ledger.service';
import { type ChargebackRefundId, type TenderId, refundLegIds } from '../payments.ids';
import type { Outgoing } from '../psp/outgoing.service';
import { creditIn, foldIn } from '../refunds/refund-state.service';
import type { ChargebackRow } from './chargeback.entity';
import { fateIn } from './charged-refund.service';

/** What the bank gave back of a refund. */
interface DueAgain {
  readonly id: ChargebackRefundId;
  readonly legId: string;
  readonly refundId: string;
  readonly amountMinor: bigint;
  readonly dueAccountId: bigint;
  readonly buyerId: string;
}

const DUE = `
  select c.id, c."legId", c."amountMinor", r.id as "refundId", r."dueAccountId", p."buyerId"
  from "chargebackRefund" c join "refundLeg" l on l.id = c."legId"
    join refund r on r.id = l."refundId" join payment p on p.id = r."paymentId"
  where c."chargebackId" = $1 order by c.id for no key update of r`;

/** A case is won: refunds that it had taken are due again. Each is sent anew, or is credit where the tender takes none. */
export async function dueAgainIn(tx: Tx, row: ChargebackRow, outgoing: Outgoing): Promise<void> {
  const { id, currency, caseAccountId: debit, tenderId } = row;
  for (const one of await tx.query<DueAgain>(DUE, [id])) {
    const { amountMinor: amount, dueAccountId: credit, legId, refundId } = one;
    await post(
      tx,
      posting(`${one.id}:due again`, currency, tx.now, [
        { code: 'CHARGEBACK_REFUND_DUE', debit, credit, amount },
      ]),
    );
    await tx.query('update "chargebackRefund" set "dueAgainAt" = $2 where id = $1', [
      one.id,
      tx.now,
    ]);
    if (await sendIn(tx, one, { tenderId, currency }, outgoing)) {
      await fateIn(tx, legId, 'DUE_AGAIN');
    } else {
      await creditIn(tx, { id: one.id, currency, ...pick(one) }, amount);
      await fateIn(tx, legId, 'CREDITED');
    }
    await foldIn(tx, refundId);
  }
}

const pick = ({ dueAccountId, buyerId }: DueAgain) => ({ dueAccountId, buyerId });

/** Another leg of the same refund, to the same tender. False when that can be refunded no more. */
async function sendIn(
  tx: Tx,
  { refundId, amountMinor }: DueAgain,
  { tenderId, currency }: { readonly tenderId: TenderId; readonly currency: string },
  outgoing: Outgoing,
): Promise<boolean> {
  const tender = await tx.first<{ pspPaymentId: string | null }>(
    `update tender set "refundedMinor" = "refundedMinor" + $2 where id = $1
       and "refundedMinor" + "chargedBackMinor" + $2 <= "capturedMinor" returning "pspPaymentId"`,
    [tenderId, amountMinor],
  );
  if (tender === undefined) return false;
  const legId = refundLegIds.create();
  await tx.query(
    `insert into "refundLeg" (id, "refundId", "tenderId", "amountMinor", state)
     values ($1, $2, $3, $4, 'CREATED')`,
    [legId, refundId, tenderId, amountMinor],
  );
  const pspPaymentId = tender.pspPaymentId ?? '';
  const request = { kind: 'REFUND', amountMinor: amountMinor.toString(), currency, pspPaymentId };
  await outgoing.writeIn(tx, [
    { subject: legId, state: 'READY', nextAt: tx.now, request: { ...request, kind: 'REFUND' } },
  ]);
  return true;
}
