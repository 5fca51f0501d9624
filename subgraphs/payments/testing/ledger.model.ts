import type { Leg } from '../ledger/ledger.rules';
import type { Posting } from '../ledger/ledger.rules';

type NamedLeg = Posting['legs'][number];

/** What an account of the model has. */
export interface ModelAccount {
  /** Deferred accounts have no limit; the others are liabilities. */
  readonly limited: boolean;
  debits: bigint;
  credits: bigint;
  debitsPending: bigint;
  creditsPending: bigint;
}

/** The ledger as it is meant, in plain words: groups that were taken, and what they left on the accounts. */
export class LedgerModel {
  readonly accounts = new Map<bigint, ModelAccount>();
  readonly taken: Posting[] = [];
  private readonly legs = new Map<string, NamedLeg>();
  private readonly resolved = new Set<string>();

  constructor(deferred: readonly bigint[], limited: readonly bigint[]) {
    for (const id of deferred) this.accounts.set(id, empty(false));
    for (const id of limited) this.accounts.set(id, empty(true));
  }

  /** Every pending transfer that was ever taken, resolved or not. */
  get pending(): NamedLeg[] {
    return [...this.legs.values()].filter(({ kind }) => kind === 'PENDING');
  }

  /** Codes that the ledger may refuse a group with; none: it must take it. */
  faultsOf(what: Posting): Set<string> {
    const known = what.legs.filter(({ id }) => this.legs.has(id));
    const faults = new Set<string>();
    if (known.length > 0) {
      if (known.some((leg) => !same(leg, this.legs.get(leg.id)))) faults.add('TG001');
      const before = this.taken.find(({ group }) => group === what.group);
      const whole = known.length === what.legs.length && before?.legs.length === known.length;
      if (!whole) faults.add('TG002');
    }
    const fresh = what.legs.filter(({ id }) => !this.legs.has(id));
    for (const fault of this.wrongResolutions(fresh)) faults.add(fault);
    if (this.after(fresh).some(({ limited, ...now }) => limited && free(now) < 0n))
      faults.add('23514');
    // a resolution of nothing frees nothing, so a limit may be what is noticed first
    if (faults.size > 0) faults.add('23514');
    return faults;
  }

  /** Takes a group without faults; what is known already has no effect. Returns the number of new legs. */
  take(what: Posting): number {
    const fresh = what.legs.filter(({ id }) => !this.legs.has(id));
    if (fresh.length === 0) return 0;
    for (const leg of fresh) this.apply(leg, this.accounts);
    for (const leg of fresh) {
      this.legs.set(leg.id, leg);
      if (leg.pending !== undefined) this.resolved.add(leg.pending);
    }
    this.taken.push(what);
    return fresh.length;
  }

  private *wrongResolutions(fresh: readonly NamedLeg[]): Generator<string> {
    const now = new Set<string>();
    for (const { pending, kind, amount } of fresh) {
      if (pending === undefined) continue;
      const target = this.legs.get(pending);
      if (target === undefined) yield '23503';
      if (target?.kind !== 'PENDING') yield 'TG004';
      else if (kind === 'POST' ? amount > target.amount : amount !== target.amount) yield 'TG004';
      if (this.resolved.has(pending) || now.has(pending)) yield '23505';
      now.add(pending);
    }
  }

  private after(fresh: readonly NamedLeg[]): ModelAccount[] {
    const copy = new Map([...this.accounts].map(([id, account]) => [id, { ...account }]));
    for (const leg of fresh) this.apply(leg, copy);
    return [...copy.values()];
  }

  private apply(leg: NamedLeg, accounts: Map<bigint, ModelAccount>): void {
    const [debit, credit] = [accounts.get(leg.debit), accounts.get(leg.credit)];
    if (debit === undefined || credit === undefined) throw new Error('no such account');
    const { kind = 'POSTED', amount } = leg;
    const target = leg.pending === undefined ? undefined : this.legs.get(leg.pending);
    const posted = kind === 'POSTED' || kind === 'POST' ? amount : 0n;
    const pending = kind === 'PENDING' ? amount : -(target?.amount ?? 0n);
    debit.debits += posted;
    credit.credits += posted;
    debit.debitsPending += pending;
    credit.creditsPending += pending;
  }
}

const empty = (limited: boolean): ModelAccount => ({
  limited,
  debits: 0n,
  credits: 0n,
  debitsPending: 0n,
  creditsPending: 0n,
});

const free = ({ debits, credits, debitsPending }: Omit<ModelAccount, 'limited'>): bigint =>
  credits - debits - debitsPending;

const same = (one: NamedLeg, other: NamedLeg | undefined): boolean =>
  other !== undefined &&
  (['code', 'debit', 'credit', 'amount', 'pending', 'kind'] satisfies (keyof Leg)[]).every(
    (name) => one[name] === other[name],
  );
