import type { OrderId, SellerId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { walletToFill } from '../ads/ads-wallet.service';
import { outstandingOf } from '../advances/advance.rules';
import { openAdvance } from '../advances/advance.service';
import { remitIn } from '../advances/remittance.service';
import { writeLine } from '../balances/balance-line.service';
import { type Deductions, NO_DEDUCTIONS } from './release.rules';

/** A release that has taken its deductions. */
interface Released {
  readonly accountId: bigint;
  readonly sellerId: SellerId;
  readonly currency: string;
  readonly orderId: OrderId;
  readonly causeId: string;
  readonly trancheId: string;
  readonly availableAt: Date;
  readonly parts: { readonly advance: bigint; readonly ads: bigint };
}

/** Who besides the seller has a claim on a release; locked until the transaction ends, so that none is paid twice. */
export interface Claims {
  readonly deductions: Deductions;
  /** 0 when there is no advance, or no wallet to fill: then nothing goes there. */
  readonly advanceAccount: bigint;
  readonly walletAccount: bigint;
  /** Writes what each has got, with a line for each. */
  readonly paid: (tx: Tx, released: Released) => Promise<void>;
}

/** Nobody's. */
export const NO_CLAIMS: Claims = {
  deductions: NO_DEDUCTIONS,
  advanceAccount: 0n,
  walletAccount: 0n,
  paid: () => Promise.resolve(),
};

/** A seller's advance and ads wallet, as far as a release pays them. Lock order: the seller's funds, then these. */
export async function claimsOn(tx: Tx, sellerId: SellerId, currency: string): Promise<Claims> {
  const advance = await openAdvance(tx, sellerId, currency);
  const wallet = await walletToFill(tx, sellerId, currency);
  return {
    deductions: {
      ...NO_DEDUCTIONS,
      ...(advance !== undefined && {
        advanceBps: BigInt(advance.rateBps),
        advanceOutstanding: outstandingOf(advance),
      }),
      adsLacks: wallet?.lacks ?? 0n,
    },
    advanceAccount: advance?.accountId ?? 0n,
    walletAccount: wallet?.accountId ?? 0n,
    paid: async (now, { parts, trancheId, ...line }) => {
      const { causeId: releaseId } = line;
      if (advance !== undefined && parts.advance > 0n) {
        const remittance = { id: releaseId, releaseId, trancheId, amount: parts.advance };
        await remitIn(now, advance, remittance);
        const cause = 'ADVANCE_REMITTANCE';
        await writeLine(now, { ...line, kind: cause, cause, amountMinor: -parts.advance });
      }
      if (parts.ads > 0n) {
        const cause = 'ADS_TOP_UP';
        await writeLine(now, { ...line, kind: cause, cause, amountMinor: -parts.ads });
      }
    },
  };
}
