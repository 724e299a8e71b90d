/** Who may act: an upload client, or a person of the console. */
export const ROLES = ['client', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a client's key may do. `scores` shows scores: people who probe a filter read them too. */
export const SCOPES = ['upload', 'read', 'scores'] as const;
export type Scope = (typeof SCOPES)[number];

/** How much a client may send; null: no limit. */
export interface ClientLimits {
  /** Uploads a minute, at each upload service. */
  readonly uploadsPerMinute: number | null;
  /** Assets a day, from midnight to midnight UTC, at all of them. */
  readonly assetsPerDay: number | null;
}

/** Whose key came with a request. */
export interface Principal {
  readonly keyId: string;
  readonly role: Role;
  /** Null for people of the console. */
  readonly clientId: string | null;
  readonly holder: string;
  readonly scopes: readonly Scope[];
  /** Of its client; left out: none. */
  readonly limits?: ClientLimits;
}
