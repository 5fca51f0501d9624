import type { Intent } from './crash.intents';

/** What the PSP has on its books, `GET /sim/books`. */
export interface Books {
  readonly balances: readonly { account: string; amountMinor: string }[];
  readonly payments: readonly { status: string; capturedMinor: string }[];
  readonly refunds: readonly { status: string; amountMinor: string }[];
  readonly payouts: readonly { status: string; amountMinor: string }[];
  readonly disputes: readonly { status: string }[];
}

/** What was meant, what we have of it and what the PSP has. */
export interface Tally {
  readonly intents: readonly Intent[];
  readonly ours: {
    /** Payments that came in. */
    readonly paid: bigint;
    /** Order groups that were paid more than once. */
    readonly paidTwice: bigint;
    /** Amounts in minor units. */
    readonly captured: bigint;
    readonly refunded: bigint;
    readonly refunds: bigint;
    readonly paidOut: bigint;
    readonly payouts: bigint;
    readonly chargebacks: bigint;
    readonly clearing: bigint;
  };
  readonly theirs: Books;
}

/** Everything in which intents, our books and the PSP's differ; empty when nothing was lost or doubled. */
export function crashFindings({ intents, ours, theirs }: Tally): string[] {
  const sum = (amounts: readonly string[]): bigint =>
    amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  const refunds = theirs.refunds.filter(({ status }) => status === 'succeeded');
  const payouts = theirs.payouts.filter(({ status }) => status !== 'failed');
  const balance = theirs.balances.find(({ account }) => account === 'merchant_balance');
  const differ = (what: string, here: bigint, there: bigint): string[] =>
    here === there ? [] : [`${what}: ${String(here)} here, ${String(there)} at the PSP`];
  return [
    ...intents.flatMap(({ kind, ids, refusals }) => {
      if (ids.size + refusals.size === 0) return [`a ${kind} got no final answer`];
      return ids.size > 1 ? [`a ${kind} was done as ${[...ids].join(' and ')}`] : [];
    }),
    ...(ours.paidTwice > 0n ? [`${String(ours.paidTwice)} order groups were paid twice`] : []),
    ...missing(intents, ours.paid),
    ...differ('captured', ours.captured, sum(theirs.payments.map((one) => one.capturedMinor))),
    ...differ('refunded', ours.refunded, sum(refunds.map((one) => one.amountMinor))),
    ...differ('refunds', ours.refunds, BigInt(refunds.length)),
    ...differ('paid out', ours.paidOut, sum(payouts.map((one) => one.amountMinor))),
    ...differ('payouts', ours.payouts, BigInt(payouts.length)),
    ...differ('chargebacks', ours.chargebacks, BigInt(theirs.disputes.length)),
    ...differ('balance', ours.clearing, BigInt(balance?.amountMinor ?? '0')),
  ];
}

/** Each payment that a client was told of is one payment; declined ones come in never. */
function missing(intents: readonly Intent[], paid: bigint): string[] {
  const told = new Set(intents.filter(({ kind }) => kind === 'PAY').flatMap(({ ids }) => [...ids]));
  const most = BigInt(told.size);
  return paid <= most ? [] : [`${String(paid)} payments came in, ${String(most)} were asked for`];
}
