import { comesBack, liableFor } from './liability.rules';

test('a reason that nobody knows is the platform’s', () => {
  expect([liableFor('general'), liableFor('fraudulent'), liableFor('new one')]).toEqual([
    ...['SELLER', 'PLATFORM', 'PLATFORM'],
  ]);
});

describe('what a case took of an order comes back', () => {
  const released = { source: 'RELEASED', heldState: null, isLost: false } as const;
  const held = (['DEPOSITED', 'FUNDED', 'SHIPPED', 'DELIVERED'] as const).map(
    (heldState) => ({ source: 'HELD', heldState, isLost: false }) as const,
  );
  const lost = { source: 'HELD', heldState: 'SHIPPED', isLost: true } as const;
  const all = [...held, lost, released];
  const back = (state: 'WON' | 'LOST' | 'ACCEPTED', liable: 'SELLER' | 'PLATFORM') =>
    all.map((part) => comesBack({ state, liable }, part));

  test('all of it when it is won, nothing when the seller loses', () => {
    expect(back('WON', 'SELLER')).toEqual(all.map(() => true));
    expect(back('WON', 'PLATFORM')).toEqual(all.map(() => true));
    expect(back('LOST', 'SELLER')).toEqual(all.map(() => false));
    expect(back('ACCEPTED', 'SELLER')).toEqual(all.map(() => false));
  });

  test('when the platform loses, of what has left and not been lost; the rest the buyer has already', () => {
    const expected = [false, false, true, true, false, true];
    expect(back('LOST', 'PLATFORM')).toEqual(expected);
    expect(back('ACCEPTED', 'PLATFORM')).toEqual(expected);
  });
});
