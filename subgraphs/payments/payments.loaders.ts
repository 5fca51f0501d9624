import DataLoader from 'dataloader';
import type { GrantBook } from '#kernel/auth/grant';
import { type Viewer, hasRole } from '#kernel/auth/viewer';
import type { Queries } from '#kernel/db/database';
import type { SellerService } from './balances/seller.service';
import type { EscrowRow } from './escrow/escrow.entity';
import type { TrancheRow } from './escrow/tranche.entity';
import type { PaymentRow } from './payments/payment.entity';
import type { TenderRow } from './payments/tender.entity';
import type { PayoutRow } from './payouts/payout.entity';
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

/** When something happens to a tranche by itself. */
interface DeadlineRow {
  readonly subject: string;
  readonly fireAt: Date;
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
  readonly deadlines = this.many<DeadlineRow>(
    `select subject, "fireAt" from timer where subject = any ($1) and "fireAt" is not null
     order by "fireAt"`,
    (row) => row.subject,
  );
  readonly timeline = this.many<EscrowEventRow>(
    `select subject as "escrowId", time as at, type as event,
       coalesce(data->>'to', data->>'cause') as detail
     from outbox where subject = any ($1) order by "subjectVersion"`,
    (row) => row.escrowId,
  );
  readonly refundsByOrder = this.many<RefundRow>(
    'select * from refund where "orderId" = any ($1) order by id',
    (row) => row.orderId ?? '',
  );
  readonly tenders = this.many<InCurrency<TenderRow>>(
    `select t.*, p.currency from tender t join payment p on p.id = t."paymentId"
     where t."paymentId" = any ($1) order by t.number`,
    (row) => row.paymentId,
  );
  readonly payment = this.one<PaymentRow>(
    'select * from payment where id = any ($1)',
    (row) => row.id,
    (row) => this.isBuyer(row.buyerId),
  );
  /** The latest attempt to pay a group: a new one is only made when the one before came to nothing. */
  readonly paymentByGroup = this.one<PaymentRow>(
    `select distinct on ("orderGroupId") * from payment where "orderGroupId" = any ($1)
     order by "orderGroupId", id desc`,
    (row) => row.orderGroupId,
    (row) => this.isBuyer(row.buyerId),
  );
  readonly payout = this.one<PayoutRow>(
    'select * from payout where id = any ($1)',
    (row) => row.id,
    (row) => this.actsFor(row.sellerId),
  );
  readonly groupBuyer = this.one<{ id: string; buyerId: string }>(
    'select id, "buyerId" from "orderGroup" where id = any ($1)',
    (row) => row.id,
    (row) => this.isBuyer(row.buyerId),
  );

  /** True for the buyer (never for a key that the buyer's account made) and for operators. */
  isBuyer(buyerId: string): boolean {
    const { viewer } = this;
    return hasRole(viewer, 'OPERATOR') || (viewer.kind === 'USER' && viewer.accountId === buyerId);
  }

  /** True for the seller's members and keys that may read payments, and for operators. */
  async actsFor(sellerId: string): Promise<boolean> {
    if (hasRole(this.viewer, 'OPERATOR')) return true;
    this.mine ??= this.sellers.sellersOf(this.viewer, 'payments:read');
    return (await this.mine).has(sellerId);
  }

  /** Lets the viewer follow an escrow that they see, if that was asked for. */
  async grant(grants: GrantBook | undefined, { id, buyerId, sellerId }: EscrowRow): Promise<void> {
    if (grants === undefined) return;
    const { kind, accountId } = this.viewer;
    const roles = [
      ...(kind === 'USER' && accountId === buyerId ? ['BUYER'] : []),
      ...((await this.actsFor(sellerId)) ? ['SELLER'] : []),
    ];
    grants.give(id, roles.join('+') || 'OPERATOR', await this.sellers.rightsOf(this.viewer));
  }

  private visible(sql: string, keyOf: (row: EscrowRow) => string) {
    return this.one<EscrowRow>(
      sql,
      keyOf,
      async (row) => this.isBuyer(row.buyerId) || (await this.actsFor(row.sellerId)),
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
