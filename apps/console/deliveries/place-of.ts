import type { EndpointPlace } from '#contracts/delivery-list-answer.js';

/** Words of an address are shorter, or have neither digits nor capitals. */
const SECRET = /^(?=.*[\dA-Z]).{16,}$/;

/** Where an endpoint is, without what may be a secret: credentials, its query, and long parts of its path. */
export function placeOf(address: string): Pick<EndpointPlace, 'host' | 'path'> {
  const { host, pathname } = new URL(address);
  const parts = pathname.split('/').map((part) => (SECRET.test(part) ? '…' : part));
  return { host, path: parts.join('/') };
}
