import { fact } from '#contracts/fact';
import type { OrderGroupId, OrderId, ShipmentId } from '#contracts/ids';
import type { Tx } from '#kernel/db/database';
import { clearTimers } from '#kernel/events/timers';
import type { Logger } from '#kernel/server/log';
import { type RefundFault, refundable } from '../refunds/refund.rules';
import type { RefundService } from '../refunds/refund.service';
import { type Leaving, splitGoods } from './split.rules';
import { splitOff } from './split.service';
import type { ShippingService } from '../deadlines/timer.rules';
import type { TrancheLineRow } from './tranche-line.entity';
import type { TrancheRow } from './tranche.entity';
import { type HeldState, type TrancheState, trancheMachine } from './tranche.machine';
import {
  type Held,
  type TrancheChange,
  aboutEscrow,
  isAwaiting,
  lockHeld,
  moveTranche,
  partiesOf,
  tranchesFor,
} from './tranche.service';

/** What fulfilment reports about one parcel of an order. */
export interface Progress {
  readonly event: 'ship' | 'deliver' | 'retract';
  readonly shipmentId: ShipmentId;
  /** True when nothing of the order stays behind any more. */
  readonly all?: boolean;
  /** What is in the parcel. */
  readonly lines?: readonly Leaving[];
  /** Whether the parcel can be followed; known when it leaves. */
  readonly tracked?: boolean;
  /** How it travels; known when it leaves. */
  readonly service?: ShippingService;
}

/** What shipping and cancellation do to held money. */
export class EscrowService {
  constructor(
    private readonly refunds: RefundService,
    private readonly log: Logger,
  ) {}

  /**
   * A parcel left, arrived, or had not arrived after all. One that carries part of an order gets a tranche of its own.
   * Heard again, it changes nothing; a delivery taken back after release is an alarm only.
   */
  async progressIn(tx: Tx, orderId: OrderId, progress: Progress): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || isAwaiting(held)) {
      throw new Error(`${orderId} moves before its money is known`);
    }
    // work is released as it is submitted, whatever travels with it
    if (held.tranches.some(({ kind }) => kind === 'MILESTONE')) return;
    const { event } = progress;
    if (event === 'ship') {
      await this.shipped(tx, held, progress);
      return;
    }
    const ofParcel = held.tranches.filter(({ shipmentId }) => shipmentId === progress.shipmentId);
    const meant = ofParcel.length > 0 || progress.all !== true ? ofParcel : held.tranches;
    if (meant.length === 0 && tranchesFor(held, 'ship').length > 0) {
      throw new Error(`${progress.shipmentId} of ${orderId} is heard of before it left`);
    }
    for (const { id, state, heldState } of meant) {
      const next = trancheMachine.next(heldState ?? state, event);
      if (next === undefined) this.ignored(orderId, event, state);
      else {
        const where = heldState === null ? { state: next } : { heldState: next as HeldState };
        await this.progressed(tx, orderId, { id, ...where, ...deliveryOf(tx, event) });
      }
    }
  }

  /** Claims have no goods of their own: they are about those of the others, and go with the last parcel. */
  private async shipped(tx: Tx, held: Held, progress: Progress): Promise<void> {
    const { shipmentId, lines = [], tracked = true, service = 'STANDARD', all = false } = progress;
    const { orderId } = held.escrow;
    const unshipped = unshippedOf(held);
    const [tranche] = unshipped;
    const known = held.tranches.some((one) => one.shipmentId === shipmentId);
    if (tranche === undefined || known) {
      this.ignored(orderId, 'ship', tranche?.state ?? 'SHIPPED');
      return;
    }
    const goods = splitGoods(await goodsOf(tx, tranche.id), lines);
    if (goods.leaving.length === 0 && !all) return; // nobody knows what is in it: the rest tells
    if (!all && goods.staying.length > 0 && tranche.heldState === null) {
      if (await splitOff(tx, held, tranche, { shipmentId, tracked, service, goods })) return;
      if (goods.leaving.every(({ amountMinor }) => amountMinor === 0n)) return;
    }
    const isLast = all || goods.staying.length === 0;
    for (const { id, heldState } of isLast ? unshipped : [tranche]) {
      const where =
        heldState === null ? { state: 'SHIPPED' as const } : { heldState: 'SHIPPED' as const };
      await this.progressed(tx, orderId, { id, ...where, shipmentId, tracked, service });
    }
  }

  private async progressed(
    tx: Tx,
    orderId: OrderId,
    change: TrancheChange & { readonly id: string },
  ): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    if (held === undefined) throw new Error(`${orderId} is gone`);
    await moveTranche(tx, held, change, ({ escrow }) =>
      fact('escrow.progressed', aboutEscrow(escrow), {
        ...partiesOf(escrow),
        to: change.state ?? escrow.state,
      }),
    );
  }

  private ignored(orderId: OrderId, event: string, state: TrancheState): void {
    const level = event === 'retract' ? 'warn' : 'info';
    this.log[level]({ orderId, event, state }, 'changes nothing');
  }

  /** The carrier lost a parcel: both sides are told; its money is not released by itself any more. Again: no effect. */
  async lostIn(tx: Tx, orderId: OrderId, shipmentId: ShipmentId): Promise<void> {
    const held = await lockHeld(tx, { orderId });
    const ofParcel = held?.tranches.filter((one) => one.shipmentId === shipmentId) ?? [];
    if (held === undefined || ofParcel.length === 0) {
      throw new Error(`${shipmentId} of ${orderId} is lost before it left`);
    }
    this.log.error({ alarm: 'SHIPMENT_LOST', orderId, shipmentId }, 'the carrier lost a parcel');
    const lost = ofParcel.filter(
      ({ state, heldState, lostAt }) => (heldState ?? state) === 'SHIPPED' && lostAt === null,
    );
    let now = held;
    for (const [n, { id }] of lost.entries()) {
      // one parcel is lost once, however many parts its money has
      now = await moveTranche(tx, now, { id, lostAt: tx.now }, ({ escrow }) =>
        n === 0
          ? fact('escrow.shipment_lost', aboutEscrow(escrow), { ...partiesOf(escrow), shipmentId })
          : fact('escrow.progressed', aboutEscrow(escrow), {
              ...partiesOf(escrow),
              to: escrow.state,
            }),
      );
    }
  }

  /** The order was cancelled or expired: money that is held goes back whole; nothing more is taken in. */
  async cancelledIn(
    tx: Tx,
    orderId: OrderId,
    { cause, fault }: { readonly cause: string; readonly fault: RefundFault },
  ): Promise<void> {
    const group = await tx.first<{ id: OrderGroupId }>(
      `select id from "orderGroup"
       where id = (select "orderGroupId" from escrow where "orderId" = $1) for no key update`,
      [orderId],
    );
    const held = await lockHeld(tx, { orderId });
    if (held === undefined || group === undefined) {
      throw new Error(`${orderId} was cancelled before it is known`);
    }
    if (isAwaiting(held)) {
      await this.cancelUnfunded(tx, held);
      await this.endGroupIfEmpty(tx, group.id);
      return;
    }
    await this.giveBackIn(tx, held, { cause, fault });
    await this.endGroupIfEmpty(tx, group.id);
  }

  /** An order was not paid in time, or not all of it: its deposit goes back. */
  async unpaidIn(tx: Tx, held: Held): Promise<void> {
    if (isAwaiting(held)) await this.cancelUnfunded(tx, held);
    else await this.giveBackIn(tx, held, { cause: 'BALANCE_NOT_PAID', fault: 'BUYER' });
  }

  private async giveBackIn(
    tx: Tx,
    held: Held,
    { cause, fault }: { readonly cause: string; readonly fault: RefundFault },
  ): Promise<void> {
    const { orderId } = held.escrow;
    const amountMinor = refundable(held.tranches).held;
    if (amountMinor === 0n) {
      if (held.tranches.every(({ state }) => state === 'CANCELLED' || state === 'CLOSED')) return;
      this.log.error({ alarm: 'CANCELLED_TOO_LATE', orderId }, 'nothing left to refund');
    } else if (!(await this.refunds.mayRefund(tx, held))) {
      this.log.error({ alarm: 'CANCELLED_UNDER_CHARGEBACK', orderId }, 'refund it when it is won');
    } else if (!(await this.refunds.hasRoom(tx, held, amountMinor))) {
      this.log.error({ alarm: 'CANCELLED_WITHOUT_ROOM', orderId }, 'the bank has sent it back');
    } else {
      await this.refunds.refundIn(tx, held, { amountMinor, cause, fault, mayOwe: true });
    }
  }

  private async cancelUnfunded(tx: Tx, held: Held): Promise<void> {
    let now = held;
    for (const { id } of tranchesFor(held, 'cancel')) {
      now = await moveTranche(tx, now, { id, state: 'CANCELLED' }, ({ escrow }) =>
        fact('escrow.progressed', aboutEscrow(escrow), { ...partiesOf(escrow), to: 'CANCELLED' }),
      );
    }
  }

  private async endGroupIfEmpty(tx: Tx, groupId: OrderGroupId): Promise<void> {
    const ended = await tx.query(
      `update "orderGroup" g set state = 'CANCELLED', version = version + 1
       where id = $1 and state = 'AWAITING' and not exists (
         select 1 from escrow e join tranche t on t."escrowId" = e.id
         where e."orderGroupId" = g.id and t.state not in ('CANCELLED', 'CLOSED'))
       returning 1 as one`,
      [groupId],
    );
    if (ended.length > 0) await clearTimers(tx, groupId);
  }
}

/** What has not left: what has goods first, of that what is free. */
function unshippedOf(held: Held): TrancheRow[] {
  const frozen = held.tranches.filter(({ heldState }) => heldState === 'FUNDED');
  const all = [...tranchesFor(held, 'ship'), ...frozen];
  return [...all.filter(({ kind }) => kind !== 'CLAIM'), ...all.filter(isClaim)];
}

const isClaim = ({ kind }: TrancheRow): boolean => kind === 'CLAIM';

const deliveryOf = (
  tx: Tx,
  event: Progress['event'],
): Pick<TrancheChange, 'deliveredAt' | 'lostAt'> =>
  event === 'deliver' ? { deliveredAt: tx.now, lostAt: null } : { deliveredAt: null };

const goodsOf = (tx: Tx, trancheId: string): Promise<TrancheLineRow[]> =>
  tx.query('select * from "trancheLine" where "trancheId" = $1 order by "orderLineId"', [
    trancheId,
  ]);
