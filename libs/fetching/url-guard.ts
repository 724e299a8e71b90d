import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import { isPublic, isWithin, toNetwork, type Network } from './address.js';

/** All addresses of a name. @throws whatever keeps it from answering; no addresses where the name has none */
export type Resolver = (hostname: string) => Promise<readonly string[]>;

/** Inclusive. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What an installation lets through beside the public internet on ports 80 and 443. */
export interface Allowances {
  readonly networks: readonly Network[];
  /** Further ports, of addresses within those networks only. */
  readonly ports: readonly PortRange[];
}

export const PUBLIC_ONLY: Allowances = { networks: [], ports: [] };

/** What the settings allow. @param networks in CIDR notation @throws Error for what is none */
export const allow = (networks: readonly string[], ports: readonly PortRange[]): Allowances => ({
  networks: networks.map(toNetwork),
  ports,
});

/** An address on the web that may be asked, with the checked addresses that are to be dialled and no others. */
export interface GuardedUrl {
  readonly kind: 'guarded';
  readonly url: URL;
  /** The name (or literal) without brackets and trailing dot. */
  readonly hostname: string;
  /** At least one. */
  readonly addresses: readonly string[];
}

/**
 * `name`: its name leads nowhere that may be asked now, and may do so later. Whether it has no address or one inside is
 * nobody's business: whoever could tell would have a map of the names inside. The others are forbidden for good.
 */
export type UrlRefusal = 'malformed' | 'scheme' | 'credentials' | 'port' | 'address' | 'name';

export interface RefusedUrl {
  readonly kind: 'refused';
  readonly why: UrlRefusal;
}

export const URL_CHARACTERS_MAX = 2_048;
const HOSTNAME_CHARACTERS_MAX = 253;
/** A name with more addresses than this is not one that anybody needs to fetch from. */
const ADDRESSES_MAX = 64;
/** Names are refused at whole multiples of this: a name server inside answers sooner than one that has to ask around. */
const REFUSED_EVERY_MS = 250;
const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Checks an address on the web that a stranger wrote down (docs/decisions/0017): http or https, no credentials, ports 80
 * and 443, and every address of its name public. The name is asked for once, here; whoever makes the request dials what
 * was checked (`guardedRequest`).
 *
 * @param pause how a refusal of a name is put off, by milliseconds
 */
export async function guardUrl(
  text: string,
  resolve: Resolver,
  allowances: Allowances = PUBLIC_ONLY,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<GuardedUrl | RefusedUrl> {
  const url = text.length <= URL_CHARACTERS_MAX && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return refused('malformed');
  const usualPort = PORTS[url.protocol];
  if (usualPort === undefined) return refused('scheme');
  if (url.username !== '' || url.password !== '') return refused('credentials');
  const port = url.port === '' ? usualPort : Number(url.port);
  const mayNeedAllowance = !Object.values(PORTS).includes(port);
  if (mayNeedAllowance && !allowances.ports.some(({ first, last }) => first <= port && port <= last)) {
    return refused('port');
  }
  const hostname = hostnameOf(url);
  if (hostname === undefined) return refused('malformed');
  const isAllowed = (address: string): boolean => isWithin(address, allowances.networks);
  const isName = isIP(hostname) === 0;
  const beganMs = performance.now();
  const addresses = isName ? await addressesOf(hostname, resolve) : [hostname];
  const isSound = addresses.length >= 1 && addresses.length <= ADDRESSES_MAX;
  if (!isSound || !addresses.every((address) => isAllowed(address) || isPublic(address))) {
    if (isName) await pause(REFUSED_EVERY_MS - ((performance.now() - beganMs) % REFUSED_EVERY_MS));
    return refused(isName ? 'name' : 'address');
  }
  if (mayNeedAllowance && !addresses.every(isAllowed)) return refused('port');
  return { kind: 'guarded', url, hostname, addresses };
}

const refused = (why: UrlRefusal): RefusedUrl => ({ kind: 'refused', why });

/** The parser has made `127.0.0.1` of `0x7f.1`, `2130706433` and full-width digits by now (WHATWG URL, host parsing). */
function hostnameOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  const isSound = bare.length >= 1 && bare.length <= HOSTNAME_CHARACTERS_MAX && !bare.split('.').includes('');
  return isSound || isIP(bare) !== 0 ? bare : undefined;
}

async function addressesOf(hostname: string, resolve: Resolver): Promise<readonly string[]> {
  try {
    return await resolve(hostname);
  } catch {
    return [];
  }
}
