import type { Role } from './access.js';

/** Requests that change something and come with a session's cookie must have this header, with any value. */
export const CONSOLE_HEADER = 'x-portcullis-console';

/** Who calls, as the console shows it. Times are RFC 3339 in UTC. */
export interface SessionAnswer {
  /** Signed in with a password, or with an API key. */
  readonly kind: 'person' | 'key';
  /** The sign-in name, or who holds the key: as it is written beside what they do. */
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly personId: string | null;
  /** Nothing else is allowed before. */
  readonly mustChangePassword: boolean;
  /** When a session ends whatever happens; null for a key. */
  readonly expiresAt: string | null;
  /** When it ends unless something is asked until then; null for a key. */
  readonly idleExpiresAt: string | null;
}
