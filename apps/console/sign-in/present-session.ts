import type { Principal } from '#contracts/access.js';
import type { SessionAnswer } from '#contracts/sign-in-answer.js';

/** Who calls, by a session or by a key. */
export const presentSession = ({ holder, role, person }: Principal): SessionAnswer => ({
  kind: person === undefined ? 'key' : 'person',
  name: holder,
  displayName: person?.displayName ?? holder,
  role,
  personId: person?.personId ?? null,
  mustChangePassword: person?.mustChangePassword ?? false,
  expiresAt: person?.expiresAt.toISOString() ?? null,
  idleExpiresAt: person?.idleExpiresAt.toISOString() ?? null,
});
