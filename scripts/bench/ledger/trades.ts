import { createHash } from 'node:crypto';
import type { FactInput, FactName } from '#contracts/facts';
import { accountIds, orderGroupIds, orderIds, paymentIds, sellerIds } from '#contracts/ids';
import { newSealingKey, newSigningKey, publicHalf } from '#kernel/auth/keys';
import { systemViewer } from '#kernel/auth/viewer';
import { systemClock } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import type { Fact } from '#kernel/events/fact';
import { idKind, uuidOf } from '#kernel/ids/id';
import { silentLogger } from '#kernel/server/log';
import type { Subgraph } from '#kernel/server/subgraph';
import { openAccounts } from '../../../subgraphs/payments/ledger/ledger.service';
import { startPayments } from '../../../subgraphs/payments/payments.main';
import { operationIds, tenderIds } from '../../../subgraphs/payments/payments.ids';
import { fundingLegs } from '../../../subgraphs/payments/payments/funding.rules';
import {
  type Paying,
  lockPaying,
  toFund,
  writeNews,
} from '../../../subgraphs/payments/payments/funding.service';
import { tellFunded } from '../../../subgraphs/payments/payments/payment-facts.service';
import { PSP_CONNECTION } from '../../../subgraphs/payments/psp/connection.rules';
import { CONNECTIONS } from './ledger.house';

const TOTAL = 10_000n;
/** Sellers who have had money before, as nearly all have whose money is released. */
const SELLERS = Array.from({ length: 500 }, () => sellerIds.create());
const eventIds = idKind('evt');
const viewer = systemViewer('bench');

interface Trade {
  readonly order: FactInput<'order.receipt_confirmed'>;
  readonly tenderId: string;
  readonly operationId: string;
}

const PAYMENT = `
  with p as (
    insert into payment (id, "orderGroupId", part, "buyerId", "orderIds", currency, "amountMinor",
      state, "fundsAccountId", "clearingAccountId", "createdAt")
    values ($1, $2, 'WHOLE', $3, array[$4], 'EUR', $5, 'PENDING', $6, $7, $8)),
  t as (
    insert into tender (id, "ledgerId", "paymentId", number, "amountMinor", state)
    values ($9, $10, $1, 1, $5, 'PENDING'))
  insert into "pspOperation" (id, kind, subject, request, "requestHash", state, "createdAt")
  values ($11, 'PAYMENT', $9, '{}', '', 'PENDING', $8)`;
const KEY = `
  insert into idempotency (scope, key, "requestHash", response, "createdAt")
  values ('bench', $1, $2, 'true', $3) on conflict do nothing`;

/** Orders of different sellers that wait for their money, to be funded and released by the real use cases. */
export class Trades {
  private readonly waiting: Trade[] = [];
  private readonly read = new Map<string, Paying>();
  private readonly funded: Trade[] = [];
  private placed = 0;

  private constructor(
    private readonly db: Database,
    private readonly payments: Subgraph,
  ) {}

  static async prepare(db: Database, count: number): Promise<Trades> {
    const options = {
      verifyKey: publicHalf(newSigningKey()),
      decryptKey: newSealingKey(),
      psp: { url: 'http://127.0.0.1:9', apiKey: 'none', webhookSecret: 'whsec_bm9uZQ==' },
    };
    const host = { db, clock: systemClock, log: silentLogger() };
    const trades = new Trades(db, await startPayments(host, options));
    const lane = async (): Promise<void> => {
      while (trades.waiting.length < count) trades.waiting.push(await trades.place());
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, lane));
    return trades;
  }

  /**
   * Funds one order: WHOLE as news from the PSP does (lock, read, write, tell), KEYED as begin, key, the one write
   * statement, commit. False when none is left.
   */
  async fund(how: 'KEYED' | 'WHOLE'): Promise<boolean> {
    const trade = this.waiting.pop();
    if (trade === undefined) return false;
    const { tenderId, operationId } = trade;
    const known = how === 'KEYED' ? this.read.get(tenderId) : undefined;
    this.read.delete(tenderId);
    await this.db.transaction(viewer, async (tx) => {
      if (known !== undefined) {
        const hash = createHash('sha256').update(operationId).digest('base64url');
        await tx.query(KEY, [operationId, hash, tx.now]);
        await write(tx, known, trade);
        return;
      }
      const paying = await lockPaying(tx, tenderId, operationId);
      await write(tx, paying, trade);
      tellFunded(tx, paying, toFund(paying).fund);
    });
    if (known === undefined) this.funded.push(trade);
    return true;
  }

  /** An order's goods leave, or all that is funded: the buyer’s word releases nothing that has not left. */
  async ship(orderId?: string): Promise<void> {
    await this.db.query(
      `update tranche set state = 'SHIPPED' where state = 'FUNDED' and ($1::text is null
         or "escrowId" = (select id from escrow where "orderId" = $1))`,
      [orderId ?? null],
    );
  }

  /** Releases one funded and shipped order, as the buyer’s word does. False when none is left. */
  async release(): Promise<boolean> {
    const trade = this.funded.pop();
    if (trade === undefined) return false;
    await this.hear('order.receipt_confirmed', trade.order);
    return true;
  }

  /** One order from its placing to its release, as long as nobody else takes it. */
  async whole(): Promise<void> {
    const trade = await this.place();
    this.waiting.push(trade);
    await this.fund('WHOLE'); // takes the newest first: this one
    this.funded.splice(this.funded.indexOf(trade), 1);
    await this.ship(trade.order.orderId);
    await this.hear('order.receipt_confirmed', trade.order);
  }

  private async place(): Promise<Trade> {
    const order = {
      orderId: orderIds.create(),
      sellerId: SELLERS[this.placed++ % SELLERS.length] ?? sellerIds.create(),
      buyerId: accountIds.create(),
    };
    const orderGroupId = orderGroupIds.create();
    const { orderId, sellerId, buyerId } = order;
    const money = { totalMinor: String(TOTAL), commissionMinor: '1000', taxMinor: '190' };
    await this.hear('order_group.placed', {
      orderGroupId,
      buyerId,
      currency: 'EUR',
      totalMinor: money.totalMinor,
      orders: [{ orderId, sellerId, ...money }],
    });
    const [paymentId, tenderId, operationId] = [
      paymentIds.create(),
      tenderIds.create(),
      operationIds.create(),
    ];
    const accounts = await openAccounts(this.db, [
      { kind: 'PAYMENT_FUNDS', owner: uuidOf(paymentId), currency: 'EUR' },
      { kind: 'PSP_CLEARING', owner: PSP_CONNECTION, currency: 'EUR' },
    ]);
    const payment = [paymentId, orderGroupId, buyerId, orderId, TOTAL, ...accounts, new Date()];
    await this.db.query(PAYMENT, [...payment, tenderId, uuidOf(tenderId), operationId]);
    const paying = await this.db.transaction(viewer, (tx) => lockPaying(tx, tenderId, operationId));
    this.read.set(tenderId, paying);
    return { order, tenderId, operationId };
  }

  private async hear<N extends FactName>(type: N, data: FactInput<N>): Promise<void> {
    const heard = { type, data, id: eventIds.create(), time: new Date() } as unknown as Fact;
    const reaction = this.payments.reactions.find(({ on }) => on === type);
    await this.db.transaction(viewer, async (tx) => reaction?.run(tx, heard));
  }
}

/** The real write statement, with the news that the one tender was captured. */
async function write(tx: Tx, paying: Paying, { tenderId, operationId }: Trade): Promise<void> {
  const { fund } = toFund(paying);
  const [tender] = paying.tenders;
  if (tender === undefined) throw new Error(`there is no tender ${tenderId}`);
  const { clearingAccountId: clearing, fundsAccountId: funds } = paying.payment;
  await writeNews(tx, paying, {
    operationId,
    record: { state: 'SUCCEEDED', nextAt: null, pspId: null, detail: null },
    tenderId,
    tenderState: 'CAPTURED',
    capturedMinor: TOTAL,
    declineCode: null,
    actionUrl: null,
    card: undefined,
    creditTaken: null,
    paymentState: 'CAPTURED',
    fund,
    complete: true,
    legs: fundingLegs(tender, { clearing, funds }, fund),
  });
}
