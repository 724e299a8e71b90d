import { createHash } from 'node:crypto';

/** A row of the audit as its hash covers it. */
export interface ChainedRow {
  readonly number: string;
  /** Microseconds since 1970. */
  readonly atMicros: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actor: string;
  readonly role: string | null;
  readonly act: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly requestId: string | null;
  /** JSON, to the letter. */
  readonly detail: string;
  /** In hexadecimal. */
  readonly previous: string;
}

/** What the first row follows. */
export const FIRST_PREVIOUS = '00'.repeat(32);

/**
 * The hash of a row, worked out anew and not by the database: SHA-256 of its fields in this order, each with its length in
 * bytes before it, `-` for none. The database has the same in `audit_hash_of`, by which rows get theirs.
 *
 * @returns hexadecimal
 */
export function hashOf(row: ChainedRow): string {
  const fields = [
    row.number,
    row.atMicros,
    row.actorKind,
    row.actorId,
    row.actor,
    row.role,
    row.act,
    row.subjectType,
    row.subjectId,
    row.requestId,
    row.detail,
    row.previous,
  ];
  return createHash('sha256').update(fields.map(framed).join('')).digest('hex');
}

const framed = (field: string | null): string => (field === null ? '-' : `${Buffer.byteLength(field)}:${field}`);
