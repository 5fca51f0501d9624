import { anyElsewhere, isElsewhere, trackingHash } from './delivery-place.rules';
import type { Place } from './tracking-event.entity';

const shipTo = {
  ...{ name: 'Ana', street: 'Rua A 1', city: 'São Paulo', region: 'SP' },
  ...{ postalCode: '01310-100', country: 'BR' },
};
const place = (city: string | null, more: Partial<Place> = {}): Place => ({
  ...{ city, region: null, country: null, postalCode: null },
  ...more,
});

test.each<[string, Place, boolean | undefined]>([
  ['the same city', place('SAO PAULO', { country: 'BR', postalCode: '01000-000' }), false],
  ['a depot of the city', place('São Paulo Hub'), false],
  ['another city', place('Recife', { country: 'BR', postalCode: '50000' }), true],
  ['another country, whatever the city is called', place('São Paulo', { country: 'PT' }), true],
  [
    'the postal code, whatever the city is called',
    place('Bela Vista', { postalCode: '01310100' }),
    false,
  ],
  ['the country only', place(null, { country: 'BR' }), undefined],
  ['another postal code only', place(null, { postalCode: '50000' }), undefined],
  ['nothing', place(null), undefined],
  ['a city in another script', place('サンパウロ'), undefined],
])('a carrier names %s', (_, there, expected) => {
  expect(isElsewhere(there, shipTo)).toBe(expected);
});

test('without a place or an address nobody knows', () => {
  expect([isElsewhere(null, shipTo), isElsewhere(place('Recife'), null)]).toEqual([
    undefined,
    undefined,
  ]);
});

test('one parcel of several is enough', () => {
  const [here, away, unsaid] = [place('São Paulo'), place('Recife'), null];
  expect(anyElsewhere([here, away, unsaid], shipTo)).toBe(true);
  expect(anyElsewhere([here, unsaid], shipTo)).toBe(false);
  expect(anyElsewhere([unsaid], shipTo)).toBeUndefined();
  expect(anyElsewhere([], shipTo)).toBeUndefined();
});

test('a number has one hash for each carrier, however it is written', () => {
  expect(trackingHash('car_1', 'aur 12-3')).toBe(trackingHash('car_1', 'AUR123'));
  expect(trackingHash('car_1', 'AUR123')).not.toBe(trackingHash('car_2', 'AUR123'));
});
