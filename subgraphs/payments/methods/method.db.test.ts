import type { PspDialect } from '../psp/psp.port';
import { apiKey, user } from '../testing/acts';
import { BuyerActs } from '../testing/buyer.acts';
import { World } from '../testing/world';

jest.setTimeout(60_000);
const STRANGER = user('acc_00000000000000000000000009');
const OPERATOR = user('acc_00000000000000000000000008', ['OPERATOR']);
const LIST = 'paymentMethods { nodes { id brand last4 } }';
const codeOf = ({ userErrors }: { userErrors: { code: string }[] }): string | undefined =>
  userErrors[0]?.code;

describe.each<PspDialect>(['generic', 'stripe'])('methods at a PSP that speaks %s', (dialect) => {
  let world: World;
  beforeAll(async () => {
    world = await World.open(dialect);
  }, 60_000);
  afterAll(() => world.close());
  afterEach(async () => {
    await world.settled();
    expect(await world.violations()).toEqual([]);
  });
  const buyer = (): BuyerActs => new BuyerActs(world, world.group([1n]).buyerId);
  const pay = (acts: BuyerActs, paymentMethodId: string, key?: string) =>
    world.pay(world.group([900n], acts.buyerId), {
      tenders: [{ paymentMethodId, minorUnits: '900' }],
      ...(key !== undefined && { key }),
    });

  test('what is kept pays later, is its buyer’s alone, and is forgotten here and there', async () => {
    const acts = buyer();
    const { setup } = await acts.setUp('tok_ok', 'once');
    expect(setup).toMatchObject({ status: 'READY', actionUrl: null });
    expect((await acts.setUp('tok_ok', 'once'))['setup']).toEqual(setup);
    expect(codeOf(await acts.setUp('tok_3ds', 'once'))).toBe('IDEMPOTENCY_KEY_PARAMETER_MISMATCH');
    const { id: setupId } = setup as { id: string };
    expect(codeOf(await acts.save(setupId, 'x', STRANGER))).toBe('NOT_FOUND');
    const { paymentMethod } = await acts.save(setupId);
    expect(paymentMethod).toMatchObject({ last4: '4242', expired: false, removedAt: null });
    const { id } = paymentMethod as { id: string };
    const paid = await pay(acts, id);
    expect(paid.payment?.status).toBe('CAPTURED');
    expect(await acts.account(LIST)).toMatchObject({ paymentMethods: { nodes: [{ id }] } });
    for (const viewer of [STRANGER, OPERATOR, apiKey([], ['*'])]) {
      expect(await acts.account(LIST, viewer)).toBeNull();
      expect(codeOf(await acts.remove(id, viewer))).toMatch(/NOT_FOUND|FORBIDDEN/);
    }
    const foreign = new BuyerActs(world, 'acc_00000000000000000000000009' as typeof acts.buyerId);
    expect(codeOf(await pay(foreign, id))).toBe('METHOD_UNUSABLE');
    expect(codeOf(await acts.remove(id))).toBeUndefined();
    expect(codeOf(await acts.remove(id))).toBeUndefined();
    expect(codeOf(await pay(acts, id))).toBe('METHOD_UNUSABLE');
    expect(await acts.account(LIST)).toMatchObject({ paymentMethods: { nodes: [] } });
    await world.settled();
    const [{ token } = { token: '' }] = await world.db.query<{ token: string }>(
      'select "pspMethodId" as token from "savedPaymentMethod" where id = $1',
      [id],
    );
    // the token itself charges nothing any more
    expect(codeOf(await world.pay(world.group([700n], acts.buyerId), { token }))).toBe(
      'PAYMENT_DECLINED',
    );
  });

  test('its owner has to agree first, where the bank asks', async () => {
    const acts = buyer();
    const { setup } = await acts.setUp('tok_setup_3ds');
    const { id, status, actionUrl } = setup as { id: string; status: string; actionUrl: string };
    expect(status).toBe('REQUIRES_ACTION');
    expect(codeOf(await acts.save(id))).toBe('METHOD_UNUSABLE');
    await world.psp.post(new URL(actionUrl).pathname, { outcome: 'success' });
    const { paymentMethod } = await acts.save(id);
    expect((await pay(acts, (paymentMethod as { id: string }).id)).payment?.status).toBe(
      'CAPTURED',
    );
  });

  test('the same card twice, also at once, is one method with the newest token', async () => {
    const acts = buyer();
    const setups = await Promise.all(
      [1, 2, 3].map(async () => ((await acts.setUp('tok_ok'))['setup'] as { id: string }).id),
    );
    const saved = await Promise.all(setups.map((id) => acts.save(id)));
    const ids = saved.map(({ paymentMethod }) => (paymentMethod as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    await world.settled();
    expect((await pay(acts, ids[0] ?? '')).payment?.status).toBe('CAPTURED');
    const rows = await world.db.query(
      `select state from "methodSetup" where "buyerId" = $1 order by state`,
      [acts.buyerId],
    );
    expect(rows).toEqual([{ state: 'REMOVED' }, { state: 'REMOVED' }, { state: 'SAVED' }]);
  });

  test('expired cards, card numbers and lost replies', async () => {
    const acts = buyer();
    expect(codeOf(await acts.setUp('4242424242424242'))).toBe('CARD_NUMBER_REFUSED');
    expect(codeOf(await acts.setUp('tok_unknown'))).toBe('METHOD_UNUSABLE');
    const match = dialect === 'generic' ? 'POST /api/methods' : 'POST /v1/setup_intents';
    // the stripe package sends it once more by itself
    const times = dialect === 'generic' ? 1 : 2;
    await world.psp.faults({ match, kind: 'drop_after', times });
    expect((await acts.setUp('tok_ok', 'lost')).userErrors).toMatchObject([
      { code: 'PSP_UNAVAILABLE', retryable: true },
    ]);
    const { setup } = await acts.setUp('tok_ok', 'lost');
    expect(setup).toMatchObject({ status: 'READY' });
    const { paymentMethod } = await acts.save((setup as { id: string }).id);
    const { id } = paymentMethod as { id: string };
    await world.db.query(`update "savedPaymentMethod" set "expYear" = 2020 where id = $1`, [id]);
    const group = world.group([900n], acts.buyerId);
    const tenders = [{ paymentMethodId: id, minorUnits: '900' }];
    const { userErrors } = await world.pay(group, { tenders });
    expect(userErrors).toMatchObject([
      { code: 'METHOD_UNUSABLE', field: ['input', 'tenders', '0', 'paymentMethodId'] },
    ]);
    const twice = [{ token: 'tok_ok', paymentMethodId: id, minorUnits: '900' }];
    expect(codeOf(await world.pay(group, { tenders: twice }))).toBe('METHOD_UNUSABLE');
  });
});
