import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { clientNetwork } from './client-network';

const request = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

describe('the network that a caller is counted as', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::203.0.113.7', '64:ff9b:0:0::/64'],
    [undefined, 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(clientNetwork(request(address), 0)).toBe(network);
  });

  it.each([
    [0, '198.51.100.1', '10.0.0.1'],
    [1, '198.51.100.1', '198.51.100.1'],
    [1, 'forged, 198.51.100.1', '198.51.100.1'],
    [2, 'forged, 198.51.100.1, 10.0.0.9', '198.51.100.1'],
    [1, '198.51.100.1:4711', '198.51.100.1'],
    [1, '[2001:db8::1]:4711', '2001:db8:0:0::/64'],
    [1, 'nonsense', '10.0.0.1'],
    [3, '198.51.100.1', '10.0.0.1'],
    [1, undefined, '10.0.0.1'],
  ])('behind %i proxies that say %s is %s', (proxies, forwarded, network) => {
    expect(clientNetwork(request('10.0.0.1', forwarded), proxies)).toBe(network);
  });

  it('is one for all addresses of a /64, however they are written, and never fails', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.string(), (address, forwarded) => {
        const network = clientNetwork(request(address), 0);
        expect(network).toMatch(/^[\da-f:]+::\/64$|^[\d.]+$/);
        if (network.endsWith('::/64')) {
          const neighbour = network.replace('::/64', ':1:2:3:4');
          expect(clientNetwork(request(neighbour), 0)).toBe(network);
        }
        expect(clientNetwork(request('10.0.0.1', forwarded), 1)).toBeTruthy();
      }),
    );
  });
});
