import type { DataSource, EntityManager } from 'typeorm';

import type { Role } from '#contracts/access.js';
import type { ActorKind, AuditRowAnswer } from '#contracts/audit-answer.js';

import type { ChainedRow } from './audit-chain.js';
import type { Subject } from './audit-subjects.js';
import { withDatabase } from './errors.js';

/** Who does something. */
export interface Actor {
  readonly kind: ActorKind;
  /** Of the person or the key. */
  readonly id: string | null;
  /** The sign-in name, or who holds the key. */
  readonly name: string;
  readonly role: Role | null;
  /** Of the request, which the service's log knows too. */
  readonly requestId: string | null;
}

/** One act, as it is written down. Nothing personal of an asset belongs in it: ids only. */
export interface AuditEntry extends Subject {
  readonly by: Actor;
  /** `<noun>.<verb>` */
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly act?: string | undefined;
  readonly subject?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** Where a chain ends. Whoever keeps it elsewhere can tell later whether the rows up to it are still the same. */
export interface AuditHead {
  readonly number: number;
  /** In hexadecimal. */
  readonly hash: string;
}

/** A row with its hash, for whoever checks it. */
export type StoredRow = ChainedRow & { readonly hash: string };

/**
 * The book of what people did. Rows are added and never changed, which the database sees to, and each has the hash of the
 * one before.
 */
export class AuditStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Writes an act down in the transaction that does it. To be the last statement before the commit: from here on every
   * other transaction that writes to the book waits for this one's end.
   *
   * @throws the driver's error
   */
  async record(transaction: EntityManager, { by, act, type, id, detail }: AuditEntry): Promise<void> {
    const { kind, id: actorId, name, role, requestId } = by;
    const text = JSON.stringify(detail);
    await transaction.query(RECORD, [kind, actorId, name, role, act, type, id, requestId, text]);
  }

  /** The newest first. @param before the number that the page before ended with */
  page(filter: AuditFilter, most: number, before?: number): Promise<AuditRowAnswer[]> {
    return this.read(`audit.number < $7::bigint OR $7::bigint IS NULL`, 'DESC', filter, before, most);
  }

  /** The oldest first, behind the number `after`. */
  following(filter: AuditFilter, most: number, after: number): Promise<AuditRowAnswer[]> {
    return this.read(`audit.number > $7::bigint`, 'ASC', filter, after, most);
  }

  /** Numbers of rows before the first one, which are none of the chain; the lowest `most`. */
  async strays(most: number): Promise<number[]> {
    const rows = await withDatabase(() => this.database.query<{ number: number }[]>(STRAYS, [most]));
    return rows.map(({ number }) => number);
  }

  /** Rows as they are stored, the oldest first, behind the number `after`. */
  chain(most: number, after: number): Promise<StoredRow[]> {
    return withDatabase(() => this.database.query<StoredRow[]>(CHAIN, [after, most]));
  }

  /** Of an audit without a row the hash is zeros; it is empty where what says so is gone, which nobody but a forger does. */
  async head(): Promise<AuditHead> {
    const rows = await withDatabase(() =>
      this.database.query<AuditHead[]>(`SELECT number::float8 AS number, encode(hash, 'hex') AS hash FROM audit_head`),
    );
    return rows[0] ?? { number: 0, hash: '' };
  }

  /** Whether somebody signed in with this name from an address, as `session.begin` has it, within the last 90 days. */
  async hasSignedIn(name: string, address: string): Promise<boolean> {
    const rows = await withDatabase(() => this.database.query<unknown[]>(SIGNED_IN, [name, address]));
    return rows.length > 0;
  }

  private read(
    place: string,
    order: 'ASC' | 'DESC',
    { actor, act, subject, subjectId, since, until }: AuditFilter,
    from: number | undefined,
    most: number,
  ): Promise<AuditRowAnswer[]> {
    return withDatabase(() =>
      this.database.query<AuditRowAnswer[]>(
        `SELECT ${ROW} FROM audit WHERE ${OF_CHAIN} AND ${MATCHES} AND (${place}) ORDER BY audit.number ${order} LIMIT $8`,
        [actor, act, subject, subjectId, since, until, from, most].map((value) => value ?? null),
      ),
    );
  }
}

const RECORD = `
  INSERT INTO audit (actor_kind, actor_id, actor, role, act, subject_type, subject_id, request_id, detail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const SIGNED_IN = `
  SELECT 1 FROM audit WHERE act = 'session.begin' AND actor = $1 AND detail->>'address' = $2
    AND at > now() - interval '90 days' LIMIT 1`;

const NAMES = `actor_kind AS "actorKind", actor_id AS "actorId", actor, role, act, subject_type AS "subjectType",
  subject_id AS "subjectId", request_id AS "requestId", encode(previous, 'hex') AS previous, encode(hash, 'hex') AS hash`;

const ROW = `number::float8 AS number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, detail, ${NAMES}`;

const MATCHES = `($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR act = $2)
  AND ($3::text IS NULL OR subject_type = $3) AND ($4::text IS NULL OR subject_id = $4)
  AND ($5::timestamptz IS NULL OR audit.at >= $5) AND ($6::timestamptz IS NULL OR audit.at < $6)`;

const STRAYS = `SELECT number::float8 AS number FROM audit WHERE audit.number < 1 ORDER BY audit.number LIMIT $1`;

/** No row that only whoever may switch the triggers off has put before or behind the chain. */
const OF_CHAIN = `audit.number >= 1
  AND audit.number <= coalesce((SELECT h.number FROM audit_head h), 9223372036854775807)`;

const CHAIN = `
  SELECT number::text AS number, (extract(epoch FROM at) * 1000000)::bigint::text AS "atMicros", detail::text AS detail, ${NAMES}
  FROM audit WHERE audit.number > $1 ORDER BY audit.number LIMIT $2`;
