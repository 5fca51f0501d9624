import { MINUTE } from '#kernel/clock/clock';
import { fireDueTimers } from '#kernel/events/timers';
import { type PlacedGroup, World } from '../testing/world';

jest.setTimeout(60_000);
let world: World;
beforeAll(async () => (world = await World.open()));
afterAll(() => world.close());
afterEach(async () => expect(await world.violations()).toEqual([]));

/** What is left of groups: states of the group, its escrows and tranches, their versions, and what was told. */
async function endOf(groups: readonly PlacedGroup[]): Promise<unknown[]> {
  const rows = await world.db.query(
    `select g.state, g.version, (select jsonb_agg(jsonb_build_object('escrow', e.state, 'version', e.version,
         'tranches', (select jsonb_agg(t.state || t.version) from tranche t where t."escrowId" = e.id),
         'told', (select jsonb_agg(o.type || coalesce(o.data->>'to', '') || o."subjectVersion"
             order by o.seq) from outbox o where o.subject = e.id)))
       from escrow e where e."orderGroupId" = g.id) as orders,
       (select jsonb_agg(o.type || o."subjectVersion" || jsonb_array_length(o.data->'orderIds'))
        from outbox o where o.subject = g.id) as told,
       (select count(*) from timer where subject = g.id) as timers
     from "orderGroup" g where g.id = any ($1) order by array_position($1, g.id)`,
    [groups.map(({ request }) => request.orderGroupId)],
  );
  return rows;
}

async function placed(totals: readonly bigint[]): Promise<PlacedGroup> {
  const group = world.group(totals);
  await world.hear('order_group.placed', group.request);
  return group;
}

test('T1 of many groups ends them exactly as it ends each alone', async () => {
  const alone = [await placed([1_000n]), await placed([2_000n, 3_000n])];
  world.clock.advance(16 * MINUTE);
  while ((await fireDueTimers(world.db, world.payments.timers)) > 0);
  const many: PlacedGroup[] = [];
  for (let n = 0; n < 5; n++) many.push(await placed([1_000n]), await placed([2_000n, 3_000n]));
  world.clock.advance(16 * MINUTE);
  expect(await fireDueTimers(world.db, world.payments.timers)).toBe(10);
  const [one, two] = await endOf(alone);
  const expected = Array.from({ length: 5 }, () => [one, two]).flat();
  expect(await endOf(many)).toEqual(expected);
  expect(one).toMatchObject({ state: 'EXPIRED', told: ['payment.expired11'], timers: 0n });
});

test('among many, what was tried, cancelled in part or paid is judged alone', async () => {
  const groups: PlacedGroup[] = [];
  for (let n = 0; n < 10; n++) groups.push(await placed([1_000n, 2_000n]));
  const [paid, declined, partly] = groups;
  if (paid === undefined || declined === undefined || partly === undefined) throw new Error('none');
  expect((await world.pay(paid)).userErrors).toEqual([]);
  await world.pay(declined, { token: 'tok_decline_insufficient_funds' });
  await world.partyFact('order.cancelled', partly, 0);
  await world.settled();
  world.clock.advance(16 * MINUTE);
  while ((await fireDueTimers(world.db, world.payments.timers)) > 0);
  const [first, second, third, ...rest] = (await endOf(groups)) as {
    state: string;
    told: string[];
    orders: { escrow: string }[];
  }[];
  expect(first).toMatchObject({ state: 'PAID', orders: [{ escrow: 'HELD' }, { escrow: 'HELD' }] });
  expect(second?.state).toBe('EXPIRED');
  expect(third).toMatchObject({ state: 'EXPIRED', told: ['payment.expired11'] });
  for (const { state, told } of rest) {
    expect(state).toBe('EXPIRED');
    expect(told).toEqual(['payment.expired12']);
  }
});

test('a payment that is made while many end waits for the lock, and one that was first is seen', async () => {
  const groups: PlacedGroup[] = [];
  for (let n = 0; n < 10; n++) groups.push(await placed([1_000n]));
  world.clock.advance(14 * MINUTE);
  const requests = await Promise.all(groups.map((group) => world.sealed(group)));
  world.clock.advance(2 * MINUTE);
  const paying = groups.map((group, n) => world.pay(group, { request: requests[n] ?? '' }));
  while ((await fireDueTimers(world.db, world.payments.timers)) > 0);
  const paid = await Promise.all(paying);
  await world.settled();
  while ((await fireDueTimers(world.db, world.payments.timers)) > 0);
  const ends = (await endOf(groups)) as { state: string }[];
  // each group is either paid or expired, and who was refused has an expired one
  for (const [n, { state }] of ends.entries()) {
    expect(paid[n]?.userErrors.length === 0 ? ['PAID', 'AWAITING'] : ['EXPIRED']).toContain(state);
  }
});
