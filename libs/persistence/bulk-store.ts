import type { DataSource } from 'typeorm';

import type { BulkKind, BulkState } from '#contracts/bulk-answer.js';

import type { BulkItem } from './bulk-item.js';
import { leftOfDay, type DayQuota, type QuotaLeft } from './day-quota.js';
import { violatesUnique, withDatabase } from './errors.js';

/** A bulk submission without its items. */
export interface BulkSubmission {
  readonly id: string;
  readonly kind: BulkKind;
  readonly state: BulkState;
  readonly total: number;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewBulkSubmission {
  readonly id: string;
  readonly clientId: string;
  readonly kind: BulkKind;
  readonly key: string | undefined;
  /** SHA-256 of what was sent. */
  readonly fingerprint: Buffer;
  /** Its archive can be read by every upload service; left out: by the one that took it in. */
  readonly shared?: boolean;
  /** In order; the first has number 1. */
  readonly items: readonly BulkItem[];
}

const COLUMNS = `id, kind, state, total, created_at AS "createdAt", finished_at AS "finishedAt"`;
const ROWS_AT_ONCE = 1_000;

/** Bulk submissions as their clients make and see them. Their work is done elsewhere (`BulkWorkStore`). */
export class BulkStore {
  constructor(private readonly database: DataSource) {}

  /**
   * @param quota of which the submission takes all its items now; left out: there is none
   * @returns 'key_taken' when one with the same idempotency key is there, or what is left of the quota when that is too
   *   little: nothing was written
   */
  async create(submission: NewBulkSubmission, quota?: DayQuota): Promise<'created' | 'key_taken' | QuotaLeft> {
    const { id, clientId, kind, key, fingerprint, shared = false, items } = submission;
    try {
      return await withDatabase(() =>
        this.database.transaction(async (transaction): Promise<'created' | QuotaLeft> => {
          const left = quota === undefined ? Infinity : await leftOfDay(transaction, clientId, quota);
          if (left < items.length) return { left };
          await transaction.query(
            `INSERT INTO bulk_submission (id, client_id, kind, state, total, idempotency_key, fingerprint, shared)
             VALUES ($1, $2, $3, 'running', $4, $5, $6, $7)`,
            [id, clientId, kind, items.length, key ?? null, fingerprint, shared],
          );
          for (let from = 0; from < items.length; from += ROWS_AT_ONCE) {
            const rows = JSON.stringify(items.slice(from, from + ROWS_AT_ONCE));
            await transaction.query(INSERT_ITEMS, [id, from, rows]);
          }
          return 'created';
        }),
      );
    } catch (error) {
      if (violatesUnique(error, 'bulk_submission_client_id_idempotency_key_key')) return 'key_taken';
      throw error;
    }
  }

  /** How much of a quota is left now. What is begun on the strength of it may be refused by `create` all the same. */
  left(clientId: string, quota: DayQuota): Promise<number> {
    return withDatabase(() => this.database.transaction((transaction) => leftOfDay(transaction, clientId, quota)));
  }

  async find(clientId: string, id: string): Promise<BulkSubmission | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<BulkSubmission[]>(`SELECT ${COLUMNS} FROM bulk_submission WHERE client_id = $1 AND id = $2`, [
        clientId,
        id,
      ]),
    );
    return rows[0];
  }

  /** What an earlier request with this idempotency key made. */
  async findByKey(clientId: string, key: string): Promise<{ id: string; fingerprint: Buffer } | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string; fingerprint: Buffer }[]>(
        `SELECT id, fingerprint FROM bulk_submission WHERE client_id = $1 AND idempotency_key = $2`,
        [clientId, key],
      ),
    );
    return rows[0];
  }

  /** The newest first. @param before the last id of the page before */
  list(clientId: string, most: number, before?: string): Promise<BulkSubmission[]> {
    return withDatabase(() =>
      this.database.query<BulkSubmission[]>(
        `SELECT ${COLUMNS} FROM bulk_submission WHERE client_id = $1 AND ($3::uuid IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $2`,
        [clientId, most, before ?? null],
      ),
    );
  }

  /** How many of a client's are under way. */
  async countRunning(clientId: string): Promise<number> {
    const rows = await withDatabase(() =>
      this.database.query<{ running: number }[]>(
        `SELECT count(*)::integer AS running FROM bulk_submission WHERE client_id = $1 AND state = 'running'`,
        [clientId],
      ),
    );
    return rows[0]?.running ?? 0;
  }

  /** Gives up what is not done yet; harmless when nothing is left. What is in hand at this moment still comes to its end. */
  async cancel(clientId: string, id: string): Promise<void> {
    await withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const [, cancelled] = await transaction.query<[unknown, number]>(
          `UPDATE bulk_submission SET state = 'cancelled', finished_at = now()
           WHERE client_id = $1 AND id = $2 AND state = 'running'`,
          [clientId, id],
        );
        if (cancelled === 0) return;
        await transaction.query(
          `UPDATE bulk_item SET state = 'cancelled', finished_at = now() WHERE submission_id = $1 AND state = 'waiting'`,
          [id],
        );
      }),
    );
  }

  /** Those of `ids` that are under way: whoever keeps something for another need not. */
  async stillRunning(ids: readonly string[]): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `SELECT id FROM bulk_submission WHERE id = ANY ($1) AND state = 'running'`,
        [ids],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** Forgets up to `most` that ended longer ago. What became of their images stays. @returns how many */
  async forget(endedMs: number, most: number): Promise<number> {
    const [, count] = await withDatabase(() =>
      this.database.query<[unknown, number]>(
        `DELETE FROM bulk_submission WHERE id = ANY (ARRAY(SELECT id FROM bulk_submission
           WHERE finished_at < now() - $1 * interval '1 millisecond' ORDER BY finished_at LIMIT $2))`,
        [endedMs, most],
      ),
    );
    return count;
  }
}

const INSERT_ITEMS = `
  INSERT INTO bulk_item (submission_id, number, url, entry, external_id, uploader_id, metadata)
  SELECT $1, $2::integer + r.number, item ->> 'url', nullif(item -> 'entry', 'null'), item ->> 'externalId',
    item ->> 'uploaderId', nullif(item -> 'metadata', 'null')
  FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS r (item, number)`;
