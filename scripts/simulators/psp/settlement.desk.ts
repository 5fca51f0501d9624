import { randomBytes } from 'node:crypto';
import { type Fields } from '../shared/fields';
import { moved } from './psp.books';
import {
  type Fees,
  type Posting,
  type PspFact,
  type Settlement,
  type SettlementLine,
} from './psp.facts';
import { type PspState } from './psp.state';

/** Money that the PSP sent to the merchant's bank; below zero it took it from there. */
interface BankTransfer {
  id: string;
  currency: string;
  amountMinor: string;
  bankReference: string;
  occurredAt: string;
}

const DAY_MS = 86_400_000;
/** Errors that a report can be given on purpose; the books stay right. */
const PLANTS = ['omit', 'duplicate', 'amount', 'foreign'] as const;

/**
 * Reports of what moved, one a currency at the end of each day (UTC) or when asked for. The fees of its captures leave
 * the merchant's balance with the report and, when asked for, the rest goes to the merchant's bank; what is missing is
 * taken from there.
 */
export class SettlementDesk {
  constructor(
    private readonly state: PspState,
    private readonly now: () => number,
  ) {}

  setFees(body: Fields): { fees: Fees; facts: PspFact[] } {
    const fees = {
      basisPoints: body.whole('basisPoints', 0, 10_000),
      fixedMinor: body.has('fixedMinor') ? String(body.amount('fixedMinor')) : '0',
    };
    return { fees, facts: [{ kind: 'fees.set', fees }] };
  }

  /** When the day of the oldest movement ends; undefined: nothing moved. */
  dueMs(): number | undefined {
    const oldest = this.state.unsettled[0];
    if (oldest === undefined) return undefined;
    return (Math.floor(Date.parse(oldest.at) / DAY_MS) + 1) * DAY_MS;
  }

  /** Reports all that is not reported. `toBank` evens the balance out; `plant` makes the report lie. */
  close(body: Fields): { settlements: Settlement[]; facts: PspFact[] } {
    const toBank = body.flag('toBank', false);
    const plants = body.has('plant')
      ? body
          .list('plant', 0, 100)
          .map((one) => ({ kind: one.oneOf('kind', PLANTS), line: one.whole('line', 0, 9_999) }))
      : [];
    const currencies = [...new Set(this.state.unsettled.map(({ currency }) => currency))].sort();
    const facts = currencies.flatMap((currency) => this.closeOne(currency, toBank, plants));
    const settlements = facts.flatMap((one) => (one.kind === 'settled' ? [one.settlement] : []));
    return { settlements, facts };
  }

  /** Reported movements of a time, and what was sent to the bank in it. */
  list(from: string, to: string): { lines: SettlementLine[]; transfers: BankTransfer[] } {
    const within = (at: string): boolean => at >= from && at < to;
    const { settlements } = this.state;
    return {
      lines: settlements
        .flatMap(({ lines }) => lines)
        .filter(({ occurredAt }) => within(occurredAt)),
      transfers: settlements
        .filter(({ bankMinor, createdAt }) => bankMinor !== '0' && within(createdAt))
        .map(({ id, currency, bankMinor: amountMinor, bankReference, createdAt }) => ({
          ...{ id: `${id}_bank`, currency, amountMinor },
          ...{ bankReference, occurredAt: createdAt },
        })),
    };
  }

  private closeOne(currency: string, toBank: boolean, plants: readonly Plant[]): PspFact[] {
    const createdAt = new Date(this.now()).toISOString();
    const id = `set_sim_${randomBytes(12).toString('hex')}`;
    const postings = this.state.unsettled.filter((one) => one.currency === currency);
    const lines = postings.map((posting, n) => this.lineOf(posting, `${id}_${String(n)}`));
    const fee = lines
      .filter(({ kind }) => kind === 'capture')
      .reduce((sum, { feeMinor }) => sum + BigInt(feeMinor), 0n);
    const what = { reference: id, currency, objectId: id, at: createdAt };
    const rest = this.state.books.balance('merchant_balance', currency) - fee;
    const bankMinor = toBank ? rest : 0n;
    const settlement: Settlement = {
      id,
      // The day of its movements, not the one that has just begun.
      day: (postings.at(-1)?.at ?? createdAt).slice(0, 10),
      currency,
      lines: planted(lines, plants),
      bankMinor: String(bankMinor),
      bankReference: `SIMPSP ${id.slice(-12)}`,
      createdAt,
    };
    const post = (reason: string, to: 'psp_fees' | 'bank', amount: bigint): PspFact[] =>
      amount === 0n
        ? []
        : [
            {
              kind: 'posted',
              posting: moved('merchant_balance', to, { ...what, reason }, amount),
            },
          ];
    return [
      ...post('fee', 'psp_fees', fee),
      ...post('bank_transfer', 'bank', bankMinor),
      { kind: 'settled', settlement },
    ];
  }

  private lineOf(posting: Posting, id: string): SettlementLine {
    const moves = posting.entries.find(({ account }) => account === 'merchant_balance');
    const amount = BigInt(moves?.amountMinor ?? '0');
    const isFee = posting.reason === 'dispute_fee';
    // of a dispute that was won, with its fee: given back in the same line
    const back = BigInt(posting.feeBackMinor ?? '0');
    const gross = isFee ? 0n : amount - back;
    const fee = isFee ? -amount : posting.reason === 'capture' ? this.feeOf(amount) : -back;
    return {
      id,
      kind: posting.reason,
      reference: posting.reference,
      objectId: posting.objectId,
      currency: posting.currency,
      grossMinor: String(gross),
      feeMinor: String(fee),
      netMinor: String(gross - fee),
      occurredAt: posting.at,
    };
  }

  private feeOf(amount: bigint): bigint {
    const { basisPoints, fixedMinor } = this.state.fees;
    const fee = (amount * BigInt(basisPoints) + 5_000n) / 10_000n + BigInt(fixedMinor);
    return fee < amount ? fee : amount;
  }
}

interface Plant {
  kind: (typeof PLANTS)[number];
  line: number;
}

function planted(lines: readonly SettlementLine[], plants: readonly Plant[]): SettlementLine[] {
  return lines.flatMap((line, n): SettlementLine[] => {
    const plant = plants.find((one) => one.line === n)?.kind;
    const other = `${line.id}_x`;
    switch (plant) {
      case undefined:
        return [line];
      case 'omit':
        return [];
      case 'duplicate':
        return [line, { ...line, id: other }];
      case 'amount': {
        const more = (text: string): string => String(BigInt(text) + 1n);
        return [{ ...line, grossMinor: more(line.grossMinor), netMinor: more(line.netMinor) }];
      }
      case 'foreign':
        return [line, { ...line, id: other, reference: `ext_${other}`, objectId: `ext_${other}` }];
    }
  });
}
