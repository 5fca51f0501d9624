import type { Viewer } from '#kernel/auth/viewer';
import type { Database } from '#kernel/db/database';
import type { CrashHouse } from './crash.house';
import { type CrashIntents, type Mutation, euros, person } from './crash.intents';
import type { Order } from './crash.orders';

const PATIENCE_MS = 30_000;
const TOTAL = 1_000n;
const CONFIRM: Mutation = ['paymentConfirm', 'payment { id }', 'payment'];
const dispute = (name: string): Mutation => [name, 'dispute { id }', 'dispute'];
const chargeback = (name: string): Mutation => [name, 'chargeback { id }', 'chargeback'];

/** What goes beyond buying and selling: the bank asks the payer, buyers complain to us, payers to their bank. */
export class CrashCases {
  private readonly operator = person(['OPERATOR']);

  constructor(
    private readonly house: CrashHouse,
    private readonly payments: Database,
    private readonly intents: CrashIntents,
    private readonly random: () => number,
  ) {}

  /** The payer answers on the bank's page, and asks us to look. */
  async answerBank(buyer: Viewer, paymentId: string): Promise<void> {
    await this.found(`select 1 as one from tender where "paymentId" = $1 and state = any ($2)`, [
      paymentId,
      ['REQUIRES_ACTION', 'CAPTURED'],
    ]);
    await this.answerAll();
    await this.intents.send('3DS', CONFIRM, buyer, { paymentId });
  }

  /** Every payer whom a bank asks answers. One that had answered before is told so. */
  async answerAll(): Promise<void> {
    const rows = await this.payments
      .query<{ id: string }>(
        `select "pspPaymentId" as id from tender where "pspPaymentId" is not null
           and state = 'REQUIRES_ACTION'`,
      )
      .catch(() => []); // it was killed
    const body = JSON.stringify({ outcome: 'success' });
    for (const { id } of rows) {
      await fetch(`${this.house.pspUrl}/sim/payments/${id}/complete`, { method: 'POST', body });
    }
  }

  /** A complaint about a delivered order: the seller gives in, the buyer does, or an operator decides. */
  async dispute(buyer: Viewer, seller: Viewer, { orderId }: Order): Promise<void> {
    const about = { orderId, kind: 'REFUND_ONLY', reason: 'DAMAGED', text: 'It is broken.' };
    const send = (name: string, who: Viewer, input: object): Promise<string | undefined> =>
      this.intents.send('DISPUTE', dispute(name), who, { ...input });
    const amount = euros(TOTAL);
    const disputeId = await send('disputeOpen', buyer, { ...about, amount });
    if (disputeId === undefined) return;
    const dice = this.random();
    if (dice < 0.4) await send('disputeAccept', seller, { disputeId, proposalVersion: 1 });
    else if (dice < 0.6) await send('disputeWithdraw', buyer, { disputeId });
    else {
      await send('disputeRefuse', seller, { disputeId, reason: 'It was whole.' });
      await this.hasten(disputeId, 'T9', 'T11');
      await send('disputeDecide', this.operator, {
        ...{ disputeId, refund: euros(TOTAL / 2n), release: euros(TOTAL / 2n), fault: 'SELLER' },
        ...{
          returnRequired: false,
          clauses: ['PROOF'],
          evidenceIds: [],
          reason: 'Both are right.',
        },
      });
      await this.hasten(disputeId, 'APPEAL_END');
    }
  }

  /** The payer complains at the bank; an operator answers with what there is, or gives in. */
  async chargeBack(paymentId: string): Promise<void> {
    const at = await this.found<{ id: string }>(
      `select "pspPaymentId" as id from tender where "paymentId" = $1 and state = 'CAPTURED'`,
      [paymentId],
    );
    if (at === undefined) return;
    const outcome = this.random() < 0.5 ? 'won' : 'lost';
    const complaint = { paymentId: at.id, outcome, reason: 'product_not_received' };
    const { id } = await this.control('/sim/disputes', complaint);
    const row = await this.found<{ id: string }>(
      `select id from chargeback where "pspDisputeId" = $1 and state = 'OPENED'`,
      [id],
    );
    if (row === undefined) return;
    const name = this.random() < 0.6 ? 'chargebackEvidenceSubmit' : 'chargebackAccept';
    await this.intents.send('CHARGEBACK', chargeback(name), this.operator, {
      chargebackId: row.id,
    });
  }

  /** Days go by for the deadlines of one dispute, each as soon as it runs. */
  private async hasten(disputeId: string, ...kinds: readonly string[]): Promise<void> {
    for (const kind of kinds) {
      await this.found(
        `update timer set "fireAt" = $3 where subject = $1 and kind = $2 and "fireAt" > $3
         returning kind`,
        [disputeId, kind, this.payments.clock.now()],
      );
    }
  }

  /** The first row as soon as there is one; undefined when it takes too long. */
  private async found<R extends object>(sql: string, values: unknown[]): Promise<R | undefined> {
    const deadline = performance.now() + PATIENCE_MS;
    while (performance.now() < deadline) {
      const row = await this.payments.first<R>(sql, values).catch(() => undefined); // it was killed
      if (row !== undefined) return row;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return undefined;
  }

  private async control(path: string, body: object): Promise<{ id: string }> {
    const request = { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(this.house.pspUrl + path, request);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  }
}
