import { isIP } from 'node:net';

/** Inclusive. */
export interface Ports {
  readonly first: number;
  readonly last: number;
}

const PORT_MAX = 65_535;

/** A network in CIDR notation, as it came; undefined for anything else. */
export function readNetwork(text: string): string | undefined {
  const [, address = '', bits = ''] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128) ? text : undefined;
}

/** One port, or a range like `9000-9100`; undefined for anything else. */
export function readPorts(text: string): Ports | undefined {
  const [, from, to] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text) ?? [];
  if (from === undefined) return undefined;
  const [first, last] = [Number(from), Number(to ?? from)];
  return first >= 1 && first <= last && last <= PORT_MAX ? { first, last } : undefined;
}
