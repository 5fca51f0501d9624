import fc from 'fast-check';
import { type FoldBase, type FoldEvent, type ParcelState, foldParcel } from './fold.rules';
import {
  EVENT_CODES,
  type EventCode,
  MILESTONES,
  isPhysical,
  milestoneOf,
} from './milestone.rules';
import { shipmentState } from './shipment-state.rules';

const HOUR = 3_600_000;
const T0 = 1_790_000_000_000;
const RUNS = 5_000;
const base: FoldBase = { milestone: 'LABELLED', labelledAtMs: T0 };

let serial = 0;
const event = (eventCode: EventCode, hours: number, more: Partial<FoldEvent> = {}): FoldEvent => ({
  dedupeKey: `e${(serial++).toString()}`,
  revision: 1,
  eventCode,
  reason: null,
  occurredAtMs: T0 + hours * HOUR,
  receivedAtMs: T0 + hours * HOUR + 1000,
  voids: null,
  ...more,
});
const fold = (...events: FoldEvent[]): ParcelState => foldParcel(base, events);

const arbitraryEvent: fc.Arbitrary<FoldEvent> = fc.record({
  dedupeKey: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
  revision: fc.integer({ min: 1, max: 3 }),
  eventCode: fc.constantFrom(...EVENT_CODES),
  reason: fc.constantFrom(null, 'CUSTOMS_CUSTOMS', 'BUYER_ADDRESS'),
  occurredAtMs: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 9, arbitrary: fc.integer({ min: -50, max: 200 }).map((h) => T0 + h * HOUR) },
  ),
  receivedAtMs: fc.integer({ min: -10, max: 220 }).map((h) => T0 + h * HOUR),
  voids: fc.oneof(
    { weight: 9, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom('a', 'b', 'c') },
  ),
});
const arbitrarySet = fc.array(arbitraryEvent, { maxLength: 14 });
const shuffledCopies = arbitrarySet.chain((set) =>
  fc.tuple(
    fc.constant(set),
    fc.shuffledSubarray([...set, ...set, ...set], {
      minLength: set.length * 3,
      maxLength: set.length * 3,
    }),
  ),
);

test('shuffled and doubled, the same state and the same transitions', () => {
  fc.assert(
    fc.property(shuffledCopies, ([set, copies]) => {
      expect(foldParcel(base, copies)).toEqual(foldParcel(base, set));
    }),
    { numRuns: RUNS },
  );
});

test('a late copy changes nothing: the time of receipt is the least of all copies', () => {
  fc.assert(
    fc.property(arbitrarySet, fc.integer({ min: 0, max: 500 }), (set, late) => {
      const again = set.map((e) => ({ ...e, receivedAtMs: e.receivedAtMs + late * HOUR }));
      expect(foldParcel(base, [...again, ...set])).toEqual(foldParcel(base, set));
    }),
    { numRuns: RUNS },
  );
});

test('transitions are a chain: each starts where the last ended, and only listed reopenings leave an end', () => {
  fc.assert(
    fc.property(arbitrarySet, (set) => {
      const state = foldParcel(base, set);
      const byKey = new Map(set.map((e) => [e.dedupeKey, e.eventCode]));
      let at = base.milestone as string;
      for (const { from, to, dedupeKey } of state.transitions) {
        expect(from).toBe(at);
        expect(to).not.toBe(from);
        if (from === 'DELIVERED') expect(['RETURNING', 'RETURNED']).toContain(to);
        if (from === 'RETURNING') expect(['RETURNED', 'LOST']).toContain(to);
        if (from !== 'CREATED') expect(['CREATED', 'LABELLED']).not.toContain(to);
        expect(['RETURNED', 'CANCELLED']).not.toContain(from);
        expect(byKey.has(dedupeKey)).toBe(true);
        at = to;
      }
      expect(state.milestone).toBe(at);
      expect(state.deliveredAtMs !== null).toBe(state.milestone === 'DELIVERED');
    }),
    { numRuns: RUNS },
  );
});

test('news in order of time only adds transitions', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...EVENT_CODES), { maxLength: 12 }), (codes) => {
      const events = codes.map((code, i) => event(code, i + 1));
      const whole = foldParcel(base, events).transitions;
      for (let n = 0; n <= events.length; n++) {
        const part = foldParcel(base, events.slice(0, n)).transitions;
        expect(whole.slice(0, part.length)).toEqual(part);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('after the end, an older event that arrives late changes the timeline only', () => {
  const events = [event('PICKED_UP', 1), event('OUT_FOR_DELIVERY', 20), event('DELIVERED', 24)];
  const late = event('ARRIVED', 10);
  expect(fold(...events, late).milestone).toBe('DELIVERED');
  expect(fold(...events, late).timeline).toHaveLength(4);
  const scan = event('DEPARTED', 30); // a hub's scan after the delivery
  expect(fold(...events, scan).milestone).toBe('DELIVERED');
});

test('delivered: only a return or a void reopens it', () => {
  const delivered = event('DELIVERED', 24, { dedupeKey: 'dl' });
  const before = [event('PICKED_UP', 1), event('OUT_FOR_DELIVERY', 20), delivered];
  for (const code of EVENT_CODES) {
    const { milestone } = fold(...before, event(code, 30));
    const returns = ['RETURN_STARTED', 'RETURN_IN_TRANSIT', 'RETURNED'].includes(code);
    expect([code, milestone]).toEqual([code, returns ? milestoneOf(code) : 'DELIVERED']);
  }
  expect(fold(...before, event('VOIDED', 25, { voids: 'dl' })).milestone).toBe('OUT_FOR_DELIVERY');
  const corrected = { ...delivered, revision: 2, eventCode: 'ATTEMPTED' as const };
  expect(fold(...before, corrected).milestone).toBe('DELIVERY_ATTEMPTED');
  expect(fold(corrected, ...before).milestone).toBe('DELIVERY_ATTEMPTED');
});

test('lost: any later physical scan finds it, words alone do not; what was returning still is', () => {
  const before = [event('PICKED_UP', 1), event('LOST', 500)];
  for (const code of EVENT_CODES) {
    const { milestone } = fold(...before, event(code, 600));
    expect([code, milestone !== 'LOST']).toEqual([code, isPhysical(code)]);
  }
  const returning = [event('PICKED_UP', 1), event('RETURN_STARTED', 30), event('LOST', 500)];
  expect(fold(...returning, event('ARRIVED', 600)).milestone).toBe('RETURNING');
});

test('returning never becomes in transit again; returned and cancelled are final', () => {
  const codes = (...list: EventCode[]) => fold(...list.map((code, i) => event(code, i))).milestone;
  expect(codes('PICKED_UP', 'RETURN_STARTED', 'ARRIVED', 'DEPARTED')).toBe('RETURNING');
  expect(codes('PICKED_UP', 'RETURN_STARTED', 'RETURNED', 'DELIVERED', 'LOST')).toBe('RETURNED');
  const cancelled = foldParcel({ milestone: 'CANCELLED', labelledAtMs: T0 }, [event('ARRIVED', 1)]);
  expect(cancelled.milestone).toBe('CANCELLED');
});

test('undated events come first', () => {
  const undated = event('ARRIVED', 0, { occurredAtMs: null });
  expect(fold(event('OUT_FOR_DELIVERY', 5), undated).milestone).toBe('OUT_FOR_DELIVERY');
});

test('a clock in the future or long before the label is not believed, unless something confirms it', () => {
  const future = event('DELIVERED', 100, { receivedAtMs: T0 + HOUR });
  expect(fold(event('PICKED_UP', 1), future)).toMatchObject({
    milestone: 'PICKED_UP',
    suspects: [future.dedupeKey],
  });
  expect(fold(event('PICKED_UP', 1), future, event('DELIVERED', 110)).suspects).toEqual([]);
  expect(fold(event('PICKED_UP', 1), future, event('ARRIVED', 110)).suspects).toHaveLength(1);
  expect(fold(event('PICKED_UP', -25, { receivedAtMs: T0 })).milestone).toBe('LABELLED');
  expect(fold(event('PICKED_UP', -23, { receivedAtMs: T0 })).milestone).toBe('PICKED_UP');
  const early = { ...future, receivedAtMs: T0 + 100 * HOUR };
  expect(fold(early, { ...early, receivedAtMs: T0 + 500 * HOUR }).milestone).toBe('DELIVERED');
});

test('holds end when released or when the parcel moves on', () => {
  const held = event('HELD', 5, { reason: 'FORCE_MAJEURE_WEATHER' });
  expect(fold(event('PICKED_UP', 1), held).held).toBe('WEATHER');
  expect(fold(event('PICKED_UP', 1), held, event('DEPARTED', 6)).held).toBeNull();
  expect(fold(event('PICKED_UP', 1), held, event('RELEASED', 6)).held).toBeNull();
  expect(fold(event('DELAYED', 3)).delayed).toBe(true);
});

describe('a shipment', () => {
  const parcel = (...codes: EventCode[]) =>
    fold(event('PICKED_UP', 1), ...codes.map((code, i) => event(code, i + 2)));

  test('is delivered when all its open parcels are', () => {
    const [there, away] = [parcel('DELIVERED'), parcel('ARRIVED')];
    const gone = foldParcel({ milestone: 'CANCELLED', labelledAtMs: null }, []);
    expect(shipmentState([there, away])).toMatchObject({
      milestone: 'IN_TRANSIT',
      deliveredAtMs: null,
    });
    expect(shipmentState([there, gone, parcel('ARRIVED', 'DELIVERED')])).toMatchObject({
      milestone: 'DELIVERED',
      deliveredAtMs: T0 + 3 * HOUR,
    });
    expect(shipmentState([gone]).milestone).toBe('CANCELLED');
    expect(shipmentState([there, parcel('LOST')]).milestone).toBe('LOST');
  });

  test('has left as soon as one parcel has', () => {
    const state = shipmentState([fold(), parcel('OUT_FOR_DELIVERY')]);
    expect(state).toMatchObject({ milestone: 'IN_TRANSIT', shippedAtMs: T0 + HOUR });
  });

  test('its milestone does not depend on the order of its parcels', () => {
    const parcels = fc.array(
      arbitrarySet.map((set) => foldParcel(base, set)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(parcels, (list) => {
        const { milestone } = shipmentState(list);
        expect(shipmentState([...list].reverse()).milestone).toBe(milestone);
        expect(MILESTONES).toContain(milestone);
      }),
    );
  });
});
