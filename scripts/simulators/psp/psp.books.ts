import { type BookAccount, type Posting } from './psp.facts';

/** A balance as `GET /sim/books` shows it. */
export interface BookBalance {
  currency: string;
  account: BookAccount;
  amountMinor: string;
}

/**
 * The PSP's own double-entry books, per currency:
 * card_network (what payers' banks gave, negative) + merchant_balance + payouts_paid + psp_fees + bank = 0.
 */
export class Books {
  private readonly balances = new Map<string, Map<BookAccount, bigint>>();

  /** Adds a posting. Throws when it does not sum to zero: a bug, never an answer. */
  post(posting: Posting): void {
    const sum = posting.entries.reduce((total, entry) => total + BigInt(entry.amountMinor), 0n);
    if (sum !== 0n) throw new Error(`posting ${posting.reference} sums to ${String(sum)}`);
    let accounts = this.balances.get(posting.currency);
    if (accounts === undefined) {
      accounts = new Map<BookAccount, bigint>();
      for (const account of ['card_network', 'merchant_balance', 'payouts_paid'] as const) {
        accounts.set(account, 0n);
      }
      this.balances.set(posting.currency, accounts);
    }
    for (const { account, amountMinor } of posting.entries) {
      accounts.set(account, (accounts.get(account) ?? 0n) + BigInt(amountMinor));
    }
  }

  balance(account: BookAccount, currency: string): bigint {
    return this.balances.get(currency)?.get(account) ?? 0n;
  }

  currencies(): string[] {
    return [...this.balances.keys()].sort();
  }

  list(): BookBalance[] {
    return this.currencies().flatMap((currency) =>
      [...(this.balances.get(currency) ?? [])].map(([account, amount]) => ({
        currency,
        account,
        amountMinor: String(amount),
      })),
    );
  }
}

/** A posting that moves `amount` from one account to another. */
export function moved(
  from: BookAccount,
  to: BookAccount,
  what: Omit<Posting, 'entries'>,
  amount: bigint,
): Posting {
  return {
    ...what,
    entries: [
      { account: from, amountMinor: String(-amount) },
      { account: to, amountMinor: String(amount) },
    ],
  };
}
