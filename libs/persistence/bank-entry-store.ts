import type { DataSource } from 'typeorm';

import type { PdqHash } from '#moderation/banks/bank.js';

import { removedBy } from './bank-removal.js';
import { withDatabase } from './errors.js';

/** Who put an entry into a bank: an admin, a moderator's decision, or a machine's final. */
export type BankEntryOrigin = 'import' | 'moderator' | 'machine';

/** An entry that was not removed. Hashes in hexadecimal. */
export interface BankEntryRow {
  readonly id: number;
  readonly sha256: string | null;
  readonly pdq: string | null;
  readonly quality: number | null;
  /** The asset whose decision put it there. */
  readonly assetId: string | null;
  readonly origin: BankEntryOrigin;
  readonly note: string | null;
  readonly addedBy: string;
  readonly addedAt: Date;
  readonly disabledUntil: Date | null;
}

/** A hash to add: of the bytes, of the looks, or of both. */
export interface NewBankEntry {
  readonly sha256: string | null;
  readonly pdq: PdqHash | null;
  readonly note: string | null;
}

/** Entries of one bank at a time. An entry is never deleted: decisions may rest on it. */
export class BankEntryStore {
  constructor(private readonly database: DataSource) {}

  /** Up to `most` entries below the id `before`, newest first. */
  page(bankId: string, most: number, before?: number): Promise<BankEntryRow[]> {
    return withDatabase(() =>
      this.database.query<BankEntryRow[]>(
        `SELECT ${ROW} FROM bank_entry
         WHERE bank_id = $1 AND removed_at IS NULL AND ($2::bigint IS NULL OR id < $2::bigint)
         ORDER BY bank_entry.id DESC LIMIT $3`,
        [bankId, before ?? null, most],
      ),
    );
  }

  /** Adds those that the bank does not have, all or none. Adding again is harmless. @returns how many are new */
  async add(bankId: string, entries: readonly NewBankEntry[], by: string): Promise<number> {
    const rows = await withDatabase(() => this.database.query<unknown[]>(ADD, [bankId, JSON.stringify(entries), by]));
    return rows.length;
  }

  /** Of an asset that was erased meanwhile the hash goes, too. @returns whether there was such an entry */
  async remove(bankId: string, id: number, by: string): Promise<boolean> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `UPDATE bank_entry e SET ${removedBy('$3')}
         WHERE bank_id = $1 AND id = $2 AND removed_at IS NULL`,
        [bankId, id, by],
      ),
    );
    return count > 0;
  }

  /** @param until null: it hits again at once. @returns the entry as it is then; undefined when there is none */
  async disable(bankId: string, id: number, until: Date | null, by: string): Promise<BankEntryRow | undefined> {
    const [rows] = await withDatabase(() =>
      this.database.query<[BankEntryRow[], number]>(
        `UPDATE bank_entry SET disabled_until = $3, changed_by = $4
         WHERE bank_id = $1 AND id = $2 AND removed_at IS NULL RETURNING ${ROW}`,
        [bankId, id, until, by],
      ),
    );
    return rows[0];
  }

  /** The entry of these very bytes, unless it is disabled at `nowMs`. @returns its id */
  async exact(bankId: string, sha256: string, nowMs: number): Promise<number | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: number }[]>(
        `SELECT id::float8 AS id FROM bank_entry
         WHERE bank_id = $1 AND sha256 = decode($2, 'hex') AND removed_at IS NULL
           AND (disabled_until IS NULL OR disabled_until <= $3)`,
        [bankId, sha256, new Date(nowMs)],
      ),
    );
    return rows[0]?.id;
  }

  /**
   * The entry that looks most like a picture. Reads the whole bank: about two seconds for a million entries.
   *
   * @param pdq 64 hexadecimal digits
   * @param distanceMax bits that may differ
   */
  async nearest(
    bankId: string,
    pdq: string,
    distanceMax: number,
    nowMs: number,
  ): Promise<{ id: number; distance: number } | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: number; distance: number }[]>(NEAREST, [bankId, pdq, distanceMax, new Date(nowMs)]),
    );
    return rows[0];
  }
}

/** Pages are ordered by `bank_entry.id`, which has an index, and not by the `id` that is given, which has none. */
const ROW = `id::float8 AS id, encode(sha256, 'hex') AS sha256, encode(pdq, 'hex') AS pdq, quality, asset_id AS "assetId",
  origin, note, added_by AS "addedBy", added_at AS "addedAt", disabled_until AS "disabledUntil"`;

/** In the order of the hashes, so that two who add the same ones wait for each other instead of blocking each other. */
const ADD = `
  INSERT INTO bank_entry (bank_id, sha256, pdq, quality, origin, note, added_by)
  SELECT $1, decode(sha256, 'hex'), decode(pdq ->> 'pdq', 'hex'), (pdq ->> 'quality')::smallint, 'import', note, $3
  FROM jsonb_to_recordset($2::jsonb) AS e (sha256 text, pdq jsonb, note text)
  ORDER BY sha256, pdq ->> 'pdq'
  ON CONFLICT DO NOTHING
  RETURNING 1`;

const NEAREST = `
  SELECT * FROM (
    SELECT id::float8 AS id, bit_count(('x' || encode(pdq, 'hex'))::bit(256) # ('x' || $2)::bit(256))::integer AS distance
    FROM bank_entry
    WHERE bank_id = $1 AND pdq IS NOT NULL AND removed_at IS NULL AND (disabled_until IS NULL OR disabled_until <= $4)
  ) AS entry
  WHERE distance <= $3
  ORDER BY distance, id
  LIMIT 1`;
