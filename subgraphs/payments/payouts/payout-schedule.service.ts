import type { SellerId } from '#contracts/ids';
import { type Viewer, systemViewer } from '#kernel/auth/viewer';
import { MINUTE, after } from '#kernel/clock/clock';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import { Refusal } from '#kernel/errors/refusal';
import { type Timer, type TimerHandlers, setTimer } from '#kernel/events/timers';
import { type SellerService, actorOf } from '../balances/seller.service';
import { refuse } from '../payments.errors';
import type { Outgoing } from '../psp/outgoing.service';
import type { PspPort } from '../psp/psp.port';
import { mustPayOut, tierNow } from './payout-gate.service';
import type { RiskService } from '../risk/risk.service';
import { isPayoutStopped } from './payout-check.service';
import { reservePayout } from './payout-reserve.service';
import type { PayoutScheduleRow } from './payout-schedule.entity';
import { type PayoutSchedule, SCHEDULES_OF, nextSweep, scheduleOf } from './payout.rules';

/** While the PSP does not say what it can move, it is asked again after this. */
const AGAIN_MS = 5 * MINUTE;

const OPEN = `
  insert into "payoutSchedule" ("sellerId", currency) values ($1, $2)
  on conflict do nothing returning 1 as one`;

/** Pays sellers out by themselves: a timer says that it is time, and a loop asks the PSP first, outside any transaction. */
export class PayoutScheduleService {
  /** Set by whoever works: a seller is to be paid out. */
  onDue: () => void = () => undefined;

  constructor(
    private readonly db: Database,
    private readonly sellers: SellerService,
    private readonly outgoing: Outgoing,
    private readonly psp: Pick<PspPort, 'balances'>,
    private readonly risk: RiskService,
  ) {}

  /** The seller's people choose among what its tier allows. The first payout is one interval away. */
  async update(
    viewer: Viewer,
    input: {
      readonly key: string;
      readonly sellerId: SellerId;
      readonly currency: string;
      readonly schedule: PayoutSchedule;
    },
  ): Promise<SellerId> {
    const { key, ...wanted } = input;
    const { sellerId, currency, schedule } = wanted;
    await mustPayOut(this.sellers, viewer, sellerId);
    const intent = { scope: `${actorOf(viewer)}:payoutScheduleUpdate`, key, input: wanted };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const tier = await tierNow(tx, sellerId);
        if (!SCHEDULES_OF[tier].includes(schedule)) {
          throw refuse('SCHEDULE_NOT_ALLOWED', { field: ['input', 'interval'] });
        }
        await tx.query(
          `insert into "payoutSchedule" ("sellerId", currency, chosen) values ($1, $2, $3)
           on conflict ("sellerId", currency) do update set chosen = excluded.chosen,
             "dueAt" = null, version = "payoutSchedule".version + 1`,
          [sellerId, currency, schedule],
        );
        await setTimer(tx, timerOf(sellerId, currency), nextSweep(schedule, tx.now));
        return sellerId;
      }),
    );
  }

  /** Handler of the time to pay a seller out. */
  timers(): TimerHandlers {
    return { PAYOUT_SWEEP: (tx, timer) => this.due(tx, timer) };
  }

  /** Pays out one seller whose time has come. True when there was one. */
  async workOne(): Promise<boolean> {
    const row = await this.db.first<PayoutScheduleRow>(
      'select * from "payoutSchedule" where "dueAt" <= $1 order by "dueAt" limit 1',
      [this.db.clock.now()],
    );
    if (row === undefined) return false;
    const movable = (await this.psp.balances())?.movable;
    const { sellerId, currency } = row;
    await this.db.transaction(systemViewer(`sweep ${sellerId}`), async (tx) => {
      const dueAt = movable === undefined ? after(tx.now, AGAIN_MS) : null;
      const mine = await tx.first(
        `update "payoutSchedule" set "dueAt" = $3, version = version + 1
         where "sellerId" = $1 and currency = $2 and version = $4 returning 1 as one`,
        [sellerId, currency, dueAt, row.version],
      );
      if (mine !== undefined && movable !== undefined) {
        await this.sweep(tx, { sellerId, currency, movable: movable.get(currency) ?? 0n });
      }
    });
    return true;
  }

  private async due(tx: Tx, { subject }: Timer): Promise<void> {
    const [sellerId = '', currency = ''] = subject.split(' ');
    const row = await tx.first<PayoutScheduleRow>(
      'select * from "payoutSchedule" where "sellerId" = $1 and currency = $2 for no key update',
      [sellerId, currency],
    );
    if (row === undefined) return;
    const schedule = scheduleOf(await tierNow(tx, sellerId), row.chosen);
    await setTimer(tx, timerOf(row.sellerId, currency), nextSweep(schedule, tx.now));
    if (schedule === 'MANUAL') return;
    await tx.query(
      `update "payoutSchedule" set "dueAt" = $3, version = version + 1
       where "sellerId" = $1 and currency = $2`,
      [sellerId, currency, tx.now],
    );
    tx.afterCommit(() => this.onDue());
  }

  /** Nothing to pay, or not now: the next time will tell. A refusal comes before anything is written. */
  private async sweep(
    tx: Tx,
    what: { readonly sellerId: SellerId; readonly currency: string; readonly movable: bigint },
  ): Promise<void> {
    if (await isPayoutStopped(tx, this.risk, { ...what, amount: undefined })) return;
    try {
      await reservePayout(tx, this.outgoing, { ...what, wanted: 'ALL', speed: 'STANDARD' });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

/** From its first money on a seller is paid out by itself. */
export async function openSchedule(tx: Tx, sellerId: SellerId, currency: string): Promise<void> {
  const fresh = await tx.first(OPEN, [sellerId, currency]);
  if (fresh === undefined) return;
  const schedule = scheduleOf(await tierNow(tx, sellerId), null);
  await setTimer(tx, timerOf(sellerId, currency), nextSweep(schedule, tx.now));
}

const timerOf = (sellerId: SellerId, currency: string): Timer => ({
  subject: `${sellerId} ${currency}`,
  kind: 'PAYOUT_SWEEP',
  version: 0,
});
