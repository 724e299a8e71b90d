import type { Principal } from '#contracts/access.js';
import type { Actor } from '#persistence/audit-store.js';

/** Who calls, as the audit names them. @param requestId which the log knows too */
export const actorOf = ({ person, keyId, holder, role }: Principal, requestId: string): Actor => ({
  kind: person === undefined ? 'key' : 'person',
  id: person?.personId ?? keyId,
  name: holder,
  role,
  requestId,
});

/** Whoever could not sign in. */
export const nobody = (requestId: string | null): Actor => ({
  kind: 'nobody',
  id: null,
  name: '',
  role: null,
  requestId,
});
