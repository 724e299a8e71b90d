import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** A household or a server is given a /64 at least: whoever has one has all its addresses. */
const NETWORK_GROUPS = 4;

/** What sign-ins from an address are counted under: an IPv4 address, or the /64 network of an IPv6 address. */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const bare = address.replace(/%.*$/, '').toLowerCase();
  if (mapped !== undefined || !isIPv6(bare)) return mapped ?? address;
  const [head = '', tail] = bare.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups.slice(0, NETWORK_GROUPS).map(shortened).join(':')}::/64`;
}

const groupsOf = (text: string): string[] => text.split(':').filter((group) => group !== '');

const shortened = (group: string): string => group.replace(/^0+(?=.)/, '');
