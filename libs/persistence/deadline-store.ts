import type { DataSource } from 'typeorm';

import type { TrafficClass } from '#moderation/words.js';

import { withDatabase } from './errors.js';

/** What an asset that lacks its final was promised. */
export interface Deadline {
  readonly assetId: string;
  readonly trafficClass: TrafficClass;
  /** Milliseconds that are left until its final is promised, by the database's clock; Infinity where nothing is. */
  readonly leftMs: number;
  /** Milliseconds until it is rung for again, by the same clock; negative where that is overdue. */
  readonly dueInMs: number;
  /** A late block has brought it forward: it waits for no company. */
  readonly hurried: boolean;
}

/** By when the assets that lack a final are to have it. */
export class DeadlineStore {
  constructor(private readonly database: DataSource) {}

  /** @returns those of `assetIds` that lack a final, by id */
  async find(assetIds: readonly string[]): Promise<ReadonlyMap<string, Deadline>> {
    const rows = await withDatabase(() =>
      this.database.query<(Omit<Deadline, 'leftMs'> & { leftMs: number | null })[]>(
        `SELECT asset_id AS "assetId", traffic_class AS "trafficClass",
           CASE WHEN isfinite(final_by) THEN extract(epoch FROM final_by - now())::float8 * 1000 END AS "leftMs",
           extract(epoch FROM due_at - now())::float8 * 1000 AS "dueInMs", hurried_at IS NOT NULL AS hurried
         FROM pending_final WHERE asset_id = ANY ($1)`,
        [assetIds],
      ),
    );
    return new Map(rows.map((row) => [row.assetId, { ...row, leftMs: row.leftMs ?? Infinity }]));
  }
}
