import DataLoader from 'dataloader';
import type { GrantBook } from '#kernel/auth/grant';
import type { OrderId } from '#contracts/ids';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import type { BalanceTransactionRow } from './balances/balance-transaction.entity';
import type { SellerService } from './balances/seller.service';
import type { DisputeAppealRow } from './disputes/dispute-appeal.entity';
import type { DisputeDecisionRow } from './disputes/dispute-decision.entity';
import type { DisputeProposalRow } from './disputes/dispute-proposal.entity';
import type { DisputeRow } from './disputes/dispute.entity';
import type { ContractSnapshotRow } from './evidence/contract-snapshot.entity';
import type { DeadlineRow } from './deadlines/deadline.types';
import type { ChargebackRow } from './chargebacks/chargeback.entity';
import type { EscrowRow } from './escrow/escrow.entity';
import type { HoldRow } from './holds/hold.entity';
import type { TrancheRow } from './escrow/tranche.entity';
import type { PaymentRow } from './payments/payment.entity';
import type { TenderRow } from './payments/tender.entity';
import type { PayoutRow } from './payouts/payout.entity';
import type { RefundLineRow } from './refunds/refund-line.entity';
import type { RefundRow } from './refunds/refund.entity';

/** A row inside an escrow, payment or refund with the currency its amounts are in. */
export type InCurrency<T> = T & { readonly currency: string };

/** A line of an escrow's timeline. */
export interface EscrowEventRow {
  readonly escrowId: string;
  readonly at: Date;
  readonly event: string;
  readonly detail: string | null;
}

/** An order of a disputed payment, and what it bears of the chargeback. */
export interface ChargebackOrder {
  readonly chargebackId: string;
  readonly orderId: OrderId;
  readonly sellerId: string;
  readonly buyerId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/**
 * What one request reads, batched. Everything passes a party check here: what the viewer may not see is null, so a
 * forged reference learns nothing.
 */
export class Loaders {
  private mine: Promise<ReadonlySet<string>> | undefined;

  constructor(
    private readonly db: Queries,
    readonly viewer: Viewer,
    private readonly sellers: SellerService,
  ) {}

  readonly escrow = this.visible('select * from escrow where id = any ($1)', (row) => row.id);
  readonly escrowByOrder = this.visible(
    'select * from escrow where "orderId" = any ($1)',
    (row) => row.orderId,
  );
  readonly tranches = this.many<InCurrency<TrancheRow>>(
    `select t.*, e.currency from tranche t join escrow e on e.id = t."escrowId"
     where t."escrowId" = any ($1) order by t.id`,
    (row) => row.escrowId,
  );
  readonly holds = this.many<InCurrency<HoldRow> & { readonly sellerId: string }>(
    `select h.*, e.currency, e."sellerId" from hold h join escrow e on e.id = h."escrowId"
     where h."trancheId" = any ($1) order by h.id`,
    (row) => row.trancheId,
  );
  readonly hold = this.one<InCurrency<HoldRow>>(
    `select h.*, e.currency from hold h join escrow e on e.id = h."escrowId"
     where h.id = any ($1)`,
    (row) => row.id,
    () => hasRole(this.viewer, 'OPERATOR'),
  );
  /** The caller sees the escrow. */
  readonly contract = this.one<ContractSnapshotRow>(
    'select * from "contractSnapshot" where "orderId" = any ($1)',
    (row) => row.orderId,
    () => true,
  );
  /** The caller sees the evidence. */
  readonly evidenceContent = this.one<{ hash: string; content: Buffer }>(
    'select hash, content from "evidenceBlob" where hash = any ($1)',
    (row) => row.hash,
    () => true,
  );
  readonly dispute = this.one<DisputeRow>(
    'select * from dispute where id = any ($1)',
    (row) => row.id,
    async (row) =>
      hasRole(this.viewer, 'AUDITOR') ||
      this.isBuyer(row.buyerId) ||
      (await this.actsFor(row.sellerId)),
  );
  /** The caller sees the order's money. */
  readonly disputesByOrder = this.many<DisputeRow>(
    'select * from dispute where "orderId" = any ($1) order by id',
    (row) => row.orderId,
  );
  readonly disputeProposals = this.many<InCurrency<DisputeProposalRow>>(
    `select p.*, d.currency from "disputeProposal" p join dispute d on d.id = p."disputeId"
     where p."disputeId" = any ($1) order by p.version`,
    (row) => row.disputeId,
  );
  readonly disputeDecisions = this.many<InCurrency<DisputeDecisionRow>>(
    `select c.*, d.currency from "disputeDecision" c join dispute d on d.id = c."disputeId"
     where c."disputeId" = any ($1) order by c.round`,
    (row) => row.disputeId,
  );
  readonly disputeAppeals = this.many<DisputeAppealRow>(
    'select * from "disputeAppeal" where "disputeId" = any ($1)',
    (row) => row.disputeId,
  );
  readonly disputeDeadlines = this.many<DeadlineRow & { readonly fireAt: Date }>(
    `select subject, kind, "fireAt" from timer where subject = any ($1) and "fireAt" is not null
     order by "fireAt"`,
    (row) => row.subject,
  );
  readonly deadlines = this.many<DeadlineRow>(
    `select subject, kind, "fireAt", "pausedRemainingMs" from timer where subject = any ($1)
     order by "fireAt", "pausedRemainingMs", kind`,
    (row) => row.subject,
  );
  readonly timeline = this.many<EscrowEventRow>(
    `select subject as "escrowId", time as at, type as event,
       coalesce(data->>'to', data->>'cause') as detail
     from outbox where subject = any ($1) order by "subjectVersion"`,
    (row) => row.escrowId,
  );
  /** Orders of chargebacks, with what each bears. */
  readonly chargebackOrders = this.many<ChargebackOrder>(
    `select c.id as "chargebackId", e."orderId", e."sellerId", e."buyerId", c.currency,
       (select coalesce(sum(x."amountMinor"), 0)::bigint from "chargebackPart" x
         where x."chargebackId" = c.id and x."escrowId" = e.id and not x.replaced) as "amountMinor"
     from chargeback c join payment p on p.id = c."paymentId"
       join escrow e on e."orderId" = any (p."orderIds")
     where c.id = any ($1) order by e.id`,
    (row) => row.chargebackId,
  );
  readonly chargeback = this.one<ChargebackRow>(
    'select * from chargeback where id = any ($1)',
    (row) => row.id,
    async ({ id }) => (await this.ordersOf(id)).length > 0,
  );
  readonly chargebacksByPayment = this.many<ChargebackRow>(
    'select * from chargeback where "paymentId" = any ($1) order by id',
    (row) => row.paymentId,
  );
  readonly chargebacksByOrder = this.many<ChargebackRow & { readonly orderId: string }>(
    `select c.*, e."orderId" from escrow e
       join payment p on p."orderGroupId" = e."orderGroupId" and e."orderId" = any (p."orderIds")
       join chargeback c on c."paymentId" = p.id
     where e."orderId" = any ($1) order by c.id`,
    (row) => row.orderId,
  );
  readonly refundsByOrder = this.many<RefundRow>(
    'select * from refund where "orderId" = any ($1) order by id',
    (row) => row.orderId ?? '',
  );
  readonly refundLines = this.many<InCurrency<RefundLineRow>>(
    `select r.id as "refundId", r.currency, l."orderLineId", sum(l.quantity)::int as quantity,
       sum(l."amountMinor")::bigint as "amountMinor"
     from "refundLine" l join refund r on r.id = l."refundId"
     where l."refundId" = any ($1) group by 1, 2, 3 order by 3`,
    (row) => row.refundId,
  );
  readonly tenders = this.many<InCurrency<TenderRow>>(
    `select t.*, p.currency from tender t join payment p on p.id = t."paymentId"
     where t."paymentId" = any ($1) order by t.number`,
    (row) => row.paymentId,
  );
  readonly payment = this.one<PaymentRow>(
    'select * from payment where id = any ($1)',
    (row) => row.id,
    (row) => this.reads(row.buyerId),
  );
  /** The latest attempt to pay a group: a new one is only made when the one before came to nothing. */
  readonly paymentByGroup = this.one<PaymentRow>(
    `select distinct on ("orderGroupId") * from payment where "orderGroupId" = any ($1)
     order by "orderGroupId", id desc`,
    (row) => row.orderGroupId,
    (row) => this.reads(row.buyerId),
  );
  readonly payout = this.one<PayoutRow>(
    'select * from payout where id = any ($1)',
    (row) => row.id,
    (row) => this.actsFor(row.sellerId),
  );
  /** Lines that a payout paid; the caller sees the payout. */
  readonly payoutLines = this.many<BalanceTransactionRow>(
    'select * from "balanceTransaction" where "payoutId" = any ($1) order by id',
    (row) => row.payoutId ?? '',
  );
  readonly groupBuyer = this.one<{ id: string; buyerId: string }>(
    'select id, "buyerId" from "orderGroup" where id = any ($1)',
    (row) => row.id,
    (row) => this.reads(row.buyerId),
  );

  /** Orders of a chargeback that the viewer is a party of; all of them for operators and auditors. */
  async ordersOf(chargebackId: string): Promise<ChargebackOrder[]> {
    const orders = await this.chargebackOrders.load(chargebackId);
    const seen = await Promise.all(
      orders.map(async ({ buyerId, sellerId }) =>
        hasRole(this.viewer, 'AUDITOR') || this.isBuyer(buyerId) ? true : this.actsFor(sellerId),
      ),
    );
    return orders.filter((_, n) => seen[n]);
  }

  /** True for the buyer (never for a key that the buyer's account made) and for operators. */
  isBuyer(buyerId: string): boolean {
    const { viewer } = this;
    return hasRole(viewer, 'OPERATOR') || (viewer.kind === 'USER' && viewer.accountId === buyerId);
  }

  /** True for the buyer, operators and auditors. */
  reads = (buyerId: string): boolean => hasRole(this.viewer, 'AUDITOR') || this.isBuyer(buyerId);

  /** True for the seller's members and keys that may read payments, and for operators. */
  async actsFor(sellerId: string): Promise<boolean> {
    if (hasRole(this.viewer, 'OPERATOR')) return true;
    return (await this.sellersOf()).has(sellerId);
  }

  /** True for the seller's members and keys that may read payments; not for operators. */
  async isSeller(sellerId: string): Promise<boolean> {
    return (await this.sellersOf()).has(sellerId);
  }

  /** Lets the viewer follow an escrow or a dispute that they see, if that was asked for. */
  async grant(
    grants: GrantBook | undefined,
    { id, buyerId, sellerId }: { readonly id: string; buyerId: string; sellerId: string },
  ): Promise<void> {
    if (grants === undefined) return;
    const { kind, accountId } = this.viewer;
    const roles = [
      ...(kind === 'USER' && accountId === buyerId ? ['BUYER'] : []),
      ...((await this.actsFor(sellerId)) ? ['SELLER'] : []),
    ];
    grants.give(id, roles.join('+') || 'OPERATOR', await this.sellers.rightsOf(this.viewer));
  }

  /** The same for what only a seller's side and operators see. The caller has checked that the viewer may. */
  async grantToSeller(
    grants: GrantBook | undefined,
    subject: string,
    sellerId: string,
  ): Promise<void> {
    if (grants === undefined) return;
    const mine = hasRole(this.viewer, 'OPERATOR') ? new Set<string>() : await this.sellersOf();
    const role = mine.has(sellerId) ? 'SELLER' : 'OPERATOR';
    grants.give(subject, role, await this.sellers.rightsOf(this.viewer));
  }

  private sellersOf(): Promise<ReadonlySet<string>> {
    return (this.mine ??= this.sellers.sellersOf(this.viewer, 'payments:read'));
  }

  private visible(sql: string, keyOf: (row: EscrowRow) => string) {
    return this.one<EscrowRow>(
      sql,
      keyOf,
      async (row) =>
        hasRole(this.viewer, 'AUDITOR') ||
        this.isBuyer(row.buyerId) ||
        (await this.actsFor(row.sellerId)),
    );
  }

  private one<T extends object>(
    sql: string,
    keyOf: (row: T) => string,
    mayBeSeen: (row: T) => boolean | Promise<boolean>,
  ): DataLoader<string, T | null> {
    return new DataLoader<string, T | null>(async (keys) => {
      const rows = await this.db.query<T>(sql, [keys]);
      const byKey = new Map(rows.map((row) => [keyOf(row), row]));
      return Promise.all(
        keys.map(async (key) => {
          const row = byKey.get(key);
          return row !== undefined && (await mayBeSeen(row)) ? row : null;
        }),
      );
    });
  }

  private many<T extends object>(sql: string, keyOf: (row: T) => string): DataLoader<string, T[]> {
    return new DataLoader<string, T[]>(async (keys) => {
      const byKey = new Map<string, T[]>(keys.map((key) => [key, []]));
      for (const row of await this.db.query<T>(sql, [keys])) byKey.get(keyOf(row))?.push(row);
      return keys.map((key) => byKey.get(key) ?? []);
    });
  }
}
