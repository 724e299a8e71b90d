import { randomUUID } from 'node:crypto';

/** A version 7 UUID (RFC 9562) of a time, as a service that has this clock would give an asset. @param ms epoch milliseconds */
export function idAt(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
}
