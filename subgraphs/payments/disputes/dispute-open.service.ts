import { fact } from '#contracts/fact';
import { type DisputeId, type OrderId, disputeIds } from '#contracts/ids';
import type { DisputeReason } from '#contracts/trade-policy';
import type { Viewer } from '#kernel/auth/viewer';
import type { Database, Tx } from '#kernel/db/database';
import { once } from '#kernel/db/idempotency';
import type { Money } from '#kernel/money/money';
import { actorOf, requireBuyer } from '../balances/seller.service';
import { mayStack } from '../holds/hold.rules';
import { holdIn, liveHoldsOf } from '../holds/stacked-hold.service';
import type { TrancheLineRow } from '../escrow/tranche-line.entity';
import type { TrancheRow } from '../escrow/tranche.entity';
import { type Held, lockHeld, trancheOf } from '../escrow/tranche.service';
import { fileKnownIn } from '../evidence/known-evidence.service';
import { TransferCode } from '../ledger/ledger.rules';
import { refuse } from '../payments.errors';
import type { RiskService } from '../risk/risk.service';
import { type ClaimedLine, claimOfLines, disputable, windowEnd } from './claim.rules';
import type { DisputeRow } from './dispute.entity';
import { freezeSellerIn } from './dispute-money.service';
import { aboutDispute, beginTimers, named } from './dispute-move.service';
import { proposeIn } from './dispute-proposal.service';
import type { DisputeKind } from './proposal.rules';

/** A buyer's complaint. */
export interface OpenInput {
  readonly key: string;
  readonly orderId: OrderId;
  /** Which part of the order's money; needed when there are several. */
  readonly trancheId: string | undefined;
  /** Goods that it is about; empty when all. */
  readonly lines: readonly ClaimedLine[];
  /** How much; without it what the lines cost, or all. More than is left is cut to that. */
  readonly amount: Money | undefined;
  readonly kind: DisputeKind;
  readonly reason: DisputeReason;
  readonly text: string;
}

const INSERT = `
  insert into dispute (id, "escrowId", "trancheId", "orderId", "buyerId", "sellerId", currency,
    kind, reason, text, lines, "stakeMinor", released, state, "proposalVersion", "openedAt", version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, 'WAIT_SELLER', 1, $14, 1)
  returning *`;

/** Opens disputes: the claimed money is frozen from that moment on, wherever it is. */
export class DisputeOpenService {
  constructor(
    private readonly db: Database,
    private readonly risk: RiskService,
  ) {}

  /**
   * The buyer of the order; never a key. Refuses with NOT_FOUND, TRANCHE_REQUIRED, AMOUNT_INVALID,
   * AMOUNT_EXCEEDS_AVAILABLE (nothing is left), TRANCHE_FROZEN (a dispute or a bank has it), TRANSITION_NOT_ALLOWED (not
   * paid, or settled or decided already), DISPUTE_WINDOW_CLOSED.
   */
  async open(viewer: Viewer, { key, ...wanted }: OpenInput): Promise<DisputeId> {
    const buyer = requireBuyer(viewer);
    const input = { ...wanted, trancheId: wanted.trancheId ?? null, amount: wanted.amount ?? null };
    const intent = { scope: `${actorOf(viewer)}:disputeOpen`, key, input };
    return this.db.transaction(viewer, (tx) =>
      once(tx, intent, async () => {
        const held = await lockHeld(tx, { orderId: wanted.orderId });
        if (held?.escrow.buyerId !== buyer) {
          throw refuse('NOT_FOUND', { field: ['input', 'orderId'] });
        }
        const id = await openIn(tx, held, wanted);
        await this.risk.claimIn(tx, id);
        return id;
      }),
    );
  }
}

async function openIn(tx: Tx, held: Held, wanted: Omit<OpenInput, 'key'>): Promise<DisputeId> {
  const goods = await goodsOf(tx, held);
  const tranche = meant(held, wanted, goods);
  const open = await assertOpenable(tx, held, tranche);
  const claimed = stakeOf(held, tranche, wanted, goods);
  const stakeMinor = claimed < open ? claimed : open;
  const id = disputeIds.create();
  const why = { cause: 'DISPUTE', reason: wanted.reason, caseId: id } as const;
  const released = tranche.availableMinor + tranche.frozenMinor === 0n;
  const frozen = released
    ? await freezeSellerIn(tx, held, { ...wanted, id, trancheId: tranche.id }, stakeMinor)
    : (await holdIn(tx, held, { trancheId: tranche.id, amountMinor: stakeMinor, ...why })).now;
  const { escrow } = frozen;
  const disputed = released ? tranche : claimedOf(held, frozen, tranche);
  const dispute = await tx.first<DisputeRow>(INSERT, [
    ...[id, escrow.id, disputed.id, escrow.orderId, escrow.buyerId, escrow.sellerId],
    ...[escrow.currency, wanted.kind, wanted.reason, wanted.text, JSON.stringify(wanted.lines)],
    ...[stakeMinor, released, tx.now],
  ]);
  if (dispute === undefined) throw new Error('the dispute could not be written');
  const terms = { kind: wanted.kind, amountMinor: wanted.kind === 'EXCHANGE' ? 0n : stakeMinor };
  await proposeIn(tx, dispute, { ...terms, side: 'BUYER', version: 1, text: wanted.text });
  await beginTimers(tx, frozen, undefined, dispute);
  await fileKnownIn(tx, { caseId: id, orderId: dispute.orderId });
  tx.publish(
    fact('dispute.opened', aboutDispute(dispute), {
      ...named(dispute, frozen),
      kind: dispute.kind,
      reason: dispute.reason,
      amountMinor: stakeMinor.toString(),
      currency: dispute.currency,
    }),
  );
  return id;
}

/** The tranche with the frozen part: the one that was meant, or the one split off from it. */
const claimedOf = (before: Held, now: Held, meantOne: TrancheRow): TrancheRow =>
  now.tranches.find(({ id }) => before.tranches.every((one) => one.id !== id)) ??
  trancheOf(now, meantOne.id);

/** The one tranche that a complaint can be about: the one named, the one with these goods, or the only one. */
function meant(
  { tranches }: Held,
  { trancheId, lines }: Pick<OpenInput, 'trancheId' | 'lines'>,
  goods: readonly TrancheLineRow[],
): TrancheRow {
  const some = tranches.filter(
    (one) => one.id === (trancheId ?? one.id) && one.state !== 'CANCELLED',
  );
  const holding = some.filter(({ id }) =>
    lines.every(({ orderLineId }) =>
      goods.some((line) => line.trancheId === id && line.orderLineId === orderLineId),
    ),
  );
  const open = holding.filter((one) => disputable(one) > 0n || one.state === 'FROZEN');
  const [only, ...others] = open.length > 0 ? open : holding;
  if (only === undefined) throw refuse('NOT_FOUND', { field: ['input', 'trancheId'] });
  if (others.length > 0) throw refuse('TRANCHE_REQUIRED', { field: ['input', 'trancheId'] });
  return only;
}

/** Refuses what cannot be disputed (now), else says how much can be at stake at most. */
async function assertOpenable(tx: Tx, held: Held, tranche: TrancheRow): Promise<bigint> {
  if (tranche.state === 'AWAITING_FUNDS') throw refuse('TRANSITION_NOT_ALLOWED');
  if (await isTaken(tx, tranche)) throw refuse('TRANCHE_FROZEN');
  const left = disputable(tranche);
  if (left === 0n) throw refuse('AMOUNT_EXCEEDS_AVAILABLE');
  const { orderId, business } = held.escrow;
  const open = left - (await settledOf(tx, orderId, tranche));
  if (open <= 0n) throw refuse('TRANSITION_NOT_ALLOWED', { message: SETTLED });
  const received = tranche.releasedMinor > 0n ? await releasedAt(tx, tranche) : undefined;
  const end = windowEnd(tranche.deliveredAt, received, business);
  if (end !== undefined && tx.now > end) throw refuse('DISPUTE_WINDOW_CLOSED');
  // of a tranche that is released in part, what is still held comes first: a dispute freezes one or the other
  const heldNow = tranche.availableMinor + tranche.frozenMinor;
  return heldNow > 0n && heldNow < open ? heldNow : open;
}

const SETTLED = 'A dispute about this money was settled or decided: that is final.';

/**
 * What earlier disputes of a tranche left with the seller, by agreement or decision. It is not disputed again. A claimed
 * part of held money is a tranche of its own; of released money it is not, so the rest of that can still be disputed.
 * Goods that were exchanged as agreed are new ones: about them everything is open. So it is where a bank's case undid
 * what was decided.
 */
async function settledOf(tx: Tx, orderId: OrderId, { id }: TrancheRow): Promise<bigint> {
  const row = await tx.first<{ kept: bigint }>(
    `select coalesce(sum(d."stakeMinor" - case when r.id is null then 0
         else greatest(r."amountMinor", c."refundMinor" - c."goodwillMinor") end), 0)::bigint as kept
     from dispute d left join refund r on r.id = d."refundId"
       left join lateral (select * from "disputeDecision" x where x."disputeId" = d.id
         order by x.round desc limit 1) c on true
     where d."orderId" = $1 and d."trancheId" = $2 and d.state <> 'SUPERSEDED' and (c.round is not null
       or (d.state = 'RESOLVED' and not (coalesce(d."agreedKind" = 'EXCHANGE', false)
         and d."agreedMinor" = coalesce(r."amountMinor", 0))))`,
    [orderId, id],
  );
  return row?.kept ?? 0n;
}

const RELEASES = [
  ...[TransferCode.RELEASE_COMMISSION, TransferCode.RELEASE_TAX, TransferCode.RELEASE_SELLER],
  ...[TransferCode.RELEASE_DEBT, TransferCode.RELEASE_RESERVE],
  ...[TransferCode.RELEASE_ADVANCE, TransferCode.RELEASE_ADS],
];

/** When money of a tranche was released last. The lines of a balance name the order only, the ledger the tranche. */
async function releasedAt(tx: Tx, { accountId }: TrancheRow): Promise<Date | undefined> {
  const last = await tx.first<{ at: Date | null }>(
    `select max(event_at) as at from ledger_transfer where debit = $1 and code = any ($2)`,
    [accountId, RELEASES],
  );
  return last?.at ?? undefined;
}

/** Whether a dispute or a bank has the money. What risk or an authority froze can still be disputed. */
async function isTaken(tx: Tx, { id, state }: TrancheRow): Promise<boolean> {
  if (state === 'FROZEN') {
    const holds = await liveHoldsOf(tx, id);
    const causes = holds.map(({ cause }) => cause);
    return !mayStack(causes, 'DISPUTE');
  }
  const open = await tx.first(
    'select 1 as one from dispute where "trancheId" = $1 and "closedAt" is null',
    [id],
  );
  return open !== undefined;
}

function stakeOf(
  { escrow }: Held,
  tranche: TrancheRow,
  { amount, lines }: Pick<OpenInput, 'amount' | 'lines'>,
  goods: readonly TrancheLineRow[],
): bigint {
  const left = disputable(tranche);
  if (amount !== undefined && amount.currency !== escrow.currency) {
    throw refuse('AMOUNT_INVALID', { field: ['input', 'amount', 'currencyCode'] });
  }
  const own = goods.filter(({ trancheId }) => trancheId === tranche.id);
  const ofLines = lines.length === 0 ? left : claimOfLines(left, own, lines);
  if (ofLines === undefined) throw refuse('AMOUNT_INVALID', { field: ['input', 'lines'] });
  const claimed = amount?.minor ?? ofLines;
  if (claimed <= 0n) throw refuse('AMOUNT_INVALID', { field: ['input', 'amount'] });
  return claimed < left ? claimed : left;
}

const goodsOf = (tx: Tx, { tranches }: Held): Promise<TrancheLineRow[]> =>
  tx.query('select * from "trancheLine" where "trancheId" = any ($1) order by "orderLineId"', [
    tranches.map(({ id }) => id),
  ]);
