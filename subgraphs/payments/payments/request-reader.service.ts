import type { JWK } from 'jose';
import { PAYMENT_REQUEST, type PaymentRequest, paymentRequest } from '#contracts/payment-request';
import { open } from '#kernel/auth/sealed';
import type { Clock } from '#kernel/clock/clock';
import { total } from '#kernel/money/money';
import { NO_PLAN, partMinor, planFits } from '../escrow/plan.rules';
import { refuse } from '../payments.errors';

/** A payment request that is genuine, whole and the caller's own. */
export type OpenedRequest = PaymentRequest;

/** Opens what marketplace sealed. Works with marketplace down: only keys are needed. */
export class RequestReader {
  constructor(
    private readonly keys: { readonly verify: JWK; readonly decrypt: JWK },
    private readonly clock: Clock,
  ) {}

  /** EXPIRED is an answer, because a retry may come late; all else that is wrong is PAYMENT_REQUEST_INVALID. */
  async read(text: string, buyerId: string): Promise<OpenedRequest | 'EXPIRED'> {
    const { issuer, audience } = PAYMENT_REQUEST;
    const opened = await open(text, this.keys, { issuer, audience, clock: this.clock });
    if (!opened.ok) {
      if (opened.reason === 'EXPIRED') return 'EXPIRED';
      throw invalid();
    }
    const parsed = paymentRequest.safeParse(opened.payload);
    if (!parsed.success || parsed.data.buyerId !== buyerId) throw invalid();
    const request = parsed.data;
    const sum = total(
      request.orders.map(({ totalMinor, plan = NO_PLAN }) =>
        partMinor(request.part, { totalMinor, depositMinor: plan.depositMinor }),
      ),
    );
    const unique = new Set(request.orders.map(({ orderId }) => orderId)).size;
    const whole = request.orders.every(
      ({ lines, totalMinor, plan = NO_PLAN }) =>
        planFits(totalMinor, plan) &&
        (lines.length === 0 || total(lines.map(({ amountMinor }) => amountMinor)) === totalMinor),
    );
    if (sum !== request.totalMinor || sum <= 0n || !whole || unique !== request.orders.length) {
      throw invalid();
    }
    return request;
  }
}

const invalid = () => refuse('PAYMENT_REQUEST_INVALID', { field: ['input', 'paymentRequest'] });
