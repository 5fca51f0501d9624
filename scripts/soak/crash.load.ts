import type { JWK } from 'jose';
import { fact } from '#contracts/fact';
import type { FactInput, FactName } from '#contracts/facts';
import { type AccountId, type SellerId, merchantIds, sellerIds, topics } from '#contracts/ids';
import { PAYMENT_REQUEST, type PaymentRequestInput } from '#contracts/payment-request';
import { publicHalf } from '#kernel/auth/keys';
import { seal } from '#kernel/auth/sealed';
import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import type { Database } from '#kernel/db/database';
import type { CrashCases } from './crash.cases';
import type { CrashHouse } from './crash.house';
import { type CrashIntents, type Mutation, euros, person } from './crash.intents';
import { type Order, orderGroup } from './crash.orders';

/** Where facts of others are told. */
export interface Tellers {
  readonly marketplace: Database;
  readonly fulfillment: Database;
  readonly 'merchant-services': Database;
}

const SELLERS = 20;
/** Facts are told until they are committed. */
const TELL_MS = 180_000;

const PAY: Mutation = ['paymentCreate', 'payment { id }', 'payment'];
const REFUND: Mutation = ['refundCreate', 'refund { id }', 'refund'];
const CONFIRM: Mutation = ['escrowReleaseConfirm', 'escrow { id }', 'escrow'];
const PAYOUT: Mutation = ['payoutCreate', 'payout { id }', 'payout'];
const ACCOUNT: Mutation = ['payoutAccountCreate', 'payoutAccount { id }', 'payoutAccount'];

/** Buyers and sellers who trade through crashes and never give up on an intent. */
export class CrashLoad {
  private readonly owner = person();
  private readonly sellers: SellerId[] = [];

  constructor(
    private readonly house: CrashHouse,
    private readonly tellers: Tellers,
    private readonly intents: CrashIntents,
    private readonly cases: CrashCases,
    private readonly random: () => number,
  ) {}

  /** Sellers whom the platform trusts and who can be paid out. */
  async openSellers(): Promise<void> {
    const { accountId = '' } = this.owner;
    for (let n = 0; n < SELLERS; n++) {
      const sellerId = sellerIds.create();
      const about = { subject: sellerId, topics: [] };
      const opened = {
        sellerId,
        accountId,
        country: 'DE',
        handle: `h${String(n)}`,
        displayName: 'H',
      };
      await this.tell('marketplace', 'seller.opened', { ...about, version: 1 }, opened);
      const trusted = { sellerId, tier: 'TRUSTED' as const, reasons: [], version: 1 };
      await this.tell('marketplace', 'seller_trust.changed', { ...about, version: 2 }, trusted);
      await this.tell(
        'merchant-services',
        'merchant.verification_changed',
        { ...about, version: 1 },
        {
          merchantId: merchantIds.create(),
          sellerIds: [sellerId],
          state: 'VERIFIED',
          level: 1,
          gates: { SELL: true, PAYOUT: true },
          version: 1,
        },
      );
      this.sellers.push(sellerId);
    }
    for (const sellerId of this.sellers) {
      await this.intents.send('ACCOUNT', ACCOUNT, this.owner, { sellerId, destination: 'dest_ok' });
    }
  }

  /** One checkout and what becomes of it. */
  async checkout(n: number): Promise<void> {
    const buyer = person();
    const buyerId = buyer.accountId as AccountId;
    const { request, orders } = orderGroup(buyerId, this.sellers, this.random);
    const dice = this.random();
    const token = tokenOf(dice);
    const total = BigInt(request.totalMinor);
    const parts = this.random() < 0.1 ? [total / 3n, total - total / 3n] : [total];
    const paid = await this.intents.send('PAY', PAY, buyer, {
      paymentRequest: await this.sealed(request),
      tenders: parts.map((part) => ({ token, amount: euros(part) })),
    });
    if (paid === undefined || token === 'tok_decline_generic') return;
    if (token === 'tok_3ds') await this.cases.answerBank(buyer, paid);
    for (const order of orders) await this.fate(buyer, order);
    if (n % 10 === 0) await this.payOut();
    if (token === 'tok_ok' && parts.length === 1 && n % 8 === 3) await this.cases.chargeBack(paid);
  }

  private async fate(buyer: Viewer, order: Order): Promise<void> {
    const dice = this.random();
    if (dice < 0.15) return this.cancelled(buyer, order);
    await this.parcel(buyer, order, 'shipment.shipped', 1);
    if (dice < 0.3) return;
    if (dice < 0.45) {
      await this.refund(order, 137n);
      return;
    }
    await this.parcel(buyer, order, 'shipment.delivered', 2);
    if (dice < 0.7) return this.cases.dispute(buyer, this.owner, order);
    await this.intents.send('CONFIRM', CONFIRM, buyer, { orderId: order.orderId });
    if (dice > 0.85) await this.refund(order, dice > 0.93 ? undefined : 251n);
  }

  private async cancelled(buyer: Viewer, { orderId, sellerId }: Order): Promise<void> {
    const buyerId = buyer.accountId ?? '';
    const about = { subject: orderId, version: 1, topics: [topics.order(orderId)] };
    const data = { orderId, sellerId, buyerId, fault: 'SELLER' as const, reason: 'out of stock' };
    await this.tell('marketplace', 'order.cancelled', about, data);
  }

  private async parcel(
    buyer: Viewer,
    { orderId, sellerId, orderLineId, shipmentId }: Order,
    type: 'shipment.shipped' | 'shipment.delivered',
    version: number,
  ): Promise<void> {
    const base = {
      ...{ shipmentId, orderId, sellerId, buyerId: buyer.accountId ?? '' },
      lines: [{ orderLineId, quantity: 1 }],
      occurredAt: new Date().toISOString(),
    };
    const about = { subject: shipmentId, version, topics: [topics.order(orderId)] };
    if (type === 'shipment.shipped') {
      await this.tell('fulfillment', type, about, { ...base, allShipped: true, tracked: true });
    } else {
      await this.tell('fulfillment', type, about, { ...base, allDelivered: true });
    }
  }

  private async refund({ orderId }: Order, amount: bigint | undefined): Promise<void> {
    const money = amount === undefined ? null : euros(amount);
    await this.intents.send('REFUND', REFUND, this.owner, {
      orderId,
      amount: money,
      reason: 'damaged',
    });
  }

  private async payOut(): Promise<void> {
    const sellerId = this.sellers[Math.floor(this.random() * SELLERS)];
    await this.intents.send('PAYOUT', PAYOUT, this.owner, { sellerId, amount: euros(500n) });
  }

  private sealed(request: PaymentRequestInput): Promise<string> {
    const { marketplaceKey, paymentsKey } = this.house.secrets;
    const keys: { sign: JWK; encryptFor: JWK } = {
      sign: marketplaceKey,
      encryptFor: publicHalf(paymentsKey),
    };
    const { issuer, audience, ttlMs } = PAYMENT_REQUEST;
    return seal(request, keys, { issuer, audience, clock: systemClock, ttlMs });
  }

  /** Tells a fact as its own subgraph would; told again after a crash it is the same. */
  private async tell<N extends FactName>(
    who: keyof Tellers,
    type: N,
    about: { subject: string; version: number; topics: string[] },
    data: FactInput<N>,
  ): Promise<void> {
    const db = this.tellers[who];
    const deadline = performance.now() + TELL_MS;
    for (;;) {
      try {
        await db.transaction(systemViewer('soak'), (tx) => {
          tx.publish(fact(type, about, data));
          return Promise.resolve();
        });
        return;
      } catch (error) {
        if ((error as { code?: string }).code === '23505') return; // the commit that seemed lost
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }
}

const tokenOf = (dice: number): string => {
  if (dice < 0.06) return 'tok_decline_generic';
  if (dice < 0.12) return 'tok_late_success';
  return dice < 0.24 ? 'tok_3ds' : 'tok_ok';
};
