import type { ClientLimits, Role, Scope } from './access.js';

/** What an admin decides about a client. */
export interface ClientSettings extends ClientLimits {
  /** Days after its final that an asset is erased; null: none is. */
  readonly retentionDays: number | null;
}

/** A client, without its times. */
export interface ClientFacts extends ClientSettings {
  readonly id: string;
  readonly name: string;
  /** Of its keys, how many work. */
  readonly keysActive: number;
}

/** An application that uploads. Times are RFC 3339 in UTC. */
export interface ClientAnswer extends ClientFacts {
  readonly createdAt: string;
}

/** A client with how much it sent. */
export interface ClientDetailAnswer extends ClientAnswer {
  /** Since midnight UTC. */
  readonly assetsToday: number;
  /** Images since then that were inferred for it and became no assets; they count as sent, too. */
  readonly inferredToday: number;
}

export interface ClientPage {
  /** Newest first. */
  readonly items: readonly ClientAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** A client for whoever has to choose one. */
export interface ClientName {
  readonly id: string;
  readonly name: string;
}

export interface ClientNames {
  /** In the order of the names. */
  readonly items: readonly ClientName[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}

/** A key as people see it, without its times. */
export interface KeyFacts {
  readonly id: string;
  /** The first characters of the secret. */
  readonly prefix: string;
  readonly role: Role;
  readonly holder: string;
  /** The client's name and id; null for people of the console. */
  readonly client: string | null;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  /** Whether it works now. */
  readonly active: boolean;
  /** The key that it was rotated to. */
  readonly replacedBy: string | null;
}

/** A key as it is answered. Times are RFC 3339 in UTC. */
export interface KeyAnswer extends KeyFacts {
  readonly createdAt: string;
  /** From when it does not work any more; null: until it is revoked. */
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  /** To the minute or two; null: never. */
  readonly lastUsedAt: string | null;
}

export interface KeyPage {
  /** Newest first. */
  readonly items: readonly KeyAnswer[];
  readonly next: string | null;
}

/** A key that was made just now: the one time that its secret is shown. */
export interface NewKeyAnswer {
  readonly key: KeyAnswer;
  readonly secret: string;
}

/** What became of a key that was rotated. */
export interface RotatedKeyAnswer extends NewKeyAnswer {
  /** The old one, which expires at the end of the overlap. */
  readonly replaced: KeyAnswer;
}
