import { DAY, HOUR, MINUTE } from '#kernel/clock/clock';
import { until } from '#kernel/testing/until';
import type { PspDialect } from '../psp/psp.port';
import { BuyerActs } from '../testing/buyer.acts';
import { codes } from '../testing/risk.acts';
import { PSP_API_KEY } from '../testing/psp.process';
import { World } from '../testing/world';

jest.setTimeout(60_000);

describe.each<PspDialect>(['generic', 'stripe'])('setups at a PSP that speaks %s', (dialect) => {
  let world: World;
  let acts: BuyerActs;
  beforeEach(async () => {
    world = await World.open(dialect);
    acts = new BuyerActs(world, world.group([1n]).buyerId);
  }, 60_000);
  afterEach(async () => {
    await world.psp.faults();
    await world.settled();
    expect(await world.violations()).toEqual([]);
    await world.close();
  });

  /** What the PSP has of a setup, by our id of it. */
  async function there(setupId: string): Promise<string> {
    const answer = await fetch(`${world.psp.url}/api/operations?reference=${setupId}`, {
      headers: { authorization: `Bearer ${PSP_API_KEY}` },
    });
    return answer.ok ? ((await answer.json()) as { status: string }).status : 'none';
  }
  const becomes = (setupId: string, wanted: RegExp): Promise<unknown> =>
    until(async () => wanted.test(await there(setupId)), `the setup to be ${wanted.source}`);
  const setUp = async (token: string): Promise<string> =>
    ((await acts.setUp(token))['setup'] as { id: string }).id;
  const pass = (): Promise<void> => world.advance(DAY + MINUTE);

  test('what nobody finished is forgotten at the PSP after a day, what was saved is not', async () => {
    const [ready, waiting, late] = [
      await setUp('tok_ok'),
      await setUp('tok_setup_3ds'),
      await setUp('tok_setup_3ds'),
    ];
    const saved = await setUp('tok_refund_fail');
    expect(codes(await acts.save(saved))).toEqual([]);
    await world.advance(DAY - HOUR);
    expect([await there(ready), await there(waiting)]).toEqual(['active', 'requires_action']);
    const { id } = (await (
      await fetch(`${world.psp.url}/api/operations?reference=${late}`, {
        headers: { authorization: `Bearer ${PSP_API_KEY}` },
      })
    ).json()) as { id: string };
    // agreed to at the bank, and never saved
    await world.psp.post(`/sim/methods/${id}/complete`, { outcome: 'success' });
    await pass();
    await becomes(ready, /detached/);
    await becomes(waiting, dialect === 'stripe' ? /canceled/ : /detached/);
    await becomes(late, /detached/);
    expect(await there(saved)).toBe('active');
    expect(codes(await acts.save(ready))).toEqual(['METHOD_UNUSABLE']);
  });

  test('one whose answer was lost is found by our id; one that never arrived is over', async () => {
    const match = dialect === 'generic' ? 'POST /api/methods' : 'POST /v1/setup_intents';
    const lost = async (kind: string, key: string): Promise<string> => {
      await world.psp.faults({ match, kind, times: 2 });
      expect(codes(await acts.setUp('tok_ok', key))).toEqual(['PSP_UNAVAILABLE']);
      await world.psp.faults();
      const [row] = await world.db.query<{ id: string }>(
        'select id from "methodSetup" order by id desc limit 1',
      );
      return row?.id ?? '';
    };
    const made = await lost('drop_after', 'made');
    const never = await lost('drop_before', 'never');
    expect([await there(made), await there(never)]).toEqual(['active', 'none']);
    await world.advance(DAY);
    // asked again at the last moment, it would be made and never be known
    expect(codes(await acts.setUp('tok_ok', 'never'))).toEqual(['METHOD_UNUSABLE']);
    await world.advance(MINUTE);
    await becomes(made, /detached/);
    await until(async () => {
      const open = await world.db.query(
        `select 1 as one from "pspOperation" where kind = 'DETACH' and state <> 'SUCCEEDED'
           and state <> 'REJECTED'`,
      );
      return open.length === 0;
    }, 'the acts to be over');
    expect(await there(never)).toBe('none');
  });
});
