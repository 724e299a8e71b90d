import type { Role } from './access.js';

/** How somebody was known: signed in, with an API key, on the machine with `portcullis`; or not at all. */
export type ActorKind = 'person' | 'key' | 'cli' | 'nobody';

/** One act of a person. Its hash covers all of it and the hash of the row before. */
export interface AuditRowAnswer {
  /** From 1 on, without gaps. */
  readonly number: number;
  /** RFC 3339 in UTC, to the microsecond, by the database's clock. */
  readonly at: string;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actor: string;
  readonly role: Role | null;
  readonly act: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly requestId: string | null;
  /** What changed, in short: `before` and `after`, and what came of it. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** The hash of the row before, in hexadecimal. */
  readonly previous: string;
  readonly hash: string;
}

export interface AuditPage {
  readonly items: readonly AuditRowAnswer[];
  /** Ask again with `cursor` set to this; null on the last page. */
  readonly next: string | null;
}
