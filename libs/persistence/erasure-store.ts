import type { DataSource, EntityManager } from 'typeorm';

import type { ErasureCause, ErasureOutcome } from '#contracts/erasure-answer.js';

import { FORGET } from './erasure-statements.js';
import { withDatabase } from './errors.js';

/** On whose word assets are erased. */
export interface Eraser {
  readonly cause: ErasureCause;
  readonly by: string;
}

/** What stays of an erased asset beside its decisions. */
export interface Tombstone extends Eraser {
  readonly assetId: string;
  readonly clientId: string;
  readonly erasedAt: Date;
  /** Null while its bytes are still to be removed. */
  readonly bytesGoneAt: Date | null;
}

/**
 * Erases assets. The row is the truth: with the commit an asset is erased for everybody, whoever has it in hand; its bytes
 * are on a list from then on until somebody has removed them (docs/decisions/0022).
 */
export class ErasureStore {
  constructor(private readonly database: DataSource) {}

  /**
   * Erases one asset, whatever is being done with it: what waits for its final waits no more, its case is withdrawn, its
   * dead letters are closed, and no later result of a worker is written.
   *
   * @param clientId whose it must be; left out: anybody's
   * @throws DatabaseLate; nothing is then half-written
   */
  erase(assetId: string, eraser: Eraser, clientId?: string): Promise<ErasureOutcome> {
    return withDatabase(() =>
      this.database.transaction(async (transaction) => {
        const [known] = await transaction.query<{ erased: boolean }[]>(
          `SELECT erased_at IS NOT NULL AS erased FROM asset WHERE id = $1 AND ($2::uuid IS NULL OR client_id = $2)`,
          [assetId, clientId ?? null],
        );
        if (known === undefined) return 'unknown';
        if (known.erased) return 'already_erased';
        // the work before the asset, as a final takes them: neither waits for the other in a circle
        await transaction.query(`SELECT 1 FROM pending_final WHERE asset_id = $1 FOR UPDATE`, [assetId]);
        const held = await transaction.query<{ id: string }[]>(
          `SELECT id FROM asset WHERE id = $1 AND erased_at IS NULL FOR UPDATE`,
          [assetId],
        );
        if (held.length === 0) return 'already_erased';
        await eraseHeld(transaction, [assetId], eraser);
        return 'erased';
      }),
    );
  }

  /** What stays of an asset; undefined for one that was not erased. */
  async find(assetId: string): Promise<Tombstone | undefined> {
    const rows = await withDatabase(() =>
      this.database.query<Tombstone[]>(
        `SELECT a.id AS "assetId", a.client_id AS "clientId", a.erased_at AS "erasedAt", e.cause, e.by,
           e.bytes_gone_at AS "bytesGoneAt"
         FROM erasure e JOIN asset a ON a.id = e.asset_id WHERE e.asset_id = $1`,
        [assetId],
      ),
    );
    return rows[0];
  }

  /** Up to `most` erased assets whose bytes are still to be removed, behind the id `after`, in the order of their ids. */
  async withBytes(after: string | undefined, most: number): Promise<string[]> {
    const rows = await withDatabase(() =>
      this.database.query<{ id: string }[]>(
        `SELECT asset_id AS id FROM erasure
         WHERE bytes_gone_at IS NULL AND ($1::uuid IS NULL OR asset_id > $1) ORDER BY asset_id LIMIT $2`,
        [after ?? null, most],
      ),
    );
    return rows.map(({ id }) => id);
  }

  /** How many erased assets still have bytes to be removed. */
  async countWithBytes(): Promise<number> {
    const rows = await withDatabase(() =>
      this.database.query<{ n: number }[]>(`SELECT count(*)::float8 AS n FROM erasure WHERE bytes_gone_at IS NULL`),
    );
    return rows[0]?.n ?? 0;
  }

  /**
   * Has the bytes of an erased asset removed, and remembers that they are.
   *
   * @throws what `remove` throws: they stay on the list
   */
  async removeBytes(assetId: string, remove: (assetId: string) => Promise<void>): Promise<void> {
    await remove(assetId);
    await withDatabase(() =>
      this.database.query(`UPDATE erasure SET bytes_gone_at = now() WHERE asset_id = $1 AND bytes_gone_at IS NULL`, [
        assetId,
      ]),
    );
  }
}

/** Erases assets whose rows the transaction has locked, and that were not erased before. */
export async function eraseHeld(
  transaction: EntityManager,
  assetIds: readonly string[],
  { cause, by }: Eraser,
): Promise<void> {
  await transaction.query(`UPDATE asset SET erased_at = now() WHERE id = ANY ($1)`, [assetIds]);
  await transaction.query(`INSERT INTO erasure (asset_id, cause, by) SELECT unnest($1::uuid[]), $2, $3`, [
    assetIds,
    cause,
    by,
  ]);
  // one after the other: each sees what others committed until it had the assets' locks
  for (const statement of FORGET) await transaction.query(statement, [assetIds]);
}
