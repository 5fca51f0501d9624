import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whom a caller without an account is counted as: an IPv4 address, or the /64 network of an IPv6 one, because a
 * single customer gets at least that many addresses.
 *
 * `X-Forwarded-For` says what anybody likes, except for the entries that proxies of ours have appended at its end:
 * with one trusted proxy the last entry counts, with two the one before it. With none it is not looked at.
 */
export function clientNetwork(request: IncomingMessage, trustedProxies: number): string {
  const direct = request.socket.remoteAddress ?? '';
  if (trustedProxies === 0) return networkOf(direct) ?? 'unknown';
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  const told = forwarded.at(-trustedProxies) ?? '';
  return networkOf(withoutPort(told.trim())) ?? networkOf(direct) ?? 'unknown';
}

/** `1.2.3.4:5678` and `[::1]:5678`, as some proxies write them. */
function withoutPort(text: string): string {
  const [, bracketed] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  return bracketed ?? text.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}

function networkOf(address: string): string | undefined {
  const [plain = ''] = address.split('%'); // fe80::1%eth0
  if (isIP(plain) === 4) return plain;
  if (isIP(plain) !== 6) return undefined;
  const groups = groupsOf(new URL(`http://[${plain}]`).hostname.slice(1, -1));
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight numbers of an IPv6 address without an IPv4 part. */
function groupsOf(address: string): number[] {
  const [left = [], right = []] = address
    .split('::')
    .map((half) => half.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((group) => parseInt(group, 16));
}
