import type { Viewer } from '#kernel/auth/viewer';
import { type Answer, anonymous, apiKey, user } from '../testing/acts';
import {
  auditor,
  codes,
  decide,
  draft,
  idOf,
  key,
  move,
  onAmount,
  operator,
  publish,
  reviewsOf,
} from '../testing/risk.acts';
import { World } from '../testing/world';

const MEMBER = 'acc_00000000000000000000000001';
const STRANGER = user('acc_00000000000000000000000009');

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const refusalOf = ({ kind }: Viewer): string =>
  kind === 'ANONYMOUS' ? 'UNAUTHENTICATED' : 'FORBIDDEN';

const read = async (viewer: Viewer, field: string): Promise<unknown> => {
  const { data, errors } = await world.call(viewer, `{ ${field} }`);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0];
};

const outcomeOf = async (paymentId: string | undefined, isShadow = false): Promise<unknown> => {
  const [row] = await world.db.query<{ outcome: string }>(
    'select outcome from "riskDecision" where subject = $1 and "isShadow" = $2',
    [paymentId, isShadow],
  );
  return row?.outcome;
};

test('a set goes from draft over the shadow to live, and only so; the one before is retired', async () => {
  const same = key();
  const rules = [onAmount(200_000)];
  const id = idOf(await draft(world, 'CHECKOUT', rules, operator, same));
  expect(idOf(await draft(world, 'CHECKOUT', rules, operator, same))).toBe(id);
  expect(codes(await draft(world, 'CHECKOUT', [], operator, same))).toEqual([
    'IDEMPOTENCY_KEY_PARAMETER_MISMATCH',
  ]);
  const states = async (): Promise<unknown> =>
    (
      await world.db.query<{ state: string }>(
        `select state from "riskRuleSet" where point = 'CHECKOUT' order by number`,
      )
    ).map(({ state }) => state);
  expect(codes(await move(world, id, 'LIVE'))).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(await states()).toEqual(['RETIRED', 'LIVE', 'DRAFT']);
  await move(world, id, 'SHADOW');
  const { payment } = await world.pay(world.group([200_000n]));
  expect(payment?.status).toBe('CAPTURED');
  expect([await outcomeOf(payment?.id), await outcomeOf(payment?.id, true)]).toEqual([
    ...['APPROVE', 'REVIEW'],
  ]);
  expect(await reviewsOf(world, payment?.id)).toEqual([]);
  expect(codes(await move(world, id, 'LIVE'))).toEqual([]);
  expect(await states()).toEqual(['RETIRED', 'RETIRED', 'LIVE']);
  expect((await world.pay(world.group([200_000n]))).payment?.status).toBe('AUTHORIZED');
  expect(codes(await move(world, id, 'SHADOW'))).toEqual(['TRANSITION_NOT_ALLOWED']);
  expect(codes(await move(world, 'rrs_00000000000000000000000009', 'LIVE'))).toEqual(['NOT_FOUND']);
});

test('a draft is tried on what was judged before; nothing is written', async () => {
  for (const minor of [300_000n, 300_001n, 5_000n]) await world.pay(world.group([minor]));
  const id = idOf(await draft(world, 'CHECKOUT', [onAmount(300_001, { outcome: 'DECLINE' })]));
  const counted = async (): Promise<unknown> =>
    world.db.first(
      `select (select count(*) from "riskDecision") d, (select count(*) from outbox) o`,
    );
  const before = await counted();
  const query = `riskBackRun(ruleSetId: "${id}", latest: 3) { judged changes { from to count decisionIds } }`;
  const tried = (await read(auditor, query)) as { judged: number; changes: { to: string }[] };
  expect(tried.judged).toBe(3);
  expect(tried.changes).toEqual([
    { from: 'REVIEW', to: 'DECLINE', count: 1, decisionIds: [expect.stringMatching(/^rsk_/)] },
    { from: 'REVIEW', to: 'APPROVE', count: 1, decisionIds: [expect.stringMatching(/^rsk_/)] },
  ]);
  expect(await counted()).toEqual(before);
  const unknown = 'riskBackRun(ruleSetId: "rrs_00000000000000000000000009") { judged }';
  expect(await read(operator, unknown)).toBeNull();
  expect(await read(STRANGER, query)).toBeNull();
});

test.each<[string, unknown]>([
  ['no list', { code: 'X' }],
  ['a rule without a predicate', [{ ...onAmount(1), when: undefined }]],
  ['code', [{ ...onAmount(1), when: 'amount > 1' }]],
  ['an unknown feature', [onAmount(1, { when: { feature: 'x', is: 'gt', value: 1 } })]],
  ['a milder rule', [onAmount(1, { when: { feature: 'amount.minor', is: 'lt', value: 1 } })]],
  [
    'an endless tree',
    [{ ...onAmount(1), when: Array.from({ length: 9 }).reduce<unknown>((not) => ({ not }), {}) }],
  ],
  [
    'a prototype',
    [{ ...onAmount(1), __proto__: null, when: { feature: '__proto__', is: 'missing' } }],
  ],
])('%s is no set of rules', async (_what, rules) => {
  expect(codes(await draft(world, 'CHECKOUT', rules as object[]))).toEqual(['RULE_SET_INVALID']);
});

test('what was judged and by what cannot be changed, not even with rights on the table', async () => {
  for (const change of [
    `update "riskDecision" set outcome = 'APPROVE'`,
    'delete from "riskSignal"',
    'truncate "riskSignal"',
    `update "riskRuleSet" set rules = '[]'`,
    `update "riskRuleSet" set state = 'LIVE' where state = 'RETIRED'`,
    'delete from "riskRuleSet"',
  ]) {
    await expect(world.break(change)).rejects.toThrow(/never changes/);
  }
});

test('only operators act, and nobody but them and auditors reads', async () => {
  await publish(world, 'CHECKOUT', [onAmount(400_000)]);
  const group = world.group([400_000n]);
  const sellerId = group.orders[0]?.sellerId ?? '';
  await world.openSeller(sellerId, MEMBER, false);
  const { payment } = await world.pay(group);
  const [review] = await reviewsOf(world, payment?.id);
  const reviewId = review?.id ?? '';
  const setId = idOf(await draft(world, 'CHECKOUT', []));
  const others: Viewer[] = [
    ...[user(group.buyerId), user(MEMBER), STRANGER, anonymous, auditor],
    apiKey([sellerId], ['payments:write', 'payments:read']),
  ];
  for (const viewer of others) {
    const refused: Answer[] = [
      await decide(world, reviewId, true, { viewer }),
      await draft(world, 'CHECKOUT', [], viewer),
      await move(world, setId, 'RETIRED', viewer),
    ];
    expect(refused.map(codes)).toEqual(Array(3).fill([refusalOf(viewer)]));
  }
  const fields = [
    `riskDecision(id: "${reviewId}") { id firedRules { reason } features review { state } ruleSet { rules } }`,
    'riskReviews(state: OPEN, point: CHECKOUT, first: 1) { nodes { id decision { subject } } }',
    'riskRuleSets(point: CHECKOUT) { id state }',
  ];
  for (const viewer of others.filter((one) => one !== auditor)) {
    for (const field of fields) expect(await read(viewer, field)).toBeNull();
  }
  for (const viewer of [operator, auditor]) {
    const [decision, reviews, sets] = await Promise.all(fields.map((field) => read(viewer, field)));
    expect(decision).toMatchObject({
      ...{ id: reviewId, firedRules: [{ reason: 'a secret reason' }], review: { state: 'OPEN' } },
    });
    expect(reviews).toEqual({ nodes: [{ id: reviewId, decision: { subject: payment?.id } }] });
    expect(sets).toContainEqual({ id: setId, state: 'DRAFT' });
  }
  const told = await world.db.query(
    `select 1 as one from outbox where data::text like '%secret%' or topics <> '{}'
       and type = 'risk.decided'`,
  );
  expect(told).toEqual([]);
  for (const party of [user(group.buyerId, ['OPERATOR']), user(MEMBER, ['OPERATOR'])]) {
    const answer = await decide(world, reviewId, true, { viewer: party });
    expect(codes(answer)).toEqual(['DECIDER_CONFLICT']);
  }
  expect(codes(await decide(world, reviewId, true, { snoozeDays: 91 }))).toEqual([
    'AMOUNT_INVALID',
  ]);
  expect(codes(await decide(world, 'rsk_x', true))).toEqual(['NOT_FOUND']);
  expect(codes(await decide(world, reviewId, false))).toEqual([]);
});

test.each([
  ['I40', `delete from timer where kind = 'RISK_REVIEW'`],
  [
    'I41',
    `update "riskReview" set state = 'EXPIRED', "decidedAt" = "openedAt", "decidedBy" = null`,
  ],
  ['I42', 'delete from "riskReview"'],
])('%s is red when it is broken', async (invariant, sql) => {
  const { payment } = await world.pay(world.group([400_000n]));
  expect(payment?.status).toBe('AUTHORIZED');
  const broken = world.break(`begin; set local session_replication_role = replica;
    delete from "riskSnooze"; ${sql};
    do $$ begin if exists (select from invariant_violation where invariant = '${invariant}')
      then raise 'seen'; end if; end $$; rollback`);
  await expect(broken).rejects.toThrow('seen');
});
