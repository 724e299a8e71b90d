import { isIP, isIPv6 } from 'node:net';

const GROUPS = 8;
/** A household or a server is given a /64 at least: whoever has one has all its addresses. */
const NETWORK_GROUPS = 4;
/** Failures within the window, of all the networks of whoever is given many. */
const FAILURES_OF_56_MAX = 120;
const FAILURES_OF_48_MAX = 480;

/** A network of many, and how many sign-ins from all of it may fail. */
export interface WiderNetwork {
  readonly network: string;
  readonly most: number;
}

/** What sign-ins from an address are counted under: an IPv4 address, or the /64 network of an IPv6 address. */
export function addressKey(address: string): string {
  const bare = plainAddress(address);
  return isIPv6(bare) ? `${groupsIn(bare).map(shortened).join(':')}::/64` : bare;
}

/** The /56 and the /48 of an IPv6 address, which providers give out; none of an IPv4 address. */
export function widerNetworks(address: string): WiderNetwork[] {
  const bare = plainAddress(address);
  if (!isIPv6(bare)) return [];
  const [one = '', two = '', three = '', four = ''] = groupsIn(bare).map((group) => group.padStart(4, '0'));
  return [
    { network: `${one}:${two}:${three}:${four.slice(0, 2)}00::/56`, most: FAILURES_OF_56_MAX },
    { network: `${one}:${two}:${three}::/48`, most: FAILURES_OF_48_MAX },
  ];
}

/** Whose word `X-Forwarded-For` is may write anything there: what is no address is told by the connection. */
export const addressOf = (said: string, socket: string | undefined): string =>
  isIP(plainAddress(said)) === 0 && socket !== undefined ? socket : said;

/** Without the port and the zone that some write with it; of an IPv4 address in IPv6, that. */
function plainAddress(address: string): string {
  const bare = address
    .trim()
    .replace(/^\[(.*)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
    .toLowerCase();
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1] ?? bare;
}

/** The groups of the /64. */
function groupsIn(bare: string): string[] {
  const [head = '', tail] = bare.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return groups.slice(0, NETWORK_GROUPS);
}

const groupsOf = (text: string): string[] => text.split(':').filter((group) => group !== '');

const shortened = (group: string): string => group.replace(/^0+(?=.)/, '');
