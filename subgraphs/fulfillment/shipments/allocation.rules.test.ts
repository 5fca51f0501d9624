import fc from 'fast-check';
import { allocate, boxFor } from './allocation.rules';

const line = (orderLineId: string, quantity: number, allocated: number) => ({
  orderLineId,
  quantity,
  allocated,
});

test('takes everything that is open when nothing is named', () => {
  expect(allocate([line('a', 3, 1), line('b', 2, 2)], null)).toEqual({
    ok: true,
    lines: [{ orderLineId: 'a', quantity: 2 }],
  });
  expect(allocate([line('b', 2, 2)], null)).toMatchObject({ code: 'QUANTITY_EXCEEDS_OPEN' });
});

test('refuses lines twice, foreign lines, no lines and odd quantities, and says which', () => {
  const lines = [line('a', 3, 0)];
  const want = (...wanted: [string, number][]) =>
    allocate(
      lines,
      wanted.map(([orderLineId, quantity]) => ({ orderLineId, quantity })),
    );
  expect(want()).toMatchObject({ code: 'QUANTITY_INVALID', at: null });
  expect(want(['a', 1], ['a', 1])).toMatchObject({ code: 'QUANTITY_INVALID', at: 1 });
  expect(want(['x', 1])).toMatchObject({ code: 'ORDER_LINE_NOT_FOUND', at: 0 });
  for (const odd of [0, -1, 0.5, NaN]) {
    expect(want(['a', odd])).toMatchObject({ code: 'QUANTITY_INVALID', at: 0 });
  }
  expect(want(['a', 4])).toMatchObject({ code: 'QUANTITY_EXCEEDS_OPEN', at: 0 });
});

test('never allocates more than was ordered', () => {
  const wants = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 10 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), wants, (quantity, list) => {
      let allocated = 0;
      for (const wanted of list) {
        const got = allocate(
          [line('a', quantity, allocated)],
          [{ orderLineId: 'a', quantity: wanted }],
        );
        expect(got.ok).toBe(allocated + wanted <= quantity);
        if (got.ok) allocated += wanted;
      }
      expect(allocated).toBeLessThanOrEqual(quantity);
    }),
  );
});

test('a box holds its units and is never without size', () => {
  const unit = { weightG: 250, lengthCm: 20, widthCm: 10, heightCm: 5 };
  expect(boxFor([{ ...unit, quantity: 3 }])).toEqual({ ...unit, weightG: 750, heightCm: 15 });
  const nothing = { weightG: 0, lengthCm: 0, widthCm: 0, heightCm: 0, quantity: 1 };
  expect(boxFor([nothing])).toEqual({ weightG: 1, lengthCm: 1, widthCm: 1, heightCm: 1 });
});
