import { PspBench } from '../testing/psp.contract';

jest.setTimeout(60_000);

describe.each(['generic', 'stripe'] as const)('%s', (dialect) => {
  let bench: PspBench;
  beforeAll(async () => {
    bench = await PspBench.open(dialect);
  });
  afterAll(() => bench.close());

  test('it says where a card was issued, where it is known', async () => {
    const paid = await bench.charge('195', 'tok_card_BR');
    expect((await bench.now(paid)).card).toEqual({
      brand: 'simcard',
      last4: '4242',
      country: 'BR',
    });
    const kept = await bench.make({ kind: 'METHOD', token: 'tok_card_BR' });
    expect(kept.method?.country).toBe('BR');
    const unsaid = await bench.charge('196');
    expect((await bench.now(unsaid)).card).toEqual({ brand: 'simcard', last4: '4242' });
    expect((await bench.make({ kind: 'METHOD', token: 'tok_ok' })).method).not.toHaveProperty(
      'country',
    );
  });
});
