import { checkAddress } from './address.rules';

const address = {
  name: ' Ana \u202eevil ',
  street: 'Rua 1',
  city: 'São Paulo',
  region: '',
  postalCode: '01000-000',
  country: 'BR',
};

test('texts are cleaned of control and direction characters', () => {
  expect(checkAddress(address)).toEqual({
    ok: true,
    address: { ...address, name: 'Ana evil', region: null },
  });
});

test.each(['name', 'street', 'city', 'postalCode'] as const)('%s is needed and short', (field) => {
  expect(checkAddress({ ...address, [field]: ' \u0000' })).toEqual({ ok: false, field });
  expect(checkAddress({ ...address, [field]: 'x'.repeat(201) })).toEqual({ ok: false, field });
});
