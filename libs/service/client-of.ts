import type { Principal } from '#contracts/access.js';

/** The client whose key came with a request to a route that is for clients only. */
export function clientOf({ clientId }: Pick<Principal, 'clientId'>): string {
  if (clientId === null) throw new Error('a key of a client names its client');
  return clientId;
}
