import type { ChargebackId } from '#contracts/ids';
import { type Viewer, hasRole, requireScope } from '#kernel/auth/viewer';
import type { Database, Queries, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Timer, TimerHandlers } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import { type OperationOwner, lockState, recordIn, recordOf } from '../psp/operation.service';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspOperationRow } from '../psp/psp-operation.entity';
import type { DisputeAnswer, PspPort, PspReply } from '../psp/psp.port';
import { lockCase, saveIn } from './chargeback-case.service';
import type { ChargebackRow } from './chargeback.entity';
import { chargebackMachine } from './chargeback.machine';
import type { ChargebackService } from './chargeback.service';
import { EnclosureService } from './enclosure.service';
import { chooseFiles } from './packet-files.rules';
import { packetOf } from './packet.rules';
import { filedFiles, filedTexts, knownOrders } from './packet.service';

/** An answer to the payer's bank. */
export interface AnswerInput {
  readonly key: string;
  readonly chargebackId: string;
}

/**
 * Answers a chargeback, once: evidence, or that it is accepted. Operators, and the seller when all orders of the payment
 * are theirs. Without an answer the platform's own evidence goes out 48 hours before the bank's due date (T16).
 */
export class ChargebackAnswerService implements OperationOwner {
  private readonly enclosures: EnclosureService;

  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly chargebacks: ChargebackService,
    private readonly outgoing: Outgoing,
    private readonly psp: Pick<PspPort, 'capabilities' | 'keepFile'>,
    private readonly log: Logger,
  ) {
    this.enclosures = new EnclosureService(psp, log);
  }

  /** Submits what the platform knows, with the seller's own words if there are any. */
  submit(
    viewer: Viewer,
    { statement, ...input }: AnswerInput & { readonly statement: string | undefined },
  ): Promise<ChargebackId> {
    const intent = { name: 'chargebackEvidenceSubmit', statement: statement ?? null };
    return this.answer(viewer, input, intent, (tx, row) => this.submitIn(tx, row, statement));
  }

  /** Does not contest it: it ends as lost, now. Only an operator gives up the platform's own money. */
  accept(viewer: Viewer, input: AnswerInput): Promise<ChargebackId> {
    return this.answer(viewer, input, { name: 'chargebackAccept' }, async (tx, row) => {
      if (row.liable === 'PLATFORM' && !hasRole(viewer, 'OPERATOR')) {
        throw refuse('TRANSITION_NOT_ALLOWED');
      }
      await saveIn(tx, await this.chargebacks.step(tx, row, 'accept'));
      const { pspDisputeId } = row;
      await this.write(tx, row, { kind: 'ACCEPT_DISPUTE', pspDisputeId });
    });
  }

  /** Handler of T16. */
  timers(): TimerHandlers {
    return { T16: (tx, timer) => this.inTime(tx, timer) };
  }

  /** False when the answer has no effect any more. */
  async wanted(db: Queries, { subject }: PspOperationRow): Promise<boolean> {
    const row = await db.first<ChargebackRow>('select * from chargeback where id = $1', [subject]);
    return row?.state === 'SUBMITTED' || row?.state === 'ACCEPTED';
  }

  /** Its files are at the PSP before it. */
  prepare(db: Queries, operation: PspOperationRow): ReturnType<EnclosureService['encloseIn']> {
    return this.enclosures.encloseIn(db, operation);
  }

  async settle(tx: Tx, operation: PspOperationRow, reply: PspReply): Promise<void> {
    if (reply.kind === 'ABSENT') return;
    await lockCase(tx, { id: operation.subject });
    if (reply.kind === 'OBJECT') await this.chargebacks.hearIn(tx, reply.object);
    if (reply.kind === 'REFUSED') {
      const alarm = { alarm: 'ANSWER_REFUSED', chargebackId: operation.subject, code: reply.code };
      this.log.error(alarm, 'the PSP took no answer to a chargeback');
    }
    const state = await lockState(tx, operation.id);
    const event = { OBJECT: 'succeed', REFUSED: 'reject', LOST: 'lose' } as const;
    const record = recordOf({ ...operation, state }, event[reply.kind], reply, tx.now);
    if (record !== undefined) await recordIn(tx, operation.id, record);
  }

  private async answer(
    viewer: Viewer,
    { key, chargebackId }: AnswerInput,
    { name, ...more }: { readonly name: string; readonly statement?: string | null },
    act: (tx: Tx, row: ChargebackRow) => Promise<void>,
  ): Promise<ChargebackId> {
    requireScope(viewer, 'payments:write');
    const scope = `${actorOf(viewer)}:${name}`;
    return this.db.transaction(viewer, (tx) =>
      once(tx, { scope, key, input: { chargebackId, ...more } }, async () => {
        const row = await lockCase(tx, { id: chargebackId });
        if (row === undefined || !(await this.mayAnswer(tx, viewer, row))) {
          throw refuse('NOT_FOUND', { field: ['input', 'chargebackId'] });
        }
        if (chargebackMachine.next(row.state, 'submit') === undefined) {
          throw refuse('TRANSITION_NOT_ALLOWED');
        }
        if (row.dueAt <= tx.now) throw refuse('EVIDENCE_CLOSED');
        await act(tx, row);
        return row.id;
      }),
    );
  }

  /** There is one answer: a seller gives it only when nobody else's order is part of the payment. */
  private async mayAnswer(tx: Tx, viewer: Viewer, { paymentId }: ChargebackRow): Promise<boolean> {
    if (hasRole(viewer, 'OPERATOR')) return true;
    const mine = await this.sellers.sellersOf(viewer, 'payments:write', tx);
    const sellers = await tx.query<{ sellerId: string }>(
      `select distinct e."sellerId" from escrow e join payment p on e."orderId" = any (p."orderIds")
       where p.id = $1`,
      [paymentId],
    );
    return sellers.length > 0 && sellers.every(({ sellerId }) => mine.has(sellerId));
  }

  private async inTime(tx: Tx, { subject }: Timer): Promise<void> {
    const row = await lockCase(tx, { id: subject });
    if (row?.state === 'OPENED') await this.submitIn(tx, row, undefined);
  }

  private async submitIn(tx: Tx, row: ChargebackRow, statement: string | undefined): Promise<void> {
    const { paymentId } = row;
    const filed = await filedTexts(tx, row);
    const { files, notes } = chooseFiles(
      await filedFiles(tx, row),
      this.psp.capabilities.evidenceFiles,
    );
    const fields = packetOf(await knownOrders(tx, paymentId), statement, filed, notes);
    await saveIn(tx, await this.chargebacks.step(tx, row, 'submit'));
    const { pspDisputeId } = row;
    await this.write(tx, row, { kind: 'EVIDENCE', pspDisputeId, fields, files });
  }

  private async write(tx: Tx, { id }: ChargebackRow, request: DisputeAnswer): Promise<void> {
    await this.outgoing.writeIn(tx, [{ subject: id, state: 'READY', nextAt: tx.now, request }]);
  }
}
