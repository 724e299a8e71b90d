import { isIP, isIPv6 } from 'node:net';

import ipaddr from 'ipaddr.js';

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
  const groups = groupsIn(bare);
  return groups === undefined ? bare : `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}

/** The /56 and the /48 of an IPv6 address, which providers give out; none of an IPv4 address. */
export function widerNetworks(address: string): WiderNetwork[] {
  const groups = groupsIn(plainAddress(address));
  if (groups === undefined) return [];
  const [one = '', two = '', three = '', four = ''] = groups.map((group) => group.toString(16).padStart(4, '0'));
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
  if (!isIPv6(bare)) return bare;
  const parsed = ipaddr.IPv6.parse(bare);
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : bare;
}

/** The groups of the /64; undefined for what is no IPv6 address. */
const groupsIn = (bare: string): number[] | undefined =>
  isIPv6(bare) ? ipaddr.IPv6.parse(bare).parts.slice(0, NETWORK_GROUPS) : undefined;
