import type { Viewer } from '#kernel/auth/viewer';
import { DAY } from '#kernel/clock/clock';
import { type Answer, user } from './acts';
import type { PlacedGroup, World } from './world';

export const MEMBER = 'acc_00000000000000000000000003';
export const operator = user('acc_00000000000000000000000008', ['OPERATOR']);
export const secondOperator = user('acc_00000000000000000000000007', ['OPERATOR']);

/** A dispute of a test. */
export interface Opened {
  readonly group: PlacedGroup;
  readonly id: string;
  readonly buyer: Viewer;
}

/** How a test divides what is at stake. */
export interface Verdict {
  readonly refund: bigint;
  readonly release: bigint;
  readonly goodwill?: bigint;
  readonly clauses?: readonly string[];
  readonly evidenceIds?: readonly string[];
  readonly returnRequired?: boolean;
  /** One that is new by default. */
  readonly idempotencyKey?: string;
}

const eur = (minor: bigint) => ({ minorUnits: minor.toString(), currencyCode: 'EUR' });
const SHOWN = 'dispute { id state proposalVersion atStake { minorUnits } }';

/** What the sides of a dispute and its judges do, in words of a test. */
export class DisputeActs {
  private keys = 0;

  constructor(private readonly world: World) {}

  key(): string {
    return `dispute ${(this.keys += 1).toString()}`;
  }

  /** The buyer complains about the (only) order of a group. */
  open(group: PlacedGroup, wanted: Record<string, unknown> = {}): Promise<Answer> {
    return this.openAs(user(group.buyerId), group, wanted);
  }

  openAs(viewer: Viewer, group: PlacedGroup, wanted: Record<string, unknown>): Promise<Answer> {
    return this.act(viewer, 'disputeOpen', {
      ...{ orderId: group.orders[0]?.orderId, kind: 'REFUND_ONLY', reason: 'DAMAGED' },
      ...{ text: 'It is broken.', ...wanted },
    });
  }

  accept(viewer: Viewer, disputeId: string, proposalVersion?: number): Promise<Answer> {
    return this.act(viewer, 'disputeAccept', { disputeId, proposalVersion });
  }

  counter(
    viewer: Viewer,
    disputeId: string,
    proposalVersion: number,
    minor: bigint,
    kind = 'REFUND_ONLY',
  ): Promise<Answer> {
    const terms = { kind, amount: eur(minor), text: 'Let us meet.' };
    return this.act(viewer, 'disputeCounter', { disputeId, proposalVersion, ...terms });
  }

  refuse(viewer: Viewer, disputeId: string): Promise<Answer> {
    return this.act(viewer, 'disputeRefuse', { disputeId, reason: 'It was whole.' });
  }

  escalate(viewer: Viewer, disputeId: string): Promise<Answer> {
    return this.act(viewer, 'disputeEscalate', { disputeId });
  }

  withdraw(viewer: Viewer, disputeId: string): Promise<Answer> {
    return this.act(viewer, 'disputeWithdraw', { disputeId });
  }

  appeal(viewer: Viewer, disputeId: string): Promise<Answer> {
    return this.act(viewer, 'disputeAppeal', { disputeId, reason: 'That is wrong.' });
  }

  decide(viewer: Viewer, disputeId: string, verdict: Verdict): Promise<Answer> {
    return this.act(viewer, 'disputeDecide', verdictOf(disputeId, verdict), ' approval { id }');
  }

  appealDecide(viewer: Viewer, disputeId: string, verdict: Verdict): Promise<Answer> {
    const input = verdictOf(disputeId, verdict);
    return this.act(viewer, 'disputeAppealDecide', input, ' approval { id }');
  }

  grant(viewer: Viewer, approvalId: string): Promise<Answer> {
    const input = { approvalId, idempotencyKey: this.key() };
    return this.world.mutate(viewer, 'approvalGrant', input, 'approval { id state }');
  }

  /** What a decision would do; the answer is shaped like a mutation's. */
  async preview(
    viewer: Viewer,
    disputeId: string,
    verdict: Verdict,
    appeal = false,
  ): Promise<Answer> {
    const { data, errors } = await this.world.call(
      viewer,
      `query ($input: DisputeVerdictInput!, $appeal: Boolean!) {
      disputeDecisionPreview(input: $input, appeal: $appeal) {
        preview { needsApproval legs { from to code pending amount { minorUnits } } }
        userErrors { code message field retryable }
      } }`,
      { input: verdictOf(disputeId, verdict), appeal },
    );
    const refusals = (errors ?? []).map(({ extensions }) => ({
      ...{ code: String(extensions?.['code']), field: null, retryable: false },
    }));
    return (
      (data?.['disputeDecisionPreview'] as Answer | null | undefined) ?? { userErrors: refusals }
    );
  }

  /** A dispute about all of a delivered order, or of the one given. */
  async opened(wanted: Record<string, unknown> = {}, group?: PlacedGroup): Promise<Opened> {
    const of = group ?? (await deliveredOrder(this.world));
    const answer = await this.open(of, wanted);
    if (answer.userErrors.length > 0) throw new Error(JSON.stringify(answer.userErrors));
    return { group: of, id: disputeOf(answer).id, buyer: user(of.buyerId) };
  }

  /** A dispute that an operator can decide. */
  async underReview(group?: PlacedGroup): Promise<Opened> {
    const all = await this.opened({}, group);
    await this.refuse(user(MEMBER), all.id);
    await this.world.advance(3 * DAY);
    for (const side of [all.buyer, all.buyer, user(MEMBER)]) await this.escalate(side, all.id);
    expect(await this.stateOf(all.id)).toBe('UNDER_REVIEW');
    return all;
  }

  /** The carrier says that what a dispute sends back has reached the seller. */
  async goodsBack({ group, id }: Pick<Opened, 'group' | 'id'>): Promise<void> {
    const { orderId = '', sellerId = '' } = group.orders[0] ?? {};
    const parties = { orderId, sellerId, buyerId: group.buyerId, disputeId: id };
    const occurredAt = this.world.clock.now().toISOString();
    await this.world.hear('return.received', { ...parties, occurredAt });
  }

  /** Where a dispute stands. */
  async stateOf(id: string): Promise<string> {
    const [row] = await this.world.db.query<{ state: string }>(
      'select state from dispute where id = $1',
      [id],
    );
    return row?.state ?? 'NONE';
  }

  /** Where an order's money is: kind, state, available, frozen, released, refunded, clawed back. */
  async money(group: PlacedGroup): Promise<unknown[]> {
    return (await this.world.tranches(group)).map((t) => [
      ...[t['kind'], t['state'], t['availableMinor'], t['frozenMinor']],
      ...[t['releasedMinor'], t['refundedMinor'], t['clawedBackMinor']],
    ]);
  }

  /** Its refunds, oldest first: state and amount. */
  async refundsOf(group: PlacedGroup): Promise<string[]> {
    const rows = await this.world.db.query<{ text: string }>(
      `select state || ' ' || "amountMinor" as text from refund where "orderId" = $1 order by id`,
      [orderOf(group)],
    );
    return rows.map(({ text }) => text);
  }

  private act(viewer: Viewer, name: string, input: object, more = ''): Promise<Answer> {
    const idempotencyKey = this.key();
    return this.world.mutate(viewer, name, { idempotencyKey, ...input }, `${SHOWN}${more}`);
  }
}

const verdictOf = (
  disputeId: string,
  { refund, release, goodwill, returnRequired = false, ...on }: Verdict,
) => ({
  ...{ disputeId, refund: eur(refund), release: eur(release), returnRequired },
  ...{ clauses: on.clauses ?? ['PROOF'], evidenceIds: on.evidenceIds ?? [] },
  ...(goodwill !== undefined && { goodwill: eur(goodwill) }),
  ...(on.idempotencyKey !== undefined && { idempotencyKey: on.idempotencyKey }),
  ...{ fault: 'SELLER', reason: 'The photos show it.' },
});

export const orderOf = (group: PlacedGroup): string => group.orders[0]?.orderId ?? '';
export const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);
export const disputeOf = (answer: Answer) =>
  answer['dispute'] as {
    id: string;
    state: string;
    proposalVersion: number;
    atStake: { minorUnits: string };
  };

/** A trusted seller's order, delivered: 7 days to inspect it. */
export async function deliveredOrder(world: World, total = 10_000n): Promise<PlacedGroup> {
  const group = world.group([total]);
  await world.openSeller(group.orders[0]?.sellerId ?? '', MEMBER, true);
  await world.pay(group);
  await world.ship(group);
  await world.ship(group, 0, 'delivered');
  return group;
}
