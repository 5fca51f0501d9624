import type { Tx } from '#kernel/db/database';
import type { Money } from '#kernel/money/money';
import { usableIn } from '../methods/saved-method.service';
import { refuse } from '../payments.errors';
import type { TenderInput } from './tender.service';

/** What a tender is taken from: a token at the PSP, or the buyer's credit with us. */
export type TenderMeans = { readonly amount: Money } & (
  | {
      readonly kind: 'PSP';
      readonly token: string;
      readonly method?: {
        readonly id: string;
        readonly brand: string;
        readonly last4: string;
        readonly fingerprint: string;
        readonly country: string | null;
      };
    }
  | { readonly kind: 'CREDIT' }
);

/** What the given tenders charge. Kept methods that are removed, expired or not the buyer's: METHOD_UNUSABLE. */
export async function meansIn(
  tx: Tx,
  buyerId: string,
  tenders: readonly TenderInput[],
): Promise<TenderMeans[]> {
  const means: TenderMeans[] = [];
  for (const [n, { token, paymentMethodId = '', amount }] of tenders.entries()) {
    const { buyerCredit } = tenders[n] ?? {};
    if (buyerCredit) means.push({ kind: 'CREDIT', amount });
    else if (token !== undefined) means.push({ kind: 'PSP', token, amount });
    else {
      const method = await usableIn(tx, buyerId, paymentMethodId);
      if (method === undefined) {
        const field = ['input', 'tenders', String(n), 'paymentMethodId'];
        throw refuse('METHOD_UNUSABLE', { field });
      }
      means.push({ kind: 'PSP', token: method.pspMethodId, method, amount });
    }
  }
  return means;
}
