import { DAY, after } from '#kernel/clock/clock';
import { afterWorkingDays } from '#kernel/clock/working-days';
import { until } from '#kernel/testing/until';
import { type Answer, justSignedIn, user } from '../testing/acts';
import { DisputeActs } from '../testing/dispute.acts';
import { auditor, codes, key, operator } from '../testing/risk.acts';
import { MEMBER, openedSeller, releasedBy } from '../testing/sellers';
import { World } from '../testing/world';
import { WEEKDAYS } from './business-calendar.rules';

jest.setTimeout(60_000);
const member = user(MEMBER);
let world: World;
beforeAll(async () => {
  world = await World.open();
}, 60_000);
afterAll(() => world.close());
afterEach(async () => {
  await world.settled();
  expect(await world.violations()).toEqual([]);
});

const FIELDS = 'calendar { country weekend holidays ofOperators version }';
const set = (input: object, viewer = operator): Promise<Answer> =>
  world.mutate(
    viewer,
    'businessCalendarSet',
    { holidays: [], idempotencyKey: key(), ...input },
    FIELDS,
  );
const fieldsOf = ({ userErrors }: Answer): unknown => userErrors[0]?.field;
const named = async (viewer = operator): Promise<unknown> =>
  (await world.call(viewer, '{ businessCalendars { country ofOperators version } }')).data?.[
    'businessCalendars'
  ];

/** Every day of the next two weeks. */
const fortnight = (): string[] =>
  Array.from({ length: 14 }, (_, n) =>
    after(world.clock.now(), (n + 1) * DAY)
      .toISOString()
      .slice(0, 10),
  );
const dueOf = async (subject: string, kind: string): Promise<Date | undefined> =>
  (
    await world.db.first<{ fireAt: Date }>(
      'select "fireAt" from timer where subject = $1 and kind = $2',
      [subject, kind],
    )
  )?.fireAt;

test('an operator sets a country’s calendar; others neither set nor see one', async () => {
  expect(codes(await set({ country: 'DE' }, auditor))).toEqual(['FORBIDDEN']);
  const holidays = ['2026-12-26', '2026-12-25'];
  const first = { country: 'DE', holidays, ofOperators: true, idempotencyKey: key() };
  const told = { country: 'DE', holidays: ['2026-12-25', '2026-12-26'], ofOperators: true };
  expect((await set(first))['calendar']).toEqual({
    ...told,
    ...{ weekend: ['SUNDAY', 'SATURDAY'], version: 0 },
  });
  expect((await set(first))['calendar']).toMatchObject({ ...told, version: 0 });
  expect((await set({ country: 'DE', weekend: ['SUNDAY'] }))['calendar']).toMatchObject({
    ...{ weekend: ['SUNDAY'], holidays: [], ofOperators: true, version: 1 },
  });
  expect((await set({ country: 'FR', ofOperators: true }))['calendar']).toMatchObject({
    version: 0,
  });
  const all = [
    { country: 'DE', ofOperators: false, version: 2 },
    { country: 'FR', ofOperators: true, version: 0 },
  ];
  expect(await named()).toEqual(all);
  expect(await named(auditor)).toEqual(all);
  expect(await named(member)).toBeNull();
});

test.each([
  ['country', 'COUNTRY_INVALID', { country: 'Germany' }],
  ['weekend', 'CALENDAR_INVALID', { country: 'PT', weekend: WEEKDAYS }],
  ['holidays', 'CALENDAR_INVALID', { country: 'PT', holidays: ['2026-02-30'] }],
])('what is no %s is refused and keeps nothing', async (field, code, input) => {
  const answer = await set(input);
  expect([codes(answer), fieldsOf(answer)]).toEqual([[code], ['input', field]]);
  expect(await named()).not.toContainEqual(expect.objectContaining({ country: 'PT' }));
});

test('two operators at once: one calendar is theirs', async () => {
  const both = ['IT', 'ES'].map((country) => set({ country, ofOperators: true }));
  expect((await Promise.all(both)).map(codes)).toEqual([[], []]);
  const theirs = (await named()) as { ofOperators: boolean }[];
  expect(theirs.filter(({ ofOperators }) => ofOperators)).toHaveLength(1);
  await set({ country: 'FR', ofOperators: true });
});

test('T10 counts the days on which operators work; one that runs already stays as it is', async () => {
  const acts = new DisputeActs(world);
  const before = await acts.underReview();
  const due = await dueOf(before.id, 'T10');
  const holidays = fortnight();
  await set({ country: 'FR', holidays });
  expect(await dueOf(before.id, 'T10')).toEqual(due);
  const { id } = await acts.underReview();
  const calendar = { weekend: [0, 6], holidays: new Set(holidays) };
  const expected = afterWorkingDays(world.clock.now(), 2, calendar);
  expect(await dueOf(id, 'T10')).toEqual(expected);
  expect(expected.getTime() - world.clock.now().getTime()).toBeGreaterThan(7 * DAY);
});

/** When a person is called about a payout of a seller whose bank is there. */
async function lateAt(country: string | undefined): Promise<[Date | undefined, Date]> {
  const sellerId = await openedSeller(world);
  const now = justSignedIn(member, world.clock.now());
  const input = { sellerId, destination: 'dest_ok', country, idempotencyKey: key() };
  const fields = 'payoutAccount { country }';
  const answer = await world.mutate(now, 'payoutAccountCreate', input, fields);
  expect(answer['payoutAccount']).toEqual({ country: country ?? null });
  await releasedBy(world, sellerId);
  const paid = (await world.payOut(member, sellerId, 1_000n)) as unknown as {
    payout: { id: string };
  };
  const { id } = paid.payout;
  await until(async () => (await dueOf(id, 'T18')) !== undefined, 'the payout to be sent');
  return [await dueOf(id, 'T18'), world.clock.now()];
}

test('T18 counts the days on which the bank of the payout works', async () => {
  await set({ country: 'GR', holidays: fortnight() });
  for (const unknown of [undefined, 'PL']) {
    const [due, now] = await lateAt(unknown);
    expect(due).toEqual(afterWorkingDays(now, 5));
  }
  const [due, now] = await lateAt('GR');
  expect(due).toEqual(
    afterWorkingDays(now, 5, { weekend: [0, 6], holidays: new Set(fortnight()) }),
  );
});

test('a bank’s country goes with its account', async () => {
  const sellerId = await openedSeller(world);
  const name = (destination: string, country?: string): Promise<Answer> =>
    world.mutate(
      justSignedIn(member, world.clock.now()),
      'payoutAccountCreate',
      { sellerId, destination, country, idempotencyKey: key() },
      'payoutAccount { country }',
    );
  expect(codes(await name('dest_ok', 'Greece'))).toEqual(['COUNTRY_INVALID']);
  const countries = [
    await name('dest_ok', 'GR'),
    await name('dest_ok'),
    await name('dest_slow'),
    await name('dest_slow', 'PL'),
  ].map((answer) => (answer['payoutAccount'] as { country: string | null }).country);
  expect(countries).toEqual(['GR', 'GR', null, 'PL']);
});
