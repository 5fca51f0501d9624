import type { JWK } from 'jose';
import type { Viewer } from '#kernel/auth/viewer';
import type { Clock } from '#kernel/clock/clock';
import { seal } from '#kernel/auth/sealed';
import { total } from '#kernel/money/money';
import {
  PAYMENT_REQUEST,
  type PaymentRequestInput,
  paymentRequest,
} from '#contracts/payment-request';
import type { OrderGroupRow, OrderLineRow } from './order.entity';
import type { OrderView } from './order-view.service';

export interface PaymentRequestKeys {
  /** Private Ed25519 key. */
  readonly sign: JWK;
  /** Payments' public X25519 key: the amounts include the commission, which the buyer must not read. */
  readonly encryptFor: JWK;
}

/** Mints what the buyer carries to payments, anew at each read. */
export class PaymentRequestService {
  constructor(
    private readonly keys: PaymentRequestKeys,
    private readonly clock: Clock,
  ) {}

  /** Null for anyone but the buyer, and when nothing of the group waits for money any more. */
  async mint(
    viewer: Viewer,
    group: Pick<OrderGroupRow, 'id' | 'buyerId' | 'currency'>,
    orders: readonly OrderView[],
    of: {
      readonly lines: (orderId: string) => Promise<readonly OrderLineRow[]>;
      /** The slowest line's, by order. */
      readonly handlingDays: (orderIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
    },
  ): Promise<string | null> {
    if (viewer.kind !== 'USER' || viewer.accountId !== group.buyerId) return null;
    const open = orders.filter(({ status }) => status !== 'CANCELLED');
    const unpaid = open.every(
      ({ status, paymentStatus }) =>
        status === 'PLACED' && (paymentStatus === 'AWAITING' || paymentStatus === 'FAILED'),
    );
    if (open.length === 0 || !unpaid) return null;
    const handling = await of.handlingDays(open.map(({ id }) => id));
    const terms: PaymentRequestInput = {
      orderGroupId: group.id,
      part: 'WHOLE',
      buyerId: group.buyerId,
      currency: group.currency,
      totalMinor: total(open.map(({ totalMinor }) => totalMinor)).toString(),
      orders: await Promise.all(
        open.map(async (order) => ({
          orderId: order.id,
          sellerId: order.sellerId,
          totalMinor: order.totalMinor.toString(),
          commissionMinor: order.commissionMinor.toString(),
          taxMinor: order.taxMinor.toString(),
          contractHash: order.contractHash,
          handlingDays: handling.get(order.id),
          lines: (await of.lines(order.id)).map((line) => ({
            orderLineId: line.id,
            quantity: line.quantity,
            amountMinor: line.totalMinor.toString(),
            commissionMinor: line.commissionMinor.toString(),
            taxMinor: line.taxMinor.toString(),
          })),
        })),
      ),
    };
    paymentRequest.parse(terms);
    return seal({ ...terms }, this.keys, { ...PAYMENT_REQUEST, clock: this.clock });
  }
}
