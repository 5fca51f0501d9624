import { type Viewer, makeViewer } from '#kernel/auth/viewer';
import { idKind } from '#kernel/ids/id';
import { type Answer, user } from './acts';
import type { PlacedGroup, World } from './world';
import type { RiskPoint, RiskRule } from '../risk/risk.rules';

const keys = idKind('evt');
export const key = (): string => keys.create();

export const operator = user('acc_00000000000000000000000002', ['OPERATOR']);
export const auditor = user('acc_00000000000000000000000003', ['AUDITOR']);

/** A signed-in person who calls from a network. */
export const from = (network: string, accountId: string): Viewer =>
  makeViewer({
    ...{ kind: 'USER', accountId, network, scopes: ['*'] as string[], correlationId: 'test' },
  });

export const codes = ({ userErrors }: Answer): string[] => userErrors.map(({ code }) => code);

/** A rule on the amount; the amounts of a test are its own. */
export const onAmount = (atLeast: number, more: Partial<RiskRule> = {}): RiskRule => ({
  ...{ code: `FROM_${atLeast}`, outcome: 'REVIEW', reason: 'a secret reason', score: 7 },
  ...{ onMissing: 'SKIP', when: { feature: 'amount.minor', is: 'gte', value: atLeast } },
  ...more,
});

export const draft = (
  world: World,
  point: RiskPoint,
  rules: readonly object[],
  viewer = operator,
  idempotencyKey = key(),
): Promise<Answer> =>
  world.mutate(
    viewer,
    'riskRuleSetCreate',
    { point, rules: JSON.stringify(rules), note: 'a test', idempotencyKey },
    'ruleSet { id state number rules }',
  );

export const move = (
  world: World,
  ruleSetId: string,
  to: 'SHADOW' | 'LIVE' | 'RETIRED',
  viewer = operator,
): Promise<Answer> =>
  world.mutate(
    viewer,
    'riskRuleSetPublish',
    { ruleSetId, to, idempotencyKey: key() },
    'ruleSet { id state }',
  );

export const idOf = (answer: Answer): string => (answer['ruleSet'] as { id: string }).id;

/** Rules that decide from now on. */
export async function publish(
  world: World,
  point: RiskPoint,
  rules: readonly RiskRule[],
): Promise<string> {
  const id = idOf(await draft(world, point, rules));
  await move(world, id, 'SHADOW');
  await move(world, id, 'LIVE');
  return id;
}

export const decide = (
  world: World,
  reviewId: string,
  approve: boolean,
  more: { viewer?: Viewer; key?: string; snoozeDays?: number } = {},
): Promise<Answer> => {
  const { viewer = operator, snoozeDays, key: idempotencyKey = key() } = more;
  const input = { reviewId, approve, note: 'looked at it', snoozeDays, idempotencyKey };
  return world.mutate(viewer, 'riskReviewDecide', input, 'review { id state decidedBy }');
};

export interface ReviewRow {
  readonly id: string;
  readonly state: string;
  readonly point: string;
  readonly dueAt: Date | null;
}

/** Reviews about something, oldest first. */
export const reviewsOf = (world: World, subject: unknown): Promise<ReviewRow[]> =>
  world.db.query<ReviewRow>('select * from "riskReview" where subject = $1 order by id', [subject]);

/** Payments of a group with their tenders, oldest first. */
export const paymentsOf = (
  world: World,
  group: PlacedGroup,
): Promise<{ id: string; state: string; tenders: string[] }[]> =>
  world.db.query(
    `select p.id, p.state, (select array_agg(t.state order by t.number) from tender t
       where t."paymentId" = p.id) as tenders
     from payment p where p."orderGroupId" = $1 order by p.id`,
    [group.request.orderGroupId],
  );
