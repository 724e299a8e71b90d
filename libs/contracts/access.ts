/** Who may act: an upload client, or a person of the console. */
export const ROLES = ['client', 'moderator', 'senior', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Of people of the console. */
export const PERSON_ROLES = ['moderator', 'senior', 'admin'] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** Whether a role is among those a route is for. A senior moderator may do whatever a moderator may. */
export const covers = (roles: readonly Role[], role: Role): boolean =>
  roles.includes(role) || (role === 'senior' && roles.includes('moderator'));

/**
 * What a key may do. `scores` shows scores: people who probe a filter read them too. `admin` is for what admins do, and
 * only keys of admins have it.
 */
export const SCOPES = ['upload', 'read', 'scores', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Of a client's key where nothing else is asked for. */
export const CLIENT_SCOPES: readonly Scope[] = ['upload', 'read'];

/** Of a person's key: that of an admin has the scope `admin`, those of others are admitted by their role. */
export const scopesOfPerson = (role: PersonRole): Scope[] => (role === 'admin' ? ['admin'] : []);

/** Whose key has such scopes, where nobody says: with `admin` an admin's, otherwise a client's. */
export const roleFor = (scopes: readonly Scope[] | undefined): Role =>
  scopes?.includes('admin') === true ? 'admin' : 'client';

/** How much a client may send; null: no limit. */
export interface ClientLimits {
  /** Uploads a minute, at each upload service. */
  readonly uploadsPerMinute: number | null;
  /** Assets a day, from midnight to midnight UTC, at all of them. */
  readonly assetsPerDay: number | null;
}

/** A person who is signed in at the console. */
export interface SignedIn {
  readonly personId: string;
  readonly displayName: string;
  readonly mustChangePassword: boolean;
  readonly expiresAt: Date;
  readonly idleExpiresAt: Date;
}

/** Whose key, or whose session, came with a request. */
export interface Principal {
  /** Of the key; of the session, where a person is signed in. */
  readonly keyId: string;
  readonly role: Role;
  /** Null for people of the console. */
  readonly clientId: string | null;
  readonly holder: string;
  readonly scopes: readonly Scope[];
  /** Of its client; left out: none. */
  readonly limits?: ClientLimits;
  /** Left out: a key came. */
  readonly person?: SignedIn;
}
