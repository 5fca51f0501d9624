import { randomBytes } from 'node:crypto';
import { type SharedFact } from '../shared/facts';
import { type Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { refuseCardNumbers } from './card.number';
import { moved } from './psp.books';
import { type Announce, type PspChange } from './psp.change';
import { type Payout, type PspFact } from './psp.facts';
import { type PspState } from './psp.state';

const PAID_AFTER_MS = 200;
const RETURNED_AFTER_MS = 1_000;
/** At a slow bank there is time to cancel. */
const SLOWLY_AFTER_MS = 3_600_000;
/** `dest_slow_fail` and `dest_slow_return` end like the others, but not before somebody says so. */
const DESTINATION = /^dest_(slow|slow_fail|slow_return|ok|fail|return)(_[A-Za-z0-9_-]+)?$/;
const isSlow = (destination: string): boolean => destination.startsWith('dest_slow');
const endsIn = (destination: string, end: 'fail' | 'return'): boolean =>
  destination.startsWith(`dest_${end}`) || destination.startsWith(`dest_slow_${end}`);

/** Payouts: the money leaves merchant_balance at once and comes back when one fails. */
export class PayoutDesk {
  constructor(
    private readonly state: PspState,
    private readonly announce: Announce,
    private readonly now: () => number,
  ) {}

  create(body: Fields): PspChange {
    const amount = body.amount('amountMinor');
    const currency = body.currency('currency');
    const destination = body.text('destination');
    const reference = body.text('reference');
    refuseCardNumbers([destination, reference]);
    const earlier = this.state.earlier(reference, 'payout');
    if (earlier !== undefined) return { status: 200, body: this.state.payout(earlier), facts: [] };
    if (!DESTINATION.test(destination)) {
      throw new Refusal(422, 'DESTINATION_INVALID', 'no such payout destination');
    }
    const available = this.state.books.balance('merchant_balance', currency);
    if (amount > available) {
      const message = `${String(available)} ${currency} are available`;
      throw new Refusal(422, 'BALANCE_INSUFFICIENT', message);
    }
    const payout: Payout = {
      id: `po_sim_${randomBytes(12).toString('hex')}`,
      object: 'payout',
      status: 'in_transit',
      amountMinor: String(amount),
      currency,
      destination,
      reference,
      createdAt: new Date(this.now()).toISOString(),
      nextAtMs: this.now() + (isSlow(destination) ? SLOWLY_AFTER_MS : PAID_AFTER_MS),
    };
    const what = this.what(payout, 'payout');
    const facts = [
      {
        kind: 'posted' as const,
        posting: moved('merchant_balance', 'payouts_paid', what, amount),
      },
      { kind: 'payout.put' as const, payout },
      {
        kind: 'operation.named' as const,
        reference,
        action: 'payout' as const,
        objectId: payout.id,
      },
      ...this.announce('payout.in_transit', payout),
    ];
    return { status: 201, body: payout, facts };
  }

  /** Takes a payout back that the bank has not paid. */
  cancel(id: string, body: Fields): PspChange {
    const payout = this.state.payout(id);
    const reference = body.text('reference');
    const earlier = this.state.earlier(reference, 'cancel', id);
    if (earlier !== undefined) return { status: 200, body: payout, facts: [] };
    if (payout.status !== 'in_transit' || !isSlow(payout.destination)) {
      const message = `a payout that is ${payout.status} cannot be canceled`;
      throw new Refusal(409, 'PAYOUT_NOT_CANCELABLE', message);
    }
    const canceled: Payout = { ...payout, status: 'canceled', nextAtMs: null };
    const named: PspFact = { kind: 'operation.named', reference, action: 'cancel', objectId: id };
    return { status: 200, body: canceled, facts: [...this.undone(canceled), named] };
  }

  /** What the bank does by itself: pays, refuses, or pays and sends the money back. */
  moveOn(current: Payout): (PspFact | SharedFact)[] {
    const payout = { ...current, nextAtMs: null };
    const { destination } = payout;
    if (payout.status === 'in_transit') {
      if (endsIn(destination, 'fail')) {
        return this.undone({ ...payout, status: 'failed', failureCode: 'account_closed' });
      }
      const returnsAfter = isSlow(destination) ? SLOWLY_AFTER_MS : RETURNED_AFTER_MS;
      const paid: Payout = {
        ...payout,
        status: 'paid',
        nextAtMs: endsIn(destination, 'return') ? this.now() + returnsAfter : null,
      };
      return [{ kind: 'payout.put', payout: paid }, ...this.announce('payout.paid', paid)];
    }
    return this.undone({ ...payout, status: 'returned', failureCode: 'returned_by_bank' });
  }

  private undone(payout: Payout): (PspFact | SharedFact)[] {
    const what = this.what(payout, `payout_${payout.status}`);
    const amount = BigInt(payout.amountMinor);
    return [
      { kind: 'posted', posting: moved('payouts_paid', 'merchant_balance', what, amount) },
      { kind: 'payout.put', payout },
      ...this.announce(`payout.${payout.status}`, payout),
    ];
  }

  private what({ id: objectId, reference, currency }: Payout, reason: string) {
    return { reason, reference, currency, objectId, at: new Date(this.now()).toISOString() };
  }
}
