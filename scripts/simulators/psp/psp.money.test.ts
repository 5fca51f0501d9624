import fc from 'fast-check';
import { type SharedFact } from '../shared/facts';
import { Fields } from '../shared/fields';
import { Refusal } from '../shared/refusal';
import { DisputeDesk } from './dispute.desk';
import { FileDesk } from './file.desk';
import { MethodDesk } from './method.desk';
import { PaymentDesk } from './payment.desk';
import { PayoutDesk } from './payout.desk';
import { Books, moved } from './psp.books';
import { type PspFact } from './psp.facts';
import { moveOn } from './psp.moves';
import { type PspDesks } from './psp.routes';
import { PspState } from './psp.state';
import { RefundDesk } from './refund.desk';
import { SettlementDesk } from './settlement.desk';

type Facts = readonly (PspFact | SharedFact)[];

interface Step {
  act:
    | ('pay' | 'confirm' | 'capture' | 'void' | 'refund' | 'payout' | 'cancel')
    | ('complete' | 'wait' | 'settle' | 'evidence' | 'accept');
  token: string;
  destination: string;
  currency: string;
  amount: number;
  pick: number;
  capture: boolean;
  /** Few references, so that some are used again. */
  reference: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(
    ...(['pay', 'pay', 'pay', 'confirm', 'capture', 'void', 'refund', 'payout'] as const),
    ...(['cancel', 'complete', 'wait', 'settle', 'evidence', 'accept'] as const),
  ),
  token: fc.constantFrom(
    'tok_ok',
    'tok_ok',
    'tok_ok',
    'tok_3ds',
    'tok_late_success',
    'tok_refund_fail',
    'tok_refund_fail_late',
    'tok_dispute_won',
    'tok_dispute_lost',
    'tok_decline_generic',
    'tok_nonsense',
  ),
  destination: fc.constantFrom('dest_ok', 'dest_fail', 'dest_return', 'dest_slow', 'dest_nowhere'),
  currency: fc.constantFrom('BRL', 'EUR'),
  amount: fc.integer({ min: 1, max: 1_000 }),
  pick: fc.nat({ max: 20 }),
  capture: fc.boolean(),
  reference: fc.nat({ max: 30 }),
});

/** A PSP without its server, and every fact it made. */
class Bench {
  readonly state = new PspState();
  readonly facts: Facts[number][] = [];
  private nowMs = 0;
  private readonly desks: PspDesks;

  constructor() {
    const { state } = this;
    const announce = (): SharedFact[] => [];
    const now = (): number => this.nowMs;
    const files = new FileDesk(state, now);
    this.desks = {
      state,
      files,
      payments: new PaymentDesk(state, announce, now),
      refunds: new RefundDesk(state, announce, now),
      payouts: new PayoutDesk(state, announce, now),
      disputes: new DisputeDesk(state, announce, now, files),
      methods: new MethodDesk(state, now),
      settlements: new SettlementDesk(state, now),
    };
    this.commit([{ kind: 'fees.set', fees: { basisPoints: 250, fixedMinor: '3' } }]);
  }

  /** Plays a step; an expected refusal changes nothing. */
  play(step: Step): void {
    try {
      this.commit(this.decide(step));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }

  private decide(step: Step): Facts {
    const { payments, refunds, payouts, disputes, settlements } = this.desks;
    const pick = (all: ReadonlyMap<string, unknown>): string =>
      [...all.keys()][step.pick % Math.max(1, all.size)] ?? 'none';
    const id = pick(this.state.payments);
    const body = Fields.of({
      amountMinor: String(step.amount),
      currency: step.currency,
      token: step.token,
      destination: step.destination,
      capture: step.capture,
      confirm: step.pick % 4 !== 0,
      toBank: step.pick % 5 === 0,
      evidence: { note: 'it was delivered' },
      paymentId: id,
      reference: `op-${step.act}-${String(step.reference)}`,
      outcome: step.capture ? 'success' : 'failure',
    });
    switch (step.act) {
      case 'pay':
        return payments.create(body).facts;
      case 'capture':
        return payments.capture(id, body).facts;
      case 'void':
        return payments.void(id, body).facts;
      case 'complete':
        return payments.complete(id, body).facts;
      case 'refund':
        return refunds.create(body).facts;
      case 'payout':
        return payouts.create(body).facts;
      case 'confirm':
        return payments.confirm(id, body).facts;
      case 'cancel':
        return payouts.cancel(pick(this.state.payouts), body).facts;
      case 'evidence':
        return disputes.submit(pick(this.state.disputes), body).facts;
      case 'accept':
        return disputes.accept(pick(this.state.disputes), body).facts;
      case 'settle':
        return settlements.close(body).facts;
      case 'wait':
        return this.wait();
    }
  }

  private wait(): Facts {
    this.nowMs += 700;
    const due = [...this.state.waiting].filter(([, atMs]) => atMs <= this.nowMs);
    return due.flatMap(([id]) => {
      const facts = moveOn(this.desks, id);
      // One after the other, as the simulator does it: two refunds of one payment may fail together.
      this.commit(facts);
      return [];
    });
  }

  private commit(facts: Facts): void {
    for (const fact of facts) this.state.apply(fact);
    this.facts.push(...facts);
  }
}

function sum(amounts: readonly string[]): bigint {
  return amounts.reduce((total, amount) => total + BigInt(amount), 0n);
}

function expectSoundBooks({ books, payments, payouts, disputes, settlements }: PspState): void {
  for (const currency of books.currencies()) {
    const of = <T extends { currency: string }>(objects: Iterable<T>): T[] =>
      [...objects].filter((object) => object.currency === currency);
    const paid = of(payments.values());
    const captured = sum(paid.map(({ capturedMinor }) => capturedMinor));
    const refunded = sum(paid.map(({ refundedMinor }) => refundedMinor));
    const out = sum(
      of(payouts.values())
        .filter(({ status }) => status === 'in_transit' || status === 'paid')
        .map(({ amountMinor }) => amountMinor),
    );
    const lost = of(disputes.values()).filter(({ status }) => status !== 'won');
    const taken = sum(lost.map(({ amountMinor }) => amountMinor));
    const bank = sum(of(settlements).map(({ bankMinor }) => bankMinor));
    const lines = of(settlements).flatMap((one) => one.lines);
    const captures = lines.filter(({ kind }) => kind === 'capture');
    const opened = BigInt(of(disputes.values()).length);
    const fees = sum(captures.map(({ feeMinor }) => feeMinor)) + 1_500n * opened;
    const balances = books.list().filter((balance) => balance.currency === currency);
    expect(sum(balances.map(({ amountMinor }) => amountMinor))).toBe(0n);
    expect(books.balance('card_network', currency)).toBe(refunded + taken - captured);
    expect(books.balance('payouts_paid', currency)).toBe(out);
    expect(books.balance('psp_fees', currency)).toBe(fees);
    const rest = captured - refunded - out - taken - fees - bank;
    expect(books.balance('merchant_balance', currency)).toBe(rest);
    for (const { grossMinor, feeMinor, netMinor } of lines) {
      expect(BigInt(grossMinor) - BigInt(feeMinor)).toBe(BigInt(netMinor));
    }
  }
  for (const payment of payments.values()) {
    expect(BigInt(payment.capturedMinor)).toBeLessThanOrEqual(BigInt(payment.amountMinor));
    expect(BigInt(payment.refundedMinor)).toBeLessThanOrEqual(BigInt(payment.capturedMinor));
    if (payment.status !== 'captured') expect(payment.capturedMinor).toBe('0');
  }
}

test('whatever is asked, the books sum to zero and agree with the objects', () => {
  let captures = 0;
  let payouts = 0;
  let disputes = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }), (steps) => {
      const bench = new Bench();
      for (const each of steps) {
        bench.play(each);
        expectSoundBooks(bench.state);
      }
      captures += [...bench.state.payments.values()].filter((p) => p.status === 'captured').length;
      payouts += bench.state.payouts.size;
      disputes += bench.state.disputes.size;
      const replayed = new PspState();
      for (const fact of bench.facts) {
        replayed.apply(JSON.parse(JSON.stringify(fact)) as Facts[number]);
      }
      expect(replayed.books.list()).toEqual(bench.state.books.list());
      expect(replayed.settlements).toEqual(bench.state.settlements);
      expect([...replayed.payments]).toEqual([...bench.state.payments]);
      expect([...replayed.waiting]).toEqual([...bench.state.waiting]);
    }),
    { numRuns: 200 },
  );
  // The generator reaches the interesting states, or the property says nothing.
  expect(captures).toBeGreaterThan(150);
  expect(payouts).toBeGreaterThan(30);
  expect(disputes).toBeGreaterThan(10);
}, 60_000);

test('a posting that does not sum to zero is a bug', () => {
  const what = { reason: 'capture', reference: 'r', currency: 'BRL', objectId: 'o', at: '' };
  const posting = moved('card_network', 'merchant_balance', what, 5n);
  posting.entries.pop();
  expect(() => {
    new Books().post(posting);
  }).toThrow('sums to -5');
});
