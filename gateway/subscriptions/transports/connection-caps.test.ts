import fc from 'fast-check';
import { makeViewer } from '#kernel/auth/viewer';
import { ConnectionCaps, type ConnectionPlace } from './connection-caps';

const user = (accountId: string) => makeViewer({ kind: 'USER', accountId, correlationId: 'test' });

describe('places for connections', () => {
  it('are so many for a network and so many for an account, over all networks', () => {
    const caps = new ConnectionCaps({ connectionsPerAccount: 2, connectionsPerNetwork: 3 });
    const places = ['a', 'a', 'a'].map((network) => caps.enter(network));
    expect(caps.enter('a')).toBeUndefined();
    const elsewhere = caps.enter('b');
    const all = [...places, elsewhere].map((place) => place?.belongTo(user('acc_one')));
    expect(all).toEqual([true, true, false, false]);
    expect(elsewhere?.belongTo(user('acc_two'))).toBe(true);
    expect(elsewhere?.belongTo(makeViewer({ kind: 'ANONYMOUS', correlationId: 'test' }))).toBe(
      true,
    );
    places[0]?.leave();
    places[0]?.leave();
    expect(places[2]?.belongTo(user('acc_one'))).toBe(true);
    expect(places[2]?.belongTo(user('acc_one'))).toBe(false);
    expect(caps.enter('a')).toBeDefined();
    expect(caps.enter('a')).toBeUndefined();
  });

  it('are all free again once everybody has left, in whatever order they came and went', () => {
    const step = fc.record({ network: fc.nat(3), account: fc.nat(3), leaves: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const caps = new ConnectionCaps({ connectionsPerAccount: 2, connectionsPerNetwork: 3 });
        const open: ConnectionPlace[] = [];
        for (const { network, account, leaves } of steps) {
          const place = caps.enter(network.toString());
          if (place?.belongTo(user(account.toString())) === true) open.push(place);
          else place?.leave();
          open.splice(leaves, 1)[0]?.leave();
        }
        expect(open.length).toBeLessThanOrEqual(8);
        for (const place of open) place.leave();
        expect(caps.size).toBe(0);
      }),
    );
  });

  it('that are left while their owner is being found out stay free', () => {
    const caps = new ConnectionCaps({ connectionsPerAccount: 1, connectionsPerNetwork: 1 });
    const place = caps.enter('a');
    place?.leave();
    place?.belongTo(user('acc_one'));
    expect(caps.size).toBe(0);
  });
});
