import { isIP } from 'node:net';

import ipaddr from 'ipaddr.js';

/** A range of addresses that is allowed although it is not public. */
export type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number];

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Global unicast by the register, and yet answered by the host a virtual machine runs on (Azure's wire server). */
const HOSTS_OF_CLOUDS = ['168.63.129.16'];

/** @param cidr like `10.0.0.0/8` or `fd00::/8` @throws Error for anything else */
export const toNetwork = (cidr: string): Network => ipaddr.parseCIDR(cidr);

/**
 * Whether nothing but the public internet is at an address: global unicast by IANA's registers of special-purpose addresses
 * (RFC 6890), the IPv4 addresses that an IPv6 one stands for included. Anything that is not an address in its usual form,
 * one with a zone among them, is not public.
 */
export const isPublic = (text: string): boolean => {
  const address = read(text);
  return address !== undefined && meant(address).every(isGlobal);
};

/** Whether an address, or every IPv4 address that it stands for, lies in one of these networks. */
export const isWithin = (text: string, networks: readonly Network[]): boolean => {
  const address = read(text);
  if (address === undefined) return false;
  return meant(address).every((one) => networks.some((network) => lies(one, network)));
};

function read(text: string): Address | undefined {
  return isIP(text) === 0 || text.includes('%') ? undefined : ipaddr.parse(text);
}

function lies(address: Address, [network, bits]: Network): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast' || HOSTS_OF_CLOUDS.includes(address.toString())) return false;
  // 2000::/3 is all that was ever given out (RFC 4291, section 2.4); ::/96 and the like are no `unicast` of the internet
  return address instanceof ipaddr.IPv4 || (address.parts[0] ?? 0) >> 13 === 1;
}

/** Whom a packet to this address reaches in the end: the address itself, or the IPv4 addresses within it. */
function meant(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  const { parts } = address;
  const range = address.range();
  if (range === 'ipv4Mapped' || range === 'rfc6145') return [ipv4At(parts, 6)];
  // 64:ff9b::/96 is NAT64's for all; 64:ff9b:1::/48 is each network's own (RFC 8215) and stays what it is
  if (range === 'rfc6052' && parts[2] === 0) return [ipv4At(parts, 6)];
  if (range === '6to4') return [ipv4At(parts, 1)];
  if (range === 'teredo')
    return [
      ipv4At(parts, 2),
      ipv4At(
        parts.map((part) => part ^ 0xffff),
        6,
      ),
    ]; // server, client
  return isIsatap(parts) ? [address, ipv4At(parts, 6)] : [address];
}

/** RFC 5214, section 6.1: an interface identifier of 0000:5efe or 0200:5efe and an IPv4 address. */
const isIsatap = (parts: readonly number[]): boolean => parts[5] === 0x5efe && ((parts[4] ?? 0) & ~0x0200) === 0;

function ipv4At(parts: readonly number[], index: number): ipaddr.IPv4 {
  const [high = 0, low = 0] = parts.slice(index, index + 2);
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
